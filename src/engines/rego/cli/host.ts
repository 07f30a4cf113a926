import type { FileSystem } from "../bundle/index.ts";

/** What the commands may do with the outside. All of it is given; nothing is read from globals. */
export interface RegoHost extends FileSystem {
  /** Writes a file that exists; answers the system's sentence when that fails. */
  writeFile(path: string, text: string): string | undefined;
  stdin(): string;
  /** Epoch milliseconds. */
  now(): number;
  /** Milliseconds of a clock that never goes back. */
  monotonic(): number;
  /** Environment for `opa.runtime().env`. */
  readonly env: Readonly<Record<string, string>>;
}

/** Everything that a command says. `exitCode` is the one of the opa tool. */
export interface CommandOutput {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
  /** `--watch`: files and folders at whose next change the command is to be run again. */
  readonly watch?: readonly string[];
}

export function said(stdout: string, exitCode = 0, stderr = ""): CommandOutput {
  return { stdout, stderr, exitCode };
}

/** An error of the command line itself, which ends with 1 as every command of the opa tool. */
export function misused(message: string, usage: string): CommandOutput {
  return said("", 1, `Error: ${message}\nUsage:\n  trueup rego ${usage}\n`);
}
