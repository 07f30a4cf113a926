import { describe, expect, it } from "vitest";
import { memoryHost } from "../host/memory-host.ts";
import { compile } from "../program.ts";
import { Float } from "../values/value.ts";
import { applyCommand } from "./apply-command.ts";
import { parseDuration, parseValue } from "./flags.ts";
import { fmtCommand } from "./fmt-command.ts";
import { mockCommand } from "./mock-command.ts";
import { testCommand } from "./test-command.ts";

const HOURS = `// Only during the day.
// Nights are quiet.

import "time"
param limit default 8

# The hour is late enough.
is_open = rule { time.now.hour > limit }

main = rule { print("hour", time.now.hour) and is_open }
`;

const TESTS = {
  "hours.sentinel": HOURS,
  "test/hours/7-am.hcl": 'mock "time" { data = { now = { hour = 7 } } }\n',
  "test/hours/9-am.hcl":
    'mock "time" { data = { now = { hour = 9 } } }\ntest { rules = { main = true, is_open = true } }\n',
  "test/hours/bad.hcl":
    'mock "time" { module { source = "nope.sentinel" } }\ntest { rules = { main = false } }\n',
  "test/hours/old.json":
    '{"mock": {"time": {"now": {"hour": 9}}}, "param": {"limit": 10}, "test": {"main": false}}',
  "other.sentinel": "main = true",
};

