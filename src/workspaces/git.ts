import { execFile } from "node:child_process";
import { err, messageOf, ok, type Problem, problem, type Result } from "../base/index.ts";
import { GIT_PROTOCOLS } from "./git-url.ts";

export type Variables = Readonly<Record<string, string | undefined>>;

export interface GitOptions {
  readonly variables: Variables;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /** Further variables of git's own: `GIT_INDEX_FILE`. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Nothing that a repository or a machine configures may run: no hooks, no filters, no helpers, no other transports. */
const SETTINGS = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "protocol.ext.allow=never",
  "protocol.allow=never",
  ...GIT_PROTOCOLS.map((name) => `protocol.${name}.allow=always`),
  "submodule.recurse=false",
  "fetch.recurseSubmodules=false",
  "gc.auto=0",
].flatMap((setting) => ["-c", setting]);

const PASSED = [
  "PATH",
  "HOME",
  "SSH_AUTH_SOCK",
  "HTTPS_PROXY",
  "https_proxy",
  "NO_PROXY",
  "no_proxy",
  "SSL_CERT_FILE",
];
const MAX_OUTPUT = 64 * 1024 * 1024;

/** Runs git by its arguments, without a shell, a terminal or the machine's own configuration. Problem: `git_failed`, `git_missing`. */
export function git(args: readonly string[], options: GitOptions): Promise<Result<string, Problem>> {
  const { variables, signal, timeoutMs } = options;
  const env: Record<string, string> = {
    ...Object.fromEntries(
      PASSED.flatMap((name) => (variables[name] === undefined ? [] : [[name, variables[name]]])),
    ),
    ...options.env,
    GIT_TERMINAL_PROMPT: "0",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ALLOW_PROTOCOL: GIT_PROTOCOLS.join(":"),
    GIT_SSH_COMMAND: "ssh -oBatchMode=yes",
    GIT_LFS_SKIP_SMUDGE: "1",
    LC_ALL: "C",
  };
  return new Promise((resolve) => {
    execFile(
      "git",
      [...SETTINGS, ...args],
      {
        env,
        timeout: timeoutMs ?? 300_000,
        maxBuffer: MAX_OUTPUT,
        ...(signal === undefined ? {} : { signal }),
      },
      (failure, stdout, stderr) => {
        if (failure === null) return resolve(ok(stdout));
        if (failure.code === "ENOENT") {
          return resolve(
            err(
              problem("git_missing", "the program `git` was not found", {
                hint: "install git on the worker",
              }),
            ),
          );
        }
        const said = stderr.trim().split("\n").slice(-3).join(" ");
        resolve(err(problem("git_failed", `\`git ${verbOf(args)}\` failed: ${said || messageOf(failure)}`)));
      },
    );
  });
}

function verbOf(args: readonly string[]): string {
  return args.find((arg) => /^[a-z][a-z-]*$/.test(arg)) ?? "";
}
