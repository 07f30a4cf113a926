import { describe, expect, it } from "vitest";
import { regoCommand } from "../cli/command.ts";
import { memoryHost } from "../cli/memory-host.ts";

const POLICY = `package app

default allow := false

allow if input.role == "admin"

cases := {"one": {"want": 1, "got": 1}, "two": {"want": 1, "got": 2}}
`;

const TESTS = `package app_test

import data.app

test_admin if app.allow with input as {"role": "admin"}

test_wrong if {
	print("hello", 1)
	app.allow with input as {"role": "dev"}
}

todo_test_later if false

test_number := 1

test_twice if true

test_twice if false

test_cases[note] if {
	some note, tc in app.cases
	tc.want == tc.got
}

test_deep[a].of[b] if {
	some a in ["p", "q"]
	some b in ["u", "v"]
	a == "p"
}

test_none[note] if some note, _ in {}

inner.test_path if true

test_conflict if f(1) == 1

f(x) := x

f(x) := x + 1

helper if true
`;

const FILES = { "app.rego": POLICY, "app_test.rego": TESTS };
const run = (args: readonly string[], files: Record<string, string> = FILES) =>
  regoCommand(["test", ...args, "."], memoryHost(files));
const byName = (args: readonly string[]) =>
  Object.fromEntries(
    JSON.parse(run(["-f", "json", ...args]).stdout).map((found: { name: string }) => [found.name, found]),
  );

describe("test", () => {
  it("finds the tests and runs each", () => {
    const found = byName([]);
    expect(Object.keys(found)).toEqual([
      "test_admin",
      "test_wrong",
      "todo_test_later",
      "test_number",
      "test_twice",
      "test_twice#01",
      "test_cases",
      "test_deep",
      "test_none",
      "inner.test_path",
      "test_conflict",
    ]);
    const outcome = (name: string) => [found[name].fail ?? false, found[name].skip ?? false];
    expect(outcome("test_admin")).toEqual([false, false]);
    expect(outcome("test_wrong")).toEqual([true, false]);
    expect(outcome("todo_test_later")).toEqual([false, true]);
    expect(outcome("test_number")).toEqual([true, false]);
    expect(outcome("test_twice")).toEqual([false, false]);
    expect(outcome("test_twice#01")).toEqual([true, false]);
    expect(outcome("test_none")).toEqual([false, false]);
    expect(outcome("inner.test_path")).toEqual([false, false]);
  });

  it("names package, place and what was printed", () => {
    expect(byName([])["test_wrong"]).toMatchObject({
      location: { file: "app_test.rego", row: 7, col: 1 },
      package: "data.app_test",
      output: btoa("hello 1\n"),
    });
  });

  it("reports cases that pass and cases that have no value", () => {
    const found = byName([]);
    expect(found["test_cases"]).toMatchObject({
      fail: true,
      sub_results: { one: { name: "one" }, two: { name: "two", fail: true } },
    });
    expect(found["test_cases"].sub_results.one.fail).toBeUndefined();
    expect(found["test_deep"].sub_results).toEqual({
      p: {
        name: "p",
        sub_results: { of: { name: "of", sub_results: { u: { name: "u" }, v: { name: "v" } } } },
      },
      q: {
        name: "q",
        fail: true,
        sub_results: {
          of: {
            name: "of",
            fail: true,
            sub_results: { u: { name: "u", fail: true }, v: { name: "v", fail: true } },
          },
        },
      },
    });
  });

  it("gives an error its code", () => {
    expect(byName([])["test_conflict"].error).toMatchObject({ code: "eval_conflict_error" });
  });

  const lines: readonly [title: string, args: readonly string[], text: RegExp, code: number][] = [
    ["one that passes", ["--run", "test_admin"], /^PASS: 1\/1\n$/, 0],
    [
      "one that passes, in full",
      ["-v", "--run", "test_admin"],
      /^app_test\.rego:5:\ndata\.app_test\.test_admin: PASS \(2ms\)\n-{80}\nPASS: 1\/1\n$/,
      0,
    ],
    [
      "one that fails",
      ["--run", "test_wrong"],
      /^app_test\.rego:7:\ndata\.app_test\.test_wrong: FAIL \(2ms\)\n\n {2}hello 1\n\n-{80}\nFAIL: 1\/1\n$/,
      2,
    ],
    [
      "cases count one by one",
      ["--run", "test_cases"],
      /test_cases: FAIL .*\n {2}two: FAIL\n-{80}\nPASS: 1\/2\nFAIL: 1\/2\n$/,
      2,
    ],
    ["a skipped one", ["--run", "todo"], /todo_test_later: SKIPPED\n-{80}\nSKIPPED: 1\/1\n$/, 2],
    ["a skipped one that may be", ["-z", "--run", "todo"], /SKIPPED: 1\/1\n$/, 0],
    ["none", ["--run", "nothing"], /^$/, 0],
  ];
  it.each(lines)("prints %s", (_, args, text, code) => {
    const done = run(args);
    expect(done.stdout).toMatch(text);
    expect(done.exitCode).toBe(code);
  });

  describe("coverage", () => {
    it("is the report, row by row", () => {
      const report = JSON.parse(run(["-c", "--run", "test_admin"]).stdout);
      expect(report.files["app.rego"].covered).toContainEqual({ start: { row: 5 }, end: { row: 5 } });
      expect(report.covered_lines).toBeGreaterThan(0);
      expect(report.coverage).toBeCloseTo(
        (100 * report.covered_lines) / (report.covered_lines + report.not_covered_lines),
      );
    });

    it("fails below the threshold", () => {
      const done = run(["--threshold", "99", "--run", "test_admin"]);
      expect([done.exitCode, done.stdout]).toEqual([2, ""]);
      expect(done.stderr).toMatch(/^Code coverage threshold not met: got \d+\.\d\d instead of 99\.00\n$/);
    });

    it("ends with the first test that does not pass", () => {
      const failed = run(["-c", "--run", "test_wrong|test_number"]);
      expect([failed.exitCode, failed.stderr]).toEqual([1, "data.app_test.test_wrong: FAIL (2ms)\n\n"]);
      expect(run(["-c", "--run", "test_conflict"]).exitCode).toBe(1);
    });
  });

  it("writes JUnit's XML", () => {
    const { stdout } = run(["-f", "junit", "--run", "test_(admin|wrong|conflict)|todo"]);
    expect(stdout).toContain('<testsuite name="data.app_test" tests="4" failures="1" errors="1" skipped="1"');
    expect(stdout).toContain("<system-out>hello 1</system-out>");
  });

  it("ends with 1 when nothing can run", () => {
    expect(run([], { "x.rego": "package x\n\np := q\n" }).exitCode).toBe(1);
    expect(run(["--fail-on-empty", "--run", "nothing"]).exitCode).toBe(1);
    expect(run(["--run", "("]).exitCode).toBe(1);
  });

  it("ends an endless test", () => {
    const files = { "e_test.rego": "package e\n\ntest_e if count(numbers.range(1, 2000000)) == 0\n" };
    expect(run(["--timeout", "20ms"], files).exitCode).toBe(2);
  });
});
