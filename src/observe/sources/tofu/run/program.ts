import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

export interface ProgramRun {
  readonly binary: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly maxOutputBytes: number;
  readonly onLine: (line: string) => void;
  /** Given a way to end the program and everything it started. */
  readonly onStart: (stop: () => void) => void;
}

export interface ProgramOutcome {
  /** `null` when it did not end by itself. */
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
  /** Why it did not run to its end. */
  readonly stopped: "aborted" | "too_much_output" | "not_started" | null;
}

/** Enough of an error to read, bounded whatever a provider prints. */
const MAX_STDERR = 64 * 1024;
/** How long a tool may take to end in order before it is killed. */
const GRACE_MS = 5_000;

/**
 * Runs a program in a process group of its own, without a shell and without a terminal. On abort the group is
 * asked to end (SIGINT, which the tools take as "stop in order") and killed five seconds later: providers are
 * children of their own.
 */
export function runProgram(run: ProgramRun): Promise<ProgramOutcome> {
  if (run.signal.aborted)
    return Promise.resolve({ code: null, stdout: Buffer.alloc(0), stderr: "", stopped: "aborted" });
  return new Promise((resolve) => {
    const child = spawn(run.binary, run.args, {
      cwd: run.cwd,
      env: run.env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: process.platform !== "win32",
    });
    const chunks: Buffer[] = [];
    let size = 0;
    let stderr = "";
    let rest = "";
    let stopped: ProgramOutcome["stopped"] = null;
    let timer: NodeJS.Timeout | null = null;
    const end = (signal: NodeJS.Signals): void => {
      if (child.pid === undefined) return;
      try {
        if (process.platform === "win32") child.kill(signal);
        else process.kill(-child.pid, signal);
      } catch {
        // The group is gone already.
      }
    };
    const stop = (why: "aborted" | "too_much_output"): void => {
      if (stopped !== null) return;
      stopped = why;
      end("SIGINT");
      timer = setTimeout(() => end("SIGKILL"), GRACE_MS);
    };
    const onAbort = (): void => stop("aborted");
    run.onStart(() => end("SIGKILL"));
    run.signal.addEventListener("abort", onAbort, { once: true });
    child.stdout.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > run.maxOutputBytes) {
        stop("too_much_output");
        return;
      }
      chunks.push(chunk);
      const lines = (rest + chunk.toString("utf8")).split("\n");
      rest = (lines.pop() ?? "").slice(-4096);
      for (const line of lines) run.onLine(line);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      stderr = (stderr + chunk.toString("utf8")).slice(-MAX_STDERR);
    });
    const finish = (code: number | null, why: ProgramOutcome["stopped"]): void => {
      if (timer !== null) clearTimeout(timer);
      run.signal.removeEventListener("abort", onAbort);
      resolve({ code, stdout: Buffer.concat(chunks), stderr, stopped: why });
    };
    child.on("error", () => finish(null, "not_started"));
    child.on("close", (code) => finish(code, stopped));
  });
}

/** Full path of the first of these programs on a PATH; `null` when there is none. */
export function findProgram(names: readonly string[], path: string | undefined): string | null {
  for (const name of names) {
    for (const folder of (path ?? "").split(delimiter)) {
      if (folder === "") continue;
      const file = join(folder, name);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        // Not here.
      }
    }
  }
  return null;
}