describe("sentinel test", () => {
  it("prints the published form, traces only where a case does not pass", () => {
    const result = testCommand([], memoryHost({ ...TESTS }), false);
    expect(result.stdout).toBe(`FAIL - hours.sentinel
  FAIL - test/hours/7-am.hcl
    expected "main" to be true, got: false

    logs:
      hour 7
    trace:
      hours.sentinel:10:1 - Rule "main"
        Value:
          false

      hours.sentinel:8:1 - Rule "is_open"
        Description:
          The hour is late enough.

        Value:
          false
  PASS - test/hours/9-am.hcl
  ERROR - test/hours/bad.hcl
    Error: the file \`test/hours/nope.sentinel\` cannot be read

    trace:
      no rules evaluated
  PASS - test/hours/old.json
    legacy warning:
      test case uses legacy config, please migrate it to an HCL configuration.
? - other.sentinel [no test files]
1 tests completed in 0ms
2 passed, 2 failed
`);
    expect(result.exitCode).toBe(1);
  });

  it("writes the closing line on request, and to standard error beside a machine format", () => {
    expect(testCommand(["other.sentinel"], memoryHost({ ...TESTS }), true).stdout).not.toContain("passed");
    expect(testCommand(["-summary", "other.sentinel"], memoryHost({ ...TESTS }), true).stdout).toContain(
      "0 passed, 0 failed",
    );
    const json = testCommand(["-json"], memoryHost({ ...TESTS }), false);
    expect(json.stderr).toBe("2 passed, 2 failed\n");
    const report: unknown = JSON.parse(json.stdout);
    expect(report).toMatchObject({
      duration: 0,
      policies: {
        "hours.sentinel": {
          path: "hours.sentinel",
          status: "FAIL",
          errors: null,
          cases: {
            "test/hours/7-am.hcl": {
              status: "FAIL",
              errors: null,
              rule_detail: { main: 'expected "main" to be true, got: false' },
              config_legacy: false,
              config_warnings: null,
              trace: {
                description: "Only during the day.\nNights are quiet.",
                print: "hour 7\n",
                result: false,
                rules: {
                  main: {
                    desc: "",
                    ident: "main",
                    position: { filename: "hours.sentinel", line: 10, column: 1, offset: 152 },
                    value: false,
                  },
                },
              },
            },
            "test/hours/bad.hcl": {
              status: "ERROR",
              errors: ["the file `test/hours/nope.sentinel` cannot be read"],
              trace: null,
            },
            "test/hours/old.json": { status: "PASS", config_legacy: true, rule_detail: null },
          },
        },
        "other.sentinel": { status: "?", cases: null },
      },
    });
  });

  it("writes JUnit and coverage, which the original lacks", () => {
    const result = testCommand(["-junit", "-coverage"], memoryHost({ ...TESTS }), false);
    expect(result.stdout).toContain(
      '<testsuite name="hours.sentinel" tests="4" failures="1" errors="1" time="0.000">',
    );
    expect(result.stdout).toContain('<failure message="expected &quot;main&quot; to be true, got: false"/>');
    expect(result.stderr).toContain("100.0%  hours.sentinel");
  });

  it("runs the cases that `-run` matches", () => {
    expect(testCommand(["-run=hours/9", "hours.sentinel"], memoryHost({ ...TESTS }), false)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("1 passed, 0 failed"),
    });
    expect(testCommand(["-run=nothing"], memoryHost({ ...TESTS }), false).stdout).toBe(
      "? - other.sentinel [no test files]\n0 tests completed in 0ms\n0 passed, 0 failed\n",
    );
    expect(testCommand(["-run", "("], memoryHost({ ...TESTS }), false)).toMatchObject({
      exitCode: 9,
      stderr: "Error: `-run` takes a regular expression, not `(`\n",
    });
  });

  it.each([
    [
      "a rule that was never evaluated fails",
      "main = rule { false and other }\nother = rule { false }",
      "test { rules = { main = false, other = false } }",
      "FAIL",
    ],
    ["undefined is not false", "m = {}\nmain = rule { m.a }", "test { rules = { main = false } }", "FAIL"],
    [
      "any value is compared deeply",
      'main = rule { [{"a": 1}] }',
      "test { rules = { main = [{ a = 1 }] } }",
      "PASS",
    ],
    ["without a test block the policy must pass", "main = false", "", "FAIL"],
    [
      "an error is an error, whatever was expected",
      "main = rule { nope }",
      "test { rules = { main = false } }",
      "ERROR",
    ],
    ["a main that is no rule", "main = 1 is 1", "test { rules = { main = true } }", "PASS"],
    ["a policy that does not parse", "main = (", "test { rules = { main = false } }", "ERROR"],
    ["a case that does not parse", "main = true", "test {", "ERROR"],
    [
      "an endless policy",
      "func f() { return f() }\nmain = f()",
      "test { rules = { main = false } }",
      "ERROR",
    ],
  ])("%s", (_note, policy, config, status) => {
    const { stdout } = testCommand([], memoryHost({ "p.sentinel": policy, "test/p/a.hcl": config }), false);
    expect(stdout).toContain(`  ${status} - test/p/a.hcl`);
  });

  it("resolves sources from the case's folder, mocks before modules", () => {
    const files = {
      "p.sentinel": 'import "m"\nimport "data"\nmain = rule { m.x is 2 and data.n is 1 }',
      "test/p/a.hcl":
        'import "module" "m" { source = "../../lib/m.sentinel" }\nmock "m" { module { source = "m.sentinel" } }\nimport "static" "data" { source = "../../lib/d.json" }',
      "lib/m.sentinel": "x = 1",
      "test/p/m.sentinel": "x = 2",
      "lib/d.json": '{"n": 1}',
    };
    expect(testCommand([], memoryHost(files), false).stdout).toContain("1 passed, 0 failed");
  });

  it("names what it cannot read", () => {
    expect(testCommand(["nope"], memoryHost({ ...TESTS }), false)).toMatchObject({
      exitCode: 9,
      stderr: "Error: `nope` is neither a policy nor a folder\n",
    });
    expect(testCommand(["-frob"], memoryHost({}), false).stderr).toBe("Error: unknown flag `-frob`\n");
    const remote = {
      "p.sentinel": 'import "m"\nmain = true',
      "test/p/a.hcl": 'import "module" "m" { source = "git::https://x/y.git//m.sentinel" }',
    };
    expect(testCommand([], memoryHost(remote), false).stdout).toContain(
      "unsupported source `git::https://x/y.git//m.sentinel`: nothing is fetched; put a copy beside the configuration and name its path (`./…`)",
    );
    const fetched = memoryHost(remote, { fetchSource: () => ({ text: "x = 1" }) });
    expect(testCommand([], fetched, false).stdout).toContain("1 passed, 0 failed");
    const broken = memoryHost(remote, { fetchSource: () => ({ error: "the checksum does not match" }) });
    expect(testCommand([], broken, false).stdout).toContain("cannot be read: the checksum does not match");
  });

  it("lets a host answer requests", () => {
    const files = {
      "p.sentinel": 'import "http"\nmain = rule { http.get("https://a.test/").body is "yes" }',
      "test/p/a.hcl": "",
    };
    const host = memoryHost(files, {
      allowedHosts: ["a.test"],
      request: () => ({ status: 200, headers: {}, body: "yes" }),
    });
    expect(testCommand([], host, false).stdout).toContain("1 passed, 0 failed");
    const failing = memoryHost(files, { allowedHosts: ["a.test"], request: () => ({ error: "refused" }) });
    expect(testCommand([], failing, false).stdout).toContain("fails: refused");
  });
});

