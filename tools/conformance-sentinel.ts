/**
 * Runs every folder with Sentinel tests below the given ones and counts cases by repository (the first two folders below
 * an argument, as `owner/name`). Without an argument it reads TRUEUP_CORPORA.
 * Usage: node --import tsx tools/conformance-sentinel.ts [--verbose] [DIR…]
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { nodeHost } from "../src/engines/sentinel/host/node-host.ts";
import { testsOf } from "../src/engines/sentinel/test-runner/find-tests.ts";
import { runTests } from "../src/engines/sentinel/test-runner/run-tests.ts";

const EXPECTED = "test/conformance/sentinel/expected-failures.json";

/** Cases, as `owner/name/path`, with the reason why no run here can pass them. */
type Expected = Readonly<Record<string, string>>;

function policiesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".sentinel"))
    .sort()
    .map((name) => join(folder, name));
}

function repositoryOf(path: string): string {
  return path.split("/").slice(0, 2).join("/");
}

function main(): void {
  const args = process.argv.slice(2);
  const verbose = args.includes("--verbose");
  const given = args.filter((arg) => !arg.startsWith("--"));
  const corpora = process.env["TRUEUP_CORPORA"];
  const folders = given.length > 0 ? given : corpora === undefined ? [] : [corpora];
  if (folders.length === 0) {
    console.log("skipped: no folder given and TRUEUP_CORPORA is not set, so no public policy was run");
    console.log("0 passed, 0 failed");
    return;
  }
  const expected = existsSync(EXPECTED) ? (JSON.parse(readFileSync(EXPECTED, "utf8")) as Expected) : {};
  const host = nodeHost();
  const counts = new Map<string, { passed: number; failed: number }>();
  const surprises: string[] = [];
  let passed = 0;
  let failed = 0;
  for (const folder of folders.map((one) => resolve(one))) {
    for (const policy of policiesBelow(folder)) {
      for (const result of runTests([testsOf(host, policy)], host).policies.flatMap(
        (report) => report.cases,
      )) {
        const name = relative(folder, result.path);
        const count = counts.get(repositoryOf(name)) ?? { passed: 0, failed: 0 };
        counts.set(repositoryOf(name), count);
        const reason = Object.entries(expected).find(([path]) => result.path.endsWith(`/${path}`))?.[1];
        const passes = result.status === "PASS";
        count[passes ? "passed" : "failed"] += 1;
        passed += passes ? 1 : 0;
        failed += passes ? 0 : 1;
        if (passes !== (reason === undefined)) {
          surprises.push(
            `${passes ? "passes although it is listed as failing" : result.status}: ${name} ${[...result.errors, ...result.failed.map((one) => one.message)].join("; ")}`,
          );
        } else if (!passes && verbose) {
          console.log(`expected ${result.status}: ${name} (${reason})`);
        }
      }
    }
  }
  for (const [repository, count] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    console.log(
      `${String(count.passed).padStart(5)} passed ${String(count.failed).padStart(4)} failed  ${repository}`,
    );
  }
  for (const surprise of surprises) {
    console.log(surprise);
  }
  console.log(
    `${failed - surprises.filter((one) => !one.startsWith("passes")).length} failures were expected, each with a reason in ${EXPECTED}`,
  );
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = surprises.length === 0 ? 0 : 1;
}

main();
