import { mkdirSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { planWith, workbench } from "./trueup.ts";

const bench = workbench();
const nested = `${"[".repeat(50)}${"]".repeat(50)}`;

interface BadPlan {
  readonly note: string;
  readonly content: string | Uint8Array;
  /** Code that the sentence ends with. */
  readonly code: string;
}

const BAD_PLANS: readonly BadPlan[] = [
  { note: "truncated JSON", content: planWith("10.0.0.0/8").slice(0, 200), code: "plan_truncated" },
  { note: "an empty file", content: "", code: "plan_empty" },
  {
    note: "a binary plan file",
    content: Uint8Array.from([0x50, 0x4b, 3, 4, 20, 0, 8, 0]),
    code: "plan_is_binary",
  },
  {
    note: "an unknown major format",
    content: JSON.stringify({ format_version: "9.0" }),
    code: "plan_unsupported_format",
  },
  {
    note: "invalid UTF-8",
    content: Uint8Array.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]),
    code: "plan_not_utf8",
  },
  { note: "JSON that is no plan", content: "[1, 2, 3]", code: "not_a_plan" },
];

describe("a bad plan ends in one clear sentence", () => {
  it.each(BAD_PLANS)("$note", async ({ content, code: expected }) => {
    const file = bench.write("bad.json", content);
    const before = readdirSync(bench.folder).filter((name) => !name.startsWith("."));
    const { code, stdout, stderr } = await bench.run("check", file);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    // A slow machine is told what takes so long; the problem is the last line.
    expect(stderr).toMatch(/^(?:judging [^\n]*\n)?trueup: .*bad\.json.*\[[a-z0-9_]+\]\n$/);
    expect(stderr).toContain(`[${expected}]`);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(readdirSync(bench.folder).filter((name) => !name.startsWith("."))).toEqual(before);
  });
});

describe("a plan that is strange but readable is judged", () => {
  it("50-deep nesting", async () => {
    const file = bench.write("deep.json", planWith("10.0.0.0/8", { checks: JSON.parse(nested) }));
    expect((await bench.run("check", file)).code).toBe(0);
  });

  it("`__proto__` keys", async () => {
    const text = planWith("10.0.0.0/8").replace(
      '"protocol":"tcp"',
      '"protocol":"tcp","__proto__":{"polluted":true}',
    );
    const file = bench.write("proto.json", text);
    const { code, stdout } = await bench.run("check", file, "--format", "json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout).counts.changes).toBe(1);
  });
});

describe("what is missing or broken around a plan", () => {
  const plan = bench.write("plan.json", planWith("10.0.0.0/8"));
  mkdirSync(bench.path("broken"));
  bench.write("broken/p.rego", "package main\n\ndeny contains msg if {\n  msg := \n}\n");
  mkdirSync(bench.path("empty"));
  bench.write("a-file", "not a folder");

  it.each([
    ["a plan that does not exist", ["check", "gone.json"], "gone.json"],
    ["a missing policy folder", ["check", plan, "--policy", "nowhere"], "nowhere"],
    ["a folder without policies", ["check", plan, "--policy", "empty"], "empty"],
    ["a policy with a syntax error", ["check", plan, "--policy", "broken"], "broken/p.rego:"],
    ["a configuration that does not exist", ["check", plan, "--config", "gone.yaml"], "gone.yaml"],
    ["an unwritable report", ["check", plan, "-o", "a-file/report"], "a-file/report"],
    ["an unknown format", ["check", plan, "-f", "xml"], "Choose one of"],
    ["an unknown command", ["chek"], "Did you mean check"],
    ["a public key that is none", ["audit", "verify", plan, "--key", plan], "plan.json"],
  ])("%s", async (_note, args, names) => {
    const { code, stderr } = await bench.run(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(names);
    expect(stderr).not.toMatch(/\n\s+at |internal error/);
  });

  it("a data directory that is a file", async () => {
    const config = bench.write("file-store.yaml", "version: 1\nstore: pglite:a-file\n");
    const { code, stderr } = await bench.run("check", plan, "--config", config);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/a-file.*\[data_dir_unwritable\]/)]);
  });

  it("a misspelt key of trueup.yaml is refused with its line", async () => {
    const config = bench.write("typo.yaml", "version: 1\nworkspce: x\n");
    const { code, stderr } = await bench.run("check", plan, "--config", config);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/typo\.yaml:2:1.*workspace/)]);
  });
});
