import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** The one command that decides. Every step runs even after a failure: one look shows all that is wrong. */
const ROOT = join(import.meta.dirname, "../..");

interface Step {
  readonly name: string;
  readonly args: readonly string[];
}

const tsx = (script: string, ...rest: string[]): string[] => ["--import", "tsx", script, ...rest];

const STEPS: readonly Step[] = [
  {
    name: "format and lint",
    args: ["node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings"],
  },
  { name: "types", args: ["node_modules/typescript/bin/tsc", "-p", "."] },
  { name: "rooms", args: tsx("tools/rooms/main.ts") },
  { name: "risk rules fresh", args: tsx("tools/generate-risk-rules.ts", "--check") },
  { name: "authority tables fresh", args: tsx("tools/generate-authority.ts", "--check") },
  { name: "schemas fresh", args: tsx("tools/generate-schemas.ts", "--check") },
  { name: "example estate fresh", args: ["examples/estate/captured/write.mjs", "--check"] },
  { name: "unit tests", args: ["node_modules/vitest/vitest.mjs", "run"] },
];

const skipTests = process.argv.includes("--without-tests");
const failed: string[] = [];
for (const step of STEPS) {
  if (skipTests && step.name === "unit tests") {
    console.log("check: unit tests left out (--without-tests)");
    continue;
  }
  const started = performance.now();
  const done = spawnSync(process.execPath, step.args, { cwd: ROOT, stdio: "inherit" });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`check: ${step.name} ${done.status === 0 ? "ok" : "FAILED"} (${seconds} s)`);
  if (done.status !== 0) failed.push(step.name);
}
console.log(failed.length === 0 ? "check: all green" : `check: failed: ${failed.join(", ")}`);
process.exitCode = failed.length === 0 ? 0 : 1;
