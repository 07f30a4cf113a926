import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { format } from "../src/engines/rego/fmt/format.ts";
import { findPeers } from "./peers/find.ts";

/**
 * Formats each module of OPA's conformance cases and compares with what `opa fmt` makes of it. The tool runs once for
 * each language version, over a folder with one file a module. Exits with 1 below the share that is asked for.
 */
const WANTED = 0.97;
const SHOWN = 5;

const peers = findPeers(["opa"]);
const shared = process.env["TRUEUP_SHARED"] ?? join(import.meta.dirname, "../../shared");
const roots = process.argv.slice(2).length > 0 ? process.argv.slice(2) : [join(shared, "conformance/rego")];

if (!peers.found) skip(peers.reason);
const suites = roots.flatMap((root) => suiteFolders(root));
if (suites.length === 0)
  skip(`no folder v0 or v1 in ${roots.join(", ")}; TRUEUP_SHARED names the shared folder`);

let [equal, all, unstable] = [0, 0, 0];
for (const { path, version } of suites) {
  const result = compare(path, version, peers.found ? peers.paths.opa : "");
  console.log(
    `v${version} ${path}: ${result.equal} of ${result.all} equal, ${result.unstable} change when formatted again`,
  );
  equal += result.equal;
  all += result.all;
  unstable += result.unstable;
}
console.log(
  `${equal} passed, ${all - equal} failed (${((100 * equal) / all).toFixed(2)} %), ${unstable} not idempotent`,
);
process.exitCode = equal / all >= WANTED ? 0 : 1;

function skip(reason: string): never {
  console.log(`SKIPPED rego fmt conformance: ${reason}`);
  process.exit(0);
}

function suiteFolders(root: string): readonly { readonly path: string; readonly version: 0 | 1 }[] {
  try {
    const names = readdirSync(root);
    return ([0, 1] as const)
      .filter((version) => names.includes(`v${version}`))
      .map((version) => ({ path: join(root, `v${version}`), version }));
  } catch {
    return [];
  }
}

function compare(
  path: string,
  version: 0 | 1,
  opa: string,
): { equal: number; all: number; unstable: number } {
  const folder = mkdtempSync(join(tmpdir(), "trueup-fmt-"));
  try {
    mkdirSync(join(folder, "m"));
    const modules = [...modulesBelow(path)].map((source, i) => ({ source, name: `m/${i}.rego` }));
    for (const { source, name } of modules) writeFileSync(join(folder, name), source);
    const args = ["fmt", "-w", ...(version === 0 ? ["--v0-compatible"] : []), "m"];
    const done = spawnSync(opa, args, { cwd: folder, encoding: "utf8", timeout: 120_000 });
    if (done.status !== 0) throw new Error(`opa fmt ended with ${done.status}: ${done.stderr}`);
    let [equal, unstable, shown] = [0, 0, 0];
    for (const { source, name } of modules) {
      const wanted = readFileSync(join(folder, name), "utf8");
      const made = formatted(name, source, version);
      if (made === wanted) equal++;
      else if (shown++ < SHOWN) console.log(`--- wanted\n${wanted}+++ made\n${made}`);
      if (formatted(name, made, version) !== made) unstable++;
    }
    return { equal, all: modules.length, unstable };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function formatted(name: string, source: string, version: 0 | 1): string {
  const result = format(name, source, { version });
  return result.ok ? result.value : result.error.map((error) => error.text).join("\n");
}

/** The different modules of all cases below a folder. */
function modulesBelow(path: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith(".yaml")) continue;
    const suite = parse(readFileSync(join(entry.parentPath, entry.name), "utf8"), { intAsBigInt: true }) as {
      readonly cases?: readonly { readonly modules?: readonly string[] }[];
    };
    for (const { modules } of suite.cases ?? []) for (const module of modules ?? []) found.add(module);
  }
  return found;
}
