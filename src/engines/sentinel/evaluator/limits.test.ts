import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compile } from "../program.ts";
import { prints, statusOf } from "../test-kit.ts";
import type { Limits } from "./meter.ts";

const SMALL: Limits = { maxSteps: 200_000 };

describe("hostile policies end in a clear error", () => {
  it.each([
    [
      "endless recursion",
      "func f(n) { return f(n + 1) }\nmain = f(0)",
      "function calls nest deeper than 500",
    ],
    [
      "endless mutual recursion",
      "a = func() { return b() }\nb = func() { return a() }\nmain = a()",
      "function calls nest deeper than 500",
    ],
    [
      "rules that call each other in a circle",
      "a = rule { b }\nb = rule { a }\nmain = a",
      "the rule `a` depends on itself",
    ],
    ["a huge range", "main = range(9223372036854775807)", "a list would hold more than 5000000 elements"],
    [
      "many ranges",
      "x = 0\nfor range(1000000) as a { x = length(range(1000000)) }\nmain = x",
      "the evaluation takes more than 200000 steps",
    ],
    [
      "a doubling string",
      's = "aaaaaaaaaaaaaaaa"\nfor range(60) as i { s = s + s }\nmain = s',
      "the evaluation takes more than 200000 steps",
    ],
    [
      "a doubling list",
      "l = [1]\nfor range(60) as i { l = l + l }\nmain = l",
      "the evaluation takes more than 200000 steps",
    ],
    [
      "a list that contains itself, compared",
      "l = []\nappend(l, l)\nk = []\nappend(k, k)\nmain = l is k",
      "a value nests deeper than 1000 levels",
    ],
    [
      "a list that contains itself, printed",
      "l = []\nappend(l, l)\nprint(l)\nmain = true",
      "a value nests deeper than 1000 levels",
    ],
    [
      "a map that contains itself, as JSON",
      'import "json"\nm = {}\nm["m"] = m\nmain = json.marshal(m)',
      "a value nests deeper than 1000 levels",
    ],
    [
      "a value that doubles with each level, compared",
      "l = [1]\nk = [1]\nfor range(60) as i {\nl = [l, l]\nk = [k, k]\n}\nmain = l is k",
      "the evaluation takes more than 200000 steps",
    ],
    [
      "nested loops",
      "x = 0\nfor range(1000) as a { for range(1000) as b { x += 1 } }\nmain = x",
      "the evaluation takes more than 200000 steps",
    ],
    [
      "nested quantifiers",
      "r = range(1000)\nmain = all r as a { all r as b { a + b >= 0 } }",
      "the evaluation takes more than 200000 steps",
    ],
    [
      "a sort with a comparer that lies",
      'import "collection/lists" as lists\nmain = length(lists.sort(range(100000), func(a, b) { return true })) is 1',
      "the evaluation takes more than 200000 steps",
    ],
    [
      "a join that explodes",
      'import "strings"\nmain = strings.join(range(150000), "x") is ""',
      "the evaluation takes more than 200000 steps",
    ],
  ])("%s", (_note, text, message) => {
    expect(statusOf(text, { limits: SMALL })).toBe(`error: ${message}`);
  });

  it("stays within a string's bound whatever the steps", () => {
    expect(statusOf('s = "aaaaaaaaaaaaaaaa"\nfor range(60) as i { s = s + s }\nmain = s')).toBe(
      "error: a string would be longer than 67108864 bytes",
    );
  });

  it("matches catastrophic patterns in linear time", () => {
    expect(statusOf(`main = "${"a".repeat(5000)}!" matches "^(a+)+$"`)).toBe("fail");
    expect(statusOf('main = "x" matches "(((a{100}){100}){100})"')).toMatch(
      /^error: the regular expression|^fail/,
    );
  });

  it("survives recursion at the depth limit through long expressions", () => {
    const body = `[all [1] as x { any [1] as y { (((f(n - 1)))) is 0 or true } }, {"a": [f2(n)]}]`;
    expect(
      prints(
        `f = func(n) {\nif n <= 0 { return 0 }\nx = ${body}\nreturn 1\n}\nf2 = func(n) { return n }\nprint(f(240))`,
      ),
    ).toBe("1");
  });

  it("turns a full stack of the host into an error", () => {
    const deep: unknown = JSON.parse(`${"[".repeat(50_000)}${"]".repeat(50_000)}`);
    const message = "error: the evaluation nests too deeply or needs too much memory";
    expect(statusOf("main = rule { x is [] }", { globals: { x: deep } })).toBe(message);
    expect(statusOf("param x\nmain = rule { x is [] }", { params: { x: deep } })).toBe(message);
    expect(
      statusOf('import "d"\nmain = rule { d.x is [] }', {
        imports: { d: { kind: "static", data: { x: deep } } },
      }),
    ).toBe(message);
  });

  it("computes decimals of any size within the limit", () => {
    const before = 'import "decimal"\nd = decimal.new';
    for (const expr of [
      'd("1e99999").ln()',
      'd("1e-99999").ln()',
      "d(200000).exp()",
      'd("1.0000001").pow(1e12)',
      'd(2).pow("1e99999")',
      'd("0.5").pow("-123456.789")',
      'd("1e99999").sqrt()',
      'd("1e99999").mod(7)',
      'd(7).mod("1e-99999")',
      'd("-8").pow("0.333")',
    ]) {
      expect(statusOf(`${before}\nx = ${expr}.string\nmain = x is defined`)).toBe("pass");
    }
  });

  it("ends at the deadline and when cancelled", () => {
    let now = 0;
    const limits: Limits = { monotonicMs: () => (now += 10), deadlineMs: 50 };
    const loop = "x = 0\nfor range(1000000) as a { x += 1 }\nmain = x is 0";
    expect(statusOf(loop, { limits })).toBe("error: the evaluation takes longer than its time limit");
    expect(statusOf(loop, { limits: { cancelFlag: new Int32Array([1]) } })).toBe(
      "error: the evaluation was cancelled",
    );
  });

  it("gives limits their own code", () => {
    const program = compile({ name: "t", text: "func f() { return f() }\nmain = f()" });
    expect(program.ok && program.value.evaluate()).toMatchObject({
      ok: false,
      error: { error: { code: "sentinel_limit_error" } },
    });
  });

  it.each(["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "__defineGetter__"])(
    "treats `%s` as any other name",
    (name) => {
      expect(
        prints(
          `m = {"${name}": 1}\nx = {}\nx["${name}"] = {"polluted": true}\nprint(m.${name}, x.${name}.polluted, {}.${name}, {}["polluted"])`,
        ),
      ).toBe("1 true undefined undefined");
      expect(prints(`print(${name})`)).toBe(`error: unknown identifier \`${name}\``);
      expect(prints(`${name} = 3\nprint(${name})`)).toBe("3");
      expect(prints(`param ${name} default 1\nprint(${name})`)).toBe("1");
      expect(prints(`import "time"\nprint(time.${name}, time.now.${name})`, { nowNs: 0n })).toBe(
        "undefined undefined",
      );
      expect(prints(`import "${name}"`)).toBe(`error: Import "${name}" is not available`);
    },
  );
});

describe("random programs", () => {
  const atom = fc.constantFrom(
    "a",
    "b",
    "c",
    "1",
    "2.5",
    '"s"',
    "[1, 2]",
    '{"k": 1}',
    "null",
    "undefined",
    "true",
    "false",
    "f",
    "x",
  );
  const expr = fc.letrec<{ e: string }>((tie) => ({
    e: fc.oneof(
      { depthSize: "small" },
      atom,
      fc
        .tuple(
          tie("e"),
          fc.constantFrom(
            "+",
            "-",
            "*",
            "/",
            "%",
            "is",
            "is not",
            "<",
            ">=",
            "and",
            "or",
            "xor",
            "contains",
            "in",
            "not in",
            "matches",
            "else",
          ),
          tie("e"),
        )
        .map(([l, op, r]) => `(${l} ${op} ${r})`),
      fc.tuple(fc.constantFrom("not ", "-", "+"), tie("e")).map((parts) => parts.join("")),
      fc
        .tuple(
          tie("e"),
          fc.constantFrom(".k", "[0]", '["k"]', "[0:1]", " is empty", " is defined", "()", "(1)"),
        )
        .map(([e, tail]) => `(${e})${tail}`),
      fc
        .tuple(fc.constantFrom("all", "any", "filter", "map"), tie("e"), tie("e"))
        .map(([word, over, body]) => `(${word} ${over} as x { ${body} })`),
      fc
        .tuple(
          fc.constantFrom("length", "keys", "values", "int", "string", "float", "bool", "range", "print"),
          tie("e"),
        )
        .map(([name, e]) => `${name}(${e})`),
    ),
  })).e;
  const statement = fc.oneof(
    fc
      .tuple(fc.constantFrom("a", "b", "c"), fc.constantFrom("=", "+=", "*="), expr)
      .map((parts) => parts.join(" ")),
    expr.map((e) => `if ${e} { a = 1 } else { b = a }`),
    expr.map((e) => `for ${e} as x { c = x }`),
    expr.map((e) => `f = func(y) { return ${e} }`),
    expr.map((e) => `a = rule { ${e} }`),
    fc.tuple(expr, expr).map(([e, v]) => `case ${e} {\nwhen ${v}:\na = 2\nelse:\na = 3\n}`),
  );

  it("never throw, never hang, and give the same result each time", () => {
    fc.assert(
      fc.property(fc.array(statement, { maxLength: 8 }), expr, (statements, main) => {
        const program = compile({
          name: "t",
          text: `a = 1\nb = [1]\nc = {"k": [1]}\nf = func(y) { return y }\nx = 2\n${statements.join("\n")}\nmain = ${main}`,
        });
        if (!program.ok) {
          expect(program.error[0]?.code).toBe("sentinel_check_error");
          return;
        }
        const limits = { maxSteps: 20_000 };
        const first = program.value.evaluate({ limits });
        const second = program.value.evaluate({ limits });
        expect(JSON.stringify(outcomeOf(second))).toBe(JSON.stringify(outcomeOf(first)));
      }),
      { numRuns: 1000 },
    );
  });

  it("leave nothing behind for the next evaluation", () => {
    const program = compile({
      name: "t",
      text: 'import "d"\nx = d.list\nappend(x, 1)\ng = {"n": 1}\ng["n"] += 1\nn = length(x) + g.n\nprint(n)\nmain = true',
    });
    const imports = { d: { kind: "static", data: { list: [1] } } } as const;
    for (let i = 0; i < 3; i += 1) {
      expect(program.ok && program.value.evaluate({ imports })).toMatchObject({ value: { prints: ["4"] } });
    }
  });
});

function outcomeOf(
  result: ReturnType<Extract<ReturnType<typeof compile>, { ok: true }>["value"]["evaluate"]>,
): unknown {
  return result.ok
    ? [result.value.status, String(result.value.prints), result.value.undefinedAt]
    : result.error.error;
}
