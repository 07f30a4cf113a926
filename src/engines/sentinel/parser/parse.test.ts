import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Expr } from "../ast/ast.ts";
import { printExpr, printProgram } from "../ast/print.ts";
import { parse } from "./parse.ts";

/** The tree with every operation in parentheses. */
function grouped(source: string): string {
  const parsed = parse({ name: "t", text: `x = ${source}` });
  if (!parsed.ok) {
    return `error: ${parsed.error.message}`;
  }
  const [statement] = parsed.value.ast.body;
  return statement?.kind === "assign" ? group(statement.value) : "no assignment";
}

function group(expr: Expr): string {
  switch (expr.kind) {
    case "binary":
      return `(${group(expr.left)} ${expr.text} ${group(expr.right)})`;
    case "unary":
      return `(${expr.op} ${group(expr.operand)})`;
    case "is":
      return `(${group(expr.operand)} is ${expr.negated ? "not " : ""}${expr.state})`;
    case "paren":
      return group(expr.inner);
    default:
      return printExpr(expr);
  }
}

function outcome(text: string): string {
  const parsed = parse({ name: "t", text });
  return parsed.ok ? printProgram(parsed.value.ast) : `error: ${parsed.error.text}`;
}

describe("precedence", () => {
  it.each([
    ["a + b * c", "(a + (b * c))"],
    ["a * b / c % d", "(((a * b) / c) % d)"],
    ["a - b - c", "((a - b) - c)"],
    ["a else b + c", "(a else (b + c))"],
    ["a.b else null != null", "((a.b else null) != null)"],
    ["a else b else c", "((a else b) else c)"],
    ["a is b else c", "(a is (b else c))"],
    ["a < b and c", "((a < b) and c)"],
    ["a or b and c", "(a or (b and c))"],
    ["a xor b or c", "((a xor b) or c)"],
    ["not a is b", "((not a) is b)"],
    ["not x in y", "((not x) in y)"],
    ["x not in y", "(x not in y)"],
    ["x else y not contains z", "((x else y) not contains z)"],
    ["a is not b", "(a is not b)"],
    ["a not matches b", "(a not matches b)"],
    ["- a + ! b", "((- a) + (! b))"],
    ["-a.b[0](1)", "(- a.b[0](1))"],
    ["x else [] is empty", "((x else []) is empty)"],
    ["x is not empty and y", "((x is not empty) and y)"],
    ["x is defined is true", "((x is defined) is true)"],
    ["(a or b) and c", "((a or b) and c)"],
    ["not not a", "(not (not a))"],
  ])("%s", (source, expected) => {
    expect(grouped(source)).toBe(expected);
  });
});

describe("productions", () => {
  it.each([
    [
      "imports and parameters",
      'import "a"\nimport "b/c" as d\nparam p\nparam q default [1, -2.5, {"a": true}, "s"]\nx = 1',
    ],
    ["assignments", "x = 1\nx += 1\nx -= 1\nx *= 1\nx /= 1\nx %= 1\nx[0] = 1\nx.y[0][1] = 2"],
    ["named function", "func f(a, b) {\n\treturn a\n}"],
    ["if, else if, else", "if a {\n\tx = 1\n} else if b {\n\tx = 2\n} else {\n\tx = 3\n}"],
    ["for", "for xs as x {\n\tcontinue\n}\nfor xs as i, x {\n\tbreak\n}"],
    ["case", "case x {\nwhen 1, 2:\n\ty = 1\nelse:\n\ty = 2\n}"],
    ["case without a subject", "case {\nwhen x > 1:\n\ty = 1\n}"],
    ["expression statement", "print(1)"],
    ["list and map", 'x = [1, 2.5, "a"]\ny = {"a": 1, 2: [], true: {}}'],
    ["function literal", "f = func(a) {\n\treturn a\n}"],
    ["rule", "r = rule { a }\ns = rule when b { a }"],
    [
      "quantifiers",
      'a = all xs as x { x }\nb = any xs as _, x { x }\nc = filter xs as k, v { v }\nd = map xs as x { {"a": x} }',
    ],
    ["selectors, indexes, slices, calls", "x = a.b.all[0][1:2][:3][4:][:].rule(1, 2).f()"],
    ["is empty and is defined", "x = a is empty\ny = a is not empty\nz = a is defined\nw = a is not defined"],
    [
      "every binary operator",
      "x = a + b - c\ny = a * b / c % d\nz = a else b == c\nv = a != b\nu = a < b\nt = a <= b\ns = a > b\nr = a >= b\nq = a contains b\np = a not contains b\no = a in b\nn = a not in b\nm = a matches b\nl = a not matches b\nk = a and b\nj = a or b\ni = a xor b\nh = a is b\ng = a is not b",
    ],
    ["a map in operand position", "for m[k] else {} as a, b {\n\tx = 1\n}\nif x is {} {\n\ty = 1\n}"],
  ])("%s: printing the tree gives the source back", (_note, source) => {
    expect(outcome(source)).toBe(`${source}\n`);
  });

  it.each([
    ["trailing commas", "f(a, b,)\nx = [1,\n2,\n]", "f(a, b)\nx = [1, 2]\n"],
    ["a semicolon before a closing parenthesis", "x = (a and\nb\n)", "x = (a and b)\n"],
    ["a semicolon before a body's end", "r = rule {\n\ta\n}", "r = rule { a }\n"],
    ["several statements on a line", "a = 1; b = 2;", "a = 1\nb = 2\n"],
    ["an empty file", "", "\n"],
    ["comments everywhere", "# a\nx = /* b */ 1 // c\n/* d\n*/ y = 2", "x = 1\ny = 2\n"],
  ])("%s", (_note, source, expected) => {
    expect(outcome(source)).toBe(expected);
  });
});