describe("sentinel apply", () => {
  const SET = {
    "sentinel.hcl":
      'policy "soft" { enforcement_level = "soft-mandatory" }\npolicy "advice" { }\npolicy "last" { enforcement_level = "hard-mandatory" }\nparam "p" { value = 1 }',
    "soft.sentinel": "param p\nmain = rule { p is 1 }",
    "advice.sentinel": "main = false",
    "last.sentinel": 'main = rule { [{"a": 1}] }',
  };

  it("says only `Pass` when all is well", () => {
    expect(applyCommand(["p.sentinel"], memoryHost({ "p.sentinel": "main = true" }))).toEqual({
      stdout: "Pass - p.sentinel\n",
      stderr: "",
      exitCode: 0,
    });
  });

  it("shows the published trace of a failure", () => {
    const host = memoryHost({
      "p.sentinel": HOURS,
      "sentinel.hcl": 'mock "time" { data = { now = { hour = 7 } } }',
    });
    expect(
      applyCommand(["p.sentinel"], host).stdout,
    ).toBe(`Execution trace. The information below will show the values of all
the rules evaluated. Note that some rules may be missing if
short-circuit logic was taken.

Note that for collection types and long strings, output may be
truncated; re-run "sentinel apply" with the -json flag to see the
full contents of these values.

The trace is displayed due to a failed policy.

Fail - p.sentinel

Description:
  Only during the day.
  Nights are quiet.

Print messages:

hour 7

p.sentinel:10:1 - Rule "main"
  Value:
    false

p.sentinel:8:1 - Rule "is_open"
  Description:
    The hour is late enough.

  Value:
    false
`);
  });

  it("shows collections over several lines", () => {
    const { stdout } = applyCommand(["last"], memoryHost({ ...SET }));
    expect(stdout).toContain('  Value:\n    [\n      {\n        "a": 1\n      }\n    ]\n');
  });

  it.each([
    ["pass", "main = true", 0],
    ["fail", "main = false", 1],
    ["undefined", "m = {}\nmain = m.a", 2],
    ["a runtime error", "main = nope", 3],
    ["a limit", "func f() { return f() }\nmain = f()", 3],
    ["a syntax error", "main = (", 9],
    ["a missing parameter", "param p\nmain = p", 9],
    ["an import that is not available", 'import "nope"\nmain = true', 9],
  ])("ends with the code of %s", (_note, text, code) => {
    expect(applyCommand(["p.sentinel"], memoryHost({ "p.sentinel": text })).exitCode).toBe(code);
  });

  it("goes through a set: advisory failures do not stop it, mandatory ones do", () => {
    const all = applyCommand(["-json"], memoryHost({ ...SET }));
    expect(all.exitCode).toBe(1);
    expect(JSON.parse(all.stdout)).toMatchObject({
      result: false,
      policies: [
        { policy: "soft", result: true, enforcement_level: "soft-mandatory" },
        { policy: "advice", result: false },
        { policy: "last", result: false },
      ],
    });
    const early = applyCommand(["-json", "-param", "p=2"], memoryHost({ ...SET }));
    expect((JSON.parse(early.stdout) as { policies: unknown[] }).policies).toHaveLength(1);
    const host = memoryHost({
      ...SET,
      "sentinel.hcl": `${SET["sentinel.hcl"]}\nsentinel { features = { apply-all = true } }`,
    });
    expect(
      (JSON.parse(applyCommand(["-json", "-param", "p=2"], host).stdout) as { policies: unknown[] }).policies,
    ).toHaveLength(3);
    expect(applyCommand(["advice"], memoryHost({ ...SET })).exitCode).toBe(0);
  });

  it("takes values from the environment, the configuration and the command line, the last one first", () => {
    const text = "param a\nmain = a";
    const apply = (
      args: string[],
      files: Record<string, string>,
      environment: Record<string, string>,
    ): string =>
      applyCommand(
        [...args, "-json-rule=main", "p.sentinel"],
        memoryHost(
          { "p.sentinel": text.replace("main = a", "main = rule { a }"), ...files },
          { environment },
        ),
      ).stdout;
    expect(apply([], {}, { SENTINEL_PARAM_a: "env" })).toBe('"env"\n');
    expect(apply([], { "sentinel.hcl": 'param "a" { value = "config" }' }, { SENTINEL_PARAM_a: "env" })).toBe(
      '"config"\n',
    );
    expect(apply([], {}, { SENTINEL_PARAM_a: "[2]" })).toBe("[2]\n");
    expect(
      applyCommand(
        ["-param", "a=42", "p.sentinel"],
        memoryHost({ "p.sentinel": 'param a\nmain = rule { a is 42 and string(a) is "42.000000" }' }),
      ).exitCode,
    ).toBe(0);
    expect(apply(["-param", "a=[1]"], { "sentinel.hcl": 'param "a" { value = "config" }' }, {})).toBe(
      "[1]\n",
    );
  });

  it("reads globals, `-trace`, `-config` and the plan of a plugin", () => {
    const files = {
      "p.sentinel":
        'import "tfplan/v2" as tfplan\nmain = rule { day is "x" and length(tfplan.resource_changes) is 0 }',
      "conf/sentinel.hcl": 'import "plugin" "tfplan/v2" { config = { plan_path = "plan.json" } }',
      "plan.json": "{}",
    };
    const result = applyCommand(
      ["-global", "day=x", "-trace", "-config", "conf", "p.sentinel"],
      memoryHost(files),
    );
    expect(result).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("Pass - p.sentinel\n\np.sentinel:2:1"),
    });
    expect(result.stdout).not.toContain("due to a failed policy");
  });

  it("names what is wrong before anything runs", () => {
    expect(applyCommand([], memoryHost({})).stderr).toBe(
      "Error: no policy is given and none is configured\n",
    );
    expect(applyCommand(["x"], memoryHost({})).stderr).toBe(
      "Error: `x` is neither a file nor a configured policy\n",
    );
    expect(applyCommand(["-param", "x", "p"], memoryHost({})).stderr).toBe(
      "Error: `-param` takes `name=value`, not `x`\n",
    );
    expect(applyCommand(["-timeout", "soon", "p"], memoryHost({})).stderr).toBe(
      "Error: `-timeout` takes a duration such as `5m`\n",
    );
    expect(applyCommand(["p"], memoryHost({ "sentinel.hcl": "x {" })).exitCode).toBe(9);
  });
});

