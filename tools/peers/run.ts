import { spawn } from "node:child_process";
import { onPath } from "./find.ts";

export interface RunOutcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

const running = new Set<number>();

/** Runs a program to its end at a low priority, in a process group of its own that dies with this process. */
export function runNicely(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunOutcome> {
  const nice = onPath("nice");
  const [file, argv] = nice === undefined ? [command, args] : [nice, ["-n", "10", command, ...args]];
  return new Promise((done) => {
    const child = spawn(file, argv, { ...options, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    if (child.pid !== undefined) running.add(child.pid);
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", (error) => done({ code: 127, stdout, stderr: error.message }));
    child.on("close", (code) => {
      if (child.pid !== undefined) running.delete(child.pid);
      done({ code: code ?? 1, stdout, stderr });
    });
  });
}

/** Ends every program that still runs; for signal handlers and exit. */
export function stopRunning(): void {
  for (const pid of running) {
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // It has ended by itself meanwhile.
    }
  }
  running.clear();
}