describe("syntax errors name their place", () => {
  it.each([
    ["an operator that starts a line", "x = a\n+ + b and\n* c", "t:3:1: expected an expression, found `*`"],
    ["a method that starts a line", "x = a\n.b()", "t:2:1: expected an expression, found `.`"],
    [
      "a list's end on its own line without a comma",
      "x = [\n1\n]",
      "t:2:2: expected `]` or `,` after a list's element, found the end of the line",
    ],
    ["else on a new line", "if a {\n}\nelse {\n}", "t:3:1: expected an expression, found `else`"],
    ["return at the top", "return 1", "t:1:1: `return` stands outside of a function"],
    ["break outside of a loop", "f = func() {\nbreak\n}", "t:2:1: `break` stands outside of a loop"],
    [
      "a loop does not reach into a function",
      "for x as y {\nf = func() {\ncontinue\n}\n}",
      "t:3:1: `continue` stands outside of a loop",
    ],
    ["import after a statement", 'x = 1\nimport "a"', "t:2:1: `import` must stand before everything else"],
    [
      "param after a statement",
      "x = 1\nparam a",
      "t:2:1: `param` must stand after the imports and before everything else",
    ],
    [
      "a parameter's default that is no literal",
      "param a default f()",
      "t:1:17: a parameter's default must be a literal",
    ],
    [
      "an assignment to a selector",
      "m.k = 1",
      "t:1:1: only a name or an index expression can be assigned to",
    ],
    [
      "a named function inside of another",
      "f = func() {\nfunc g() {\nreturn 1\n}\nreturn 1\n}",
      "t:2:1: a named function can only be declared at the top level of a file",
    ],
    ["a parameter twice", "f = func(a, a) { return a }", "t:1:13: the parameter `a` is declared twice"],
    ["a keyword as a name", "all = 1", "t:1:5: expected an expression, found `=`"],
    [
      "an unclosed body",
      "r = rule { a",
      "t:1:13: expected `}` to close the body of a rule, found the end of the file",
    ],
    ["two expressions on a line", "a b", "t:1:3: expected the end of the statement, found `b`"],
    ["a string left open", 'x = "a', "t:1:5: a string is not closed on its line"],
  ])("%s", (_note, source, expected) => {
    expect(outcome(source)).toBe(`error: ${expected}`);
  });

  it("ends deep nesting with an error instead of filling the stack", () => {
    for (const [open, close] of [
      ["(", ")"],
      ["[", "]"],
      ["not ", ""],
      ["func() { return ", " }"],
      ["all x as y { ", " }"],
    ] as const) {
      expect(outcome(`x = ${open.repeat(20_000)}1${close.repeat(20_000)}`)).toContain(
        "nests deeper than 200 levels",
      );
    }
    expect(outcome(`x = 1${" + 1".repeat(20_000)}`)).toContain("more than 1000 operators in a row");
    expect(outcome(`x = a${".b".repeat(20_000)}`)).toContain("more than 1000 selectors and calls in a row");
  });
});