describe("sentinel fmt", () => {
  it("rewrites files, lists them, and checks", () => {
    const host = memoryHost({
      "a.sentinel": "main=true",
      "b.sentinel": "main = true\n",
      "c.sentinel": "main = (",
    });
    expect(fmtCommand(["-check", "a.sentinel", "b.sentinel"], host)).toEqual({
      stdout: "a.sentinel\n",
      stderr: "",
      exitCode: 1,
    });
    expect(host.files["a.sentinel"]).toBe("main=true");
    expect(fmtCommand(["-write=false", "a.sentinel"], host)).toEqual({
      stdout: "a.sentinel\n",
      stderr: "",
      exitCode: 0,
    });
    expect(host.files["a.sentinel"]).toBe("main=true");
    expect(fmtCommand(["a.sentinel", "c.sentinel"], host)).toMatchObject({
      stdout: "a.sentinel\n",
      exitCode: 9,
    });
    expect(host.files["a.sentinel"]).toBe("main = true\n");
  });
  it("goes through folders", () => {
    const host = memoryHost({
      "p/a.sentinel": "a=1",
      "p/q/b.sentinel": "b=1",
      "p/q/c.json": "{}",
      "d.sentinel": "d=1",
    });
    expect(fmtCommand(["-check", "p"], host)).toEqual({
      stdout: "p/a.sentinel\np/q/b.sentinel\n",
      stderr: "",
      exitCode: 1,
    });
  });
  it("formats standard input", () => {
    expect(fmtCommand(["-"], memoryHost({}, { readStandardInput: () => "a=1" }))).toEqual({
      stdout: "a = 1\n",
      stderr: "",
      exitCode: 0,
    });
    expect(fmtCommand([], memoryHost({})).exitCode).toBe(9);
  });
});

