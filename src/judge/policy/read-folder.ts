import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { codeOf, err, ok, type Problem, problem, type Result } from "../../base/index.ts";
import type { PolicyFile } from "./policy-engine.ts";

const POLICY_FILE = /\.(?:rego|sentinel|hcl|ya?ml|json|tar\.gz)$/;
const BINARY_FILE = /\.tar\.gz$/;
const SKIPPED_FOLDERS = new Set(["node_modules", ".git", ".terraform", ".trueup"]);
const MAX_FILES = 5_000;
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Reads the policy files of a folder (or one file), sorted by path. Links that lead out of the folder are refused:
 * what a set holds must be what its revision names.
 */
export async function readPolicyFolder(place: string): Promise<Result<readonly PolicyFile[], Problem>> {
  try {
    const root = await realpath(place);
    if ((await stat(root)).isFile())
      return ok([await readPolicyFile(relative(join(root, ".."), root), root)]);
    const paths: string[] = [];
    await walk(root, root, paths);
    const files: PolicyFile[] = [];
    let bytes = 0;
    for (const path of paths.sort()) {
      const file = await readPolicyFile(relative(root, path).split(sep).join("/"), path);
      bytes += file.bytes?.length ?? file.text.length;
      if (files.length >= MAX_FILES || bytes > MAX_BYTES) {
        const hint = "point `policies` at the folder of the set itself";
        return err(
          problem(
            "policy_folder_too_large",
            `the folder holds more than ${MAX_FILES} files or ${MAX_BYTES} bytes of policy`,
            { place: { file: place }, hint },
          ),
        );
      }
      files.push(file);
    }
    return ok(files);
  } catch (cause) {
    return err(readProblem(place, cause));
  }
}

async function walk(root: string, folder: string, into: string[]): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isSymbolicLink()) {
      const target = await realpath(path);
      if (target !== root && !target.startsWith(root + sep)) throw new OutsideLink(path);
      continue;
    }
    if (entry.isDirectory() && !SKIPPED_FOLDERS.has(entry.name)) await walk(root, path, into);
    else if (entry.isFile() && POLICY_FILE.test(entry.name)) into.push(path);
  }
}

class OutsideLink extends Error {}

async function readPolicyFile(path: string, file: string): Promise<PolicyFile> {
  return BINARY_FILE.test(path)
    ? { path, text: "", bytes: await readFile(file) }
    : { path, text: await readText(file) };
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

async function readText(path: string): Promise<string> {
  const bytes = await readFile(path);
  try {
    return utf8.decode(bytes);
  } catch {
    throw new NotUtf8(path);
  }
}

class NotUtf8 extends Error {}

function readProblem(place: string, cause: unknown): Problem {
  if (cause instanceof OutsideLink) {
    const hint = "copy the file into the folder of the set";
    return problem("policy_link_outside", "a link leads out of the policy folder", {
      place: { file: cause.message },
      hint,
    });
  }
  if (cause instanceof NotUtf8) {
    return problem("policy_unreadable", "the policy file is not valid UTF-8", {
      place: { file: cause.message },
    });
  }
  const code = codeOf(cause);
  const hint = "correct the path under `policies` in trueup.yaml or after --policy";
  if (code === "ENOENT")
    return problem("policy_missing", "the policy folder does not exist", { place: { file: place }, hint });
  return problem("policy_unreadable", `the policy folder cannot be read (${code ?? "unknown error"})`, {
    place: { file: place },
    hint,
  });
}
