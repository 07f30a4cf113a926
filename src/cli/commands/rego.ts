import { type FSWatcher, readdirSync, readFileSync, statSync, watch, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { type RegoHost, regoCommand } from "../../engines/rego/cli/index.ts";
import type { Invocation } from "../invocation.ts";

/** `trueup rego …`: the arguments go to the engine as they are, and the exit code is the opa tool's own. */
export function rego(args: readonly string[]) {
  return async (invocation: Invocation): Promise<number> => {
    for (;;) {
      const { stdout, stderr, exitCode, watch } = regoCommand(args, realHost());
      if (stderr !== "") await written(process.stderr, stderr);
      if (stdout !== "") await written(process.stdout, stdout);
      if (watch === undefined) return exitCode;
      await written(process.stdout, `${"*".repeat(80)}\nWatching for changes ...\n`);
      if (!(await changed(watch, invocation.signal))) return exitCode;
    }
  };
}

/** Editors write a file in several steps: a change counts when it has been quiet for so long, in milliseconds. */
const QUIET_MS = 100;

/** Resolves at the next change of these files and folders; `false` when the person ends the command, or nothing can be watched. */
export function changed(paths: readonly string[], signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const watchers: FSWatcher[] = [];
    let timer: NodeJS.Timeout | undefined;
    const end = (again: boolean): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      for (const watcher of watchers) watcher.close();
      resolve(again);
    };
    const stop = (): void => end(false);
    const touched = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => end(true), QUIET_MS);
    };
    signal.addEventListener("abort", stop);
    try {
      for (const path of paths) watchers.push(watch(path, { recursive: true }, touched).on("error", touched));
    } catch {
      end(false);
    }
    if (signal.aborted) stop();
  });
}

/** Resolves when the reader has taken it, so that a long report is not cut by the end of the process. */
function written(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => (error ? reject(error) : resolve()));
  });
}

/** The machine's files below a folder (default: the working folder), its clocks and its environment. */
export function realHost(folder = "."): RegoHost {
  const at = (path: string): string => resolve(folder, path);
  return {
    kindOf(path) {
      const found = statSync(at(path), { throwIfNoEntry: false });
      return found === undefined ? undefined : found.isDirectory() ? "folder" : "file";
    },
    readFile: (path) => attempt(() => readFileSync(at(path))),
    readDir: (path) => attempt(() => readdirSync(at(path))),
    writeFile(path, text) {
      const done = attempt(() => writeFileSync(at(path), text));
      return done.ok ? undefined : done.error;
    },
    stdin: () => readFileSync(0, "utf8"),
    now: () => Date.now(),
    monotonic: () => performance.now(),
    env: Object.fromEntries(
      Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
  };
}

const SENTENCES: Readonly<Record<string, string>> = {
  ENOENT: "no such file or directory",
  EACCES: "permission denied",
  EISDIR: "is a directory",
  ENOTDIR: "not a directory",
};

function attempt<T>(work: () => T): { ok: true; value: T } | { ok: false; error: string } {
  try {
    return { ok: true, value: work() };
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    const sentence = Object.hasOwn(SENTENCES, code) ? SENTENCES[code] : undefined;
    return { ok: false, error: sentence ?? (cause instanceof Error ? cause.message : String(cause)) };
  }
}
