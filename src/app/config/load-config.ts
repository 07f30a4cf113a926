import { readFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { codeOf, err, ok, type Problem, problem, type Result } from "../../base/index.ts";
import type { Config } from "./config.ts";
import type { Variables } from "./environment.ts";
import { defaultConfig, parseConfig } from "./parse-config.ts";

export const CONFIG_FILE = "trueup.yaml";

export interface LoadedConfig {
  readonly config: Config;
  /** The file, absolute; `null` when there is none and the defaults hold. */
  readonly file: string | null;
  /** Folder to which relative paths of the configuration belong. */
  readonly root: string;
}

/**
 * Reads `file`, or the nearest `trueup.yaml` from `cwd` upwards, or the defaults where there is none.
 * A file that is there and cannot be read is an error, never the defaults.
 */
export async function loadConfig(
  cwd: string,
  variables: Variables,
  file?: string,
): Promise<Result<LoadedConfig, readonly Problem[]>> {
  const found = file === undefined ? await nearest(cwd) : await named(cwd, file);
  if (!found.ok) return err([found.error]);
  if (found.value === null) {
    const config = defaultConfig(variables);
    return config.ok ? ok({ config: config.value, file: null, root: resolve(cwd) }) : config;
  }
  const { path, text } = found.value;
  const config = parseConfig(text, relative(cwd, path), variables);
  return config.ok ? ok({ config: config.value, file: path, root: dirname(path) }) : config;
}

interface FoundFile {
  readonly path: string;
  readonly text: string;
}

async function named(cwd: string, file: string): Promise<Result<FoundFile, Problem>> {
  const path = resolve(cwd, file);
  const text = await readText(path, file);
  if (!text.ok) return text;
  return text.value === null ? err(missing(file)) : ok({ path, text: text.value });
}

async function nearest(cwd: string): Promise<Result<FoundFile | null, Problem>> {
  let folder = resolve(cwd);
  for (;;) {
    const path = join(folder, CONFIG_FILE);
    const text = await readText(path, relative(cwd, path));
    if (!text.ok) return text;
    if (text.value !== null) return ok({ path, text: text.value });
    const parent = dirname(folder);
    if (parent === folder) return ok(null);
    folder = parent;
  }
}

function missing(shown: string): Problem {
  return problem("config_missing", "the configuration file does not exist", {
    place: { file: shown },
    hint: "run `trueup init` to write one",
  });
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Text of a file, `null` when it does not exist. */
async function readText(path: string, shown: string): Promise<Result<string | null, Problem>> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    const code = codeOf(cause);
    if (code === "ENOENT" || code === "ENOTDIR") return ok(null);
    return err(
      problem("config_unreadable", `the file cannot be read (${code ?? "unknown error"})`, {
        place: { file: shown },
      }),
    );
  }
  try {
    return ok(utf8.decode(bytes));
  } catch {
    return err(problem("config_unreadable", "the file is not valid UTF-8", { place: { file: shown } }));
  }
}
