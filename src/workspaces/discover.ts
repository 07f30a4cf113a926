import { readdir } from "node:fs/promises";
import { join } from "node:path";
import picomatch from "picomatch";
import { err, ok, type Problem, problem, type Result } from "../base/index.ts";

/** Which folders of a tree are workspaces, and what they are called. */
export interface DiscoveryRule {
  /** Names of what is found begin with it. */
  readonly name: string;
  /** Globs over folders below the top, `**` for any number of segments. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

export interface FoundWorkspace {
  /** `<rule>/<folder>`; the same folder always gets the same name. */
  readonly name: string;
  /** Below the top, `/` between segments; `.` for the top itself. */
  readonly path: string;
}

const MOST_FOLDERS = 200_000;
const MOST_FOUND = 10_000;
/** Folders of tools, never of people. */
const SKIPPED = new Set([".git", ".terraform", "node_modules", ".terragrunt-cache"]);
const CODE = /\.(?:tf|tofu)(?:\.json)?$/;

/**
 * Folders below `top` that hold OpenTofu or Terraform code and match: ordered by path. Symbolic links are not followed.
 * Problem: `discovery_too_large`, `discovery_unreadable`.
 */
export async function discoverWorkspaces(
  top: string,
  rule: DiscoveryRule,
): Promise<Result<readonly FoundWorkspace[], Problem>> {
  const isIncluded = picomatch([...rule.include], { dot: false });
  const isExcluded = picomatch([...rule.exclude], { dot: true });
  const found: FoundWorkspace[] = [];
  const waiting = [""];
  let seen = 0;
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (++seen > MOST_FOLDERS) return err(tooLarge(`more than ${MOST_FOLDERS} folders`));
    const entries = await readdir(join(top, at), { withFileTypes: true }).catch(() => null);
    if (entries === null) {
      if (at !== "") continue;
      return err(problem("discovery_unreadable", "the folder cannot be read", { place: { file: top } }));
    }
    for (const entry of entries) {
      const path = at === "" ? entry.name : `${at}/${entry.name}`;
      if (entry.isDirectory() && !SKIPPED.has(entry.name) && !isExcluded(path)) waiting.push(path);
    }
    const path = at === "" ? "." : at;
    if (!isIncluded(path) || isExcluded(path)) continue;
    if (!entries.some((entry) => entry.isFile() && CODE.test(entry.name))) continue;
    if (found.length >= MOST_FOUND) return err(tooLarge(`more than ${MOST_FOUND} workspaces`));
    found.push({ name: nameOf(rule.name, path), path });
  }
  return ok(found.toSorted((a, b) => (a.path < b.path ? -1 : 1)));
}

function nameOf(prefix: string, path: string): string {
  if (path === ".") return prefix;
  // Characters that names do not have become `_`; two folders that differ in nothing else are told apart by the caller.
  return `${prefix}/${path.replace(/[^A-Za-z0-9._/-]/g, "_")}`;
}

function tooLarge(what: string): Problem {
  return problem("discovery_too_large", `the tree holds ${what}`, {
    hint: "narrow the globs, or exclude folders",
  });
}
