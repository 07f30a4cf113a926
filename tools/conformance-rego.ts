/**
 * Runs folders in the format of OPA's conformance suite on both back ends.
 * Usage: node --import tsx tools/conformance-rego.ts [--only TEXT] [--backend codegen|closures] [--verbose] DIR [DIR…]
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { parseDocument } from "yaml";
import { type CaseResult, runCase, type SuiteCase } from "./rego-suite.ts";

const EXPECTED = "test/conformance/rego/expected-failures.json";

interface Options {
  readonly folders: readonly string[];
  readonly only: string | undefined;
  readonly backends: readonly ("codegen" | "closures")[];
  readonly verbose: boolean;
}

function parseArguments(args: readonly string[]): Options {
  const folders: string[] = [];
  let only: string | undefined;
  let backends: readonly ("codegen" | "closures")[] = ["codegen", "closures"];
  let verbose = false;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === "--only") only = args[++i];
    else if (arg === "--backend") backends = [args[++i] === "closures" ? "closures" : "codegen"];
    else if (arg === "--verbose") verbose = true;
    else folders.push(arg);
  }
  return { folders, only, backends, verbose };
}

function yamlFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".yaml") || name.endsWith(".yml"))
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .sort();
}

/** v0 when a folder on the way is called `v0`, else v1. */
function versionOf(path: string): 0 | 1 {
  return path.split("/").includes("v0") ? 0 : 1;
}

function loadCases(path: string): SuiteCase[] {
  const document = parseDocument(readFileSync(path, "utf8"), {
    version: "1.2",
    intAsBigInt: true,
    uniqueKeys: false,
    merge: true,
  });
  const file = document.toJS({ maxAliasCount: -1 }) as { cases?: SuiteCase[] } | null;
  return file?.cases ?? [];
}

function readExpected(): Map<string, string> {
  if (!existsSync(EXPECTED)) return new Map();
  return new Map(Object.entries(JSON.parse(readFileSync(EXPECTED, "utf8")) as Record<string, string>));
}

function main(): number {
  const options = parseArguments(process.argv.slice(2));
  const shared = process.env["TRUEUP_SHARED"] ?? "../shared";
  const folders =
    options.folders.length > 0 ? options.folders : [join(shared, "conformance/rego")].filter(existsSync);
  if (folders.length === 0) {
    console.log(`skipped: no folder given and ${shared}/conformance/rego is not there (set TRUEUP_SHARED)`);
    return 0;
  }
  const expected = readExpected();
  const byFolder = new Map<string, { passed: number; failed: number }>();
  let [passed, failed] = [0, 0];
  const problems: string[] = [];
  for (const root of folders) {
    for (const path of yamlFiles(resolve(root))) {
      const version = versionOf(path);
      const folder = `v${version}/${basename(dirname(path))}`;
      for (const test of loadCases(path)) {
        const id = `v${version}/${test.note}`;
        if (options.only !== undefined && !`${folder} ${id}`.includes(options.only)) continue;
        const results = options.backends.map((backend): CaseResult => runCase(test, version, backend));
        const bad = results.findIndex((r) => !r.pass);
        const count = byFolder.get(folder) ?? { passed: 0, failed: 0 };
        byFolder.set(folder, count);
        const reason = expected.get(id);
        if (bad < 0 && reason === undefined) {
          passed++;
          count.passed++;
        } else if (bad >= 0 && reason !== undefined) {
          passed++;
          count.passed++;
        } else {
          failed++;
          count.failed++;
          const why = bad < 0 ? "passes, but is listed as an expected failure" : (results[bad]?.why ?? "");
          problems.push(`${id} [${options.backends[Math.max(bad, 0)]}] ${relative(root, path)}\n    ${why}`);
        }
      }
    }
  }
  for (const [folder, count] of [...byFolder].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (options.verbose || count.failed > 0)
      console.log(`${folder}: ${count.passed} passed, ${count.failed} failed`);
  }
  for (const problem of problems) console.log(`FAIL ${problem}`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = main();