describe("sentinel mock", () => {
  it("writes mocks that compile, are formatted and hold what the plan held", () => {
    const plan = {
      resource_changes: [
        {
          address: 'a.b["\\n"]',
          mode: "managed",
          type: "a",
          name: "b",
          change: { actions: ["create"], after: { n: 1.5, big: 1e21, t: 'é"\\', l: [], m: {} } },
        },
      ],
    };
    const host = memoryHost({ "plan.json": JSON.stringify(plan) });
    expect(mockCommand(["plan.json"], host)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('mock "tfplan/v2"'),
    });
    const mock = compile({ name: "m", text: host.files["mock-tfplan-v2.sentinel"] ?? "" });
    const policy = compile({
      name: "p",
      text: 'import "m"\nprint(map m.resource_changes as a, rc { rc.change.after })\nmain = true',
    });
    expect(
      mock.ok &&
        policy.ok &&
        policy.value.evaluate({ imports: { m: { kind: "module", program: mock.value } } }),
    ).toMatchObject({
      value: { prints: ['[{"big": 1e+21, "l": [], "m": {}, "n": 1.5, "t": "é\\"\\\\"}]'] },
    });
    expect(
      fmtCommand(["-check", ...Object.keys(host.files).filter((name) => name.endsWith(".sentinel"))], host)
        .exitCode,
    ).toBe(0);
  });
  it("refuses what is no plan", () => {
    expect(mockCommand([], memoryHost({})).exitCode).toBe(9);
    expect(mockCommand(["x"], memoryHost({ x: "{" })).stderr).toBe("Error: the file `x` is not JSON\n");
  });
});

describe("flag values", () => {
  it.each([
    ["5m", 300_000],
    ["1h30m", 5_400_000],
    ["1.5s", 1500],
    ["500ms", 500],
    ["5", null],
    ["m", null],
  ])("duration %s", (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });
  it.each([
    ["text", "text"],
    ["42", new Float(42)],
    ['"42"', "42"],
    ["[1]", [1]],
    ['{"a": 1}', { a: 1 }],
    ["true", "true"],
    ["[x", "[x"],
    ["1.2.3", "1.2.3"],
  ])("value %s", (text, expected) => {
    expect(parseValue(text)).toEqual(expected);
  });
});