describe("properties", () => {
  it("parse, print, parse is the identity", () => {
    fc.assert(
      fc.property(expressions(), (text) => {
        const source = `x = ${text}\n`;
        const first = parse({ name: "t", text: source });
        if (!first.ok) {
          throw new Error(`${first.error.text} in ${source}`);
        }
        const printed = printProgram(first.value.ast);
        const second = parse({ name: "t", text: printed });
        expect(second.ok && shape(second.value.ast)).toEqual(shape(first.value.ast));
        expect(second.ok && printProgram(second.value.ast)).toBe(printed);
      }),
      { numRuns: 500 },
    );
  });

  it("never throws on any text", () => {
    const pieces = fc.constantFrom(
      "a",
      "1",
      '"s"',
      "(",
      ")",
      "[",
      "]",
      "{",
      "}",
      ".",
      ",",
      ":",
      ";",
      "\n",
      "and",
      "not",
      "in",
      "is",
      "empty",
      "else",
      "rule",
      "all",
      "as",
      "func",
      "if",
      "for",
      "case",
      "when",
      "return",
      "=",
      "==",
      "-",
      "import",
      "param",
      "`",
      '"',
      "/*",
      "#",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces, { maxLength: 40 }).map((list) => list.join(" ")),
        ),
        (text) => {
          const parsed = parse({ name: "t", text });
          expect(parsed.ok || parsed.error.code === "sentinel_syntax_error").toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

/** A tree without places and parentheses. */
function shape(node: unknown): unknown {
  if (Array.isArray(node)) {
    return node.map(shape);
  }
  if (typeof node !== "object" || node === null) {
    return node;
  }
  if ("kind" in node && node.kind === "paren" && "inner" in node) {
    return shape(node.inner);
  }
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key]) => key !== "pos" && key !== "namePos")
      .map(([key, value]) => [key, shape(value)]),
  );
}

const BINARY = [
  "+",
  "-",
  "*",
  "/",
  "%",
  "else",
  "==",
  "!=",
  "is",
  "is not",
  "<",
  "<=",
  ">",
  ">=",
  "contains",
  "not contains",
  "in",
  "not in",
  "matches",
  "not matches",
  "and",
  "or",
  "xor",
];

/** Texts of expressions of every kind, with operands in parentheses at random. */
function expressions(): fc.Arbitrary<string> {
  const { expr } = fc.letrec<{ expr: string; operand: string }>((tie) => ({
    operand: fc.oneof(
      tie("expr").map((text) => `(${text})`),
      fc.constantFrom("a", "b.c", "1", "2.5", '"s"', "[]", "{}", "null"),
    ),
    expr: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constantFrom("a", "0x1f", "1.5e3", '"\\n"', "`r`", "_"),
      fc.tuple(tie("operand"), fc.constantFrom(...BINARY), tie("operand")).map((parts) => parts.join(" ")),
      fc.tuple(fc.constantFrom("-", "+", "!", "not "), tie("operand")).map((parts) => parts.join("")),
      fc
        .tuple(tie("operand"), fc.constantFrom("is empty", "is not empty", "is defined", "is not defined"))
        .map((parts) => parts.join(" ")),
      fc
        .tuple(tie("operand"), fc.constantFrom(".all", ".x", "[0]", "[1:]", "[:2]", "(a, 1)", "()"))
        .map(([operand, tail]) => `(${operand})${tail}`),
      fc.array(tie("expr"), { maxLength: 3 }).map((items) => `[${items.join(", ")}]`),
      fc
        .array(fc.tuple(tie("operand"), tie("expr")), { maxLength: 3 })
        .map((entries) => `{${entries.map(([key, value]) => `${key}: ${value}`).join(", ")}}`),
      fc
        .tuple(
          fc.constantFrom("all", "any", "filter", "map"),
          tie("expr"),
          fc.constantFrom("x", "k, v"),
          tie("expr"),
        )
        .map(([word, over, names, body]) => `${word} ${over} as ${names} { ${body} }`),
      fc.tuple(tie("expr"), tie("expr")).map(([when, body]) => `rule when ${when} { ${body} }`),
      tie("expr").map((body) => `func(a, b) { if a { return ${body} } else { b = ${body} }; return b }`),
    ),
  }));
  return expr;
}
