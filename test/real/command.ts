import { spawn } from "node:child_process";

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
  /** Milliseconds after which the program is killed; two minutes unless told. */
  readonly timeout?: number;
}

/** Runs a program to its end and returns what it said, whatever its exit code. */
export function command(
  file: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((done, fail) => {
    const child = spawn(file, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      timeout: options.timeout ?? 120_000,
      killSignal: "SIGKILL",
      stdio: ["pipe", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.once("error", fail);
    child.once("close", (code, signal) => {
      done({ code: code ?? 128, stdout, stderr: signal === null ? stderr : `${stderr}\nended by ${signal}` });
    });
    // A program may close its input without reading it.
    child.stdin.on("error", () => {});
    child.stdin.end(options.input ?? "");
  });
}

/** As `command`, but any exit code other than those accepted is an error with all that the program said. */
export async function mustRun(
  file: string,
  args: readonly string[],
  options: CommandOptions & { readonly accept?: readonly number[] } = {},
): Promise<CommandResult> {
  const result = await command(file, args, options);
  if (!(options.accept ?? [0]).includes(result.code)) {
    throw new Error(
      `\`${[file, ...args].join(" ")}\` ended with ${result.code}\n${result.stderr}\n${result.stdout}`.trim(),
    );
  }
  return result;
}
