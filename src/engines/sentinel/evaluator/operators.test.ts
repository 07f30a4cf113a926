import { describe, expect, it } from "vitest";
import { show } from "../test-kit.ts";

/** One value of each type; rows and columns of the grids. */
const VALUES = {
  t: "true",
  x: "false",
  i: "2",
  f: "1.5",
  s: '"a"',
  l: "[1]",
  m: '{"a": 1}',
  F: "func() { return 1 }",
  n: "null",
  u: "undefined",
} as const;
const BEFORE = Object.entries(VALUES)
  .map(([name, value]) => `${name}_ = ${value}`)
  .join("\n");

/** `E` is an error, `U` undefined, `T` and `F` the bools; anything else is the print form. */
function cell(expr: string): string {
  const shown = show(expr, BEFORE);
  return shown.startsWith("error:")
    ? "E"
    : shown === "undefined"
      ? "U"
      : shown === "true"
        ? "T"
        : shown === "false"
          ? "F"
          : shown.replaceAll(" ", "");
}

/** Each grid: the row is the left operand, the column the right one. */
const GRIDS: Readonly<Record<string, string>> = {
  "+": `
      t x i   f   s    l     m F n u
    t E E E   E   E    E     E E E U
    x E E E   E   E    E     E E E U
    i E E 4   3.5 E    E     E E E U
    f E E 3.5 3   E    E     E E E U
    s E E E   E   "aa" E     E E E U
    l E E E   E   E    [11]  E E E U
    m E E E   E   E    E     E E E U
    F E E E   E   E    E     E E E U
    n E E E   E   E    E     E E E U
    u U U U   U   U    U     U U U U`,
  "-": `
      t x i    f   s l m F n u
    t E E E    E   E E E E E U
    x E E E    E   E E E E E U
    i E E 0    0.5 E E E E E U
    f E E -0.5 0   E E E E E U
    s E E E    E   E E E E E U
    l E E E    E   E E E E E U
    m E E E    E   E E E E E U
    F E E E    E   E E E E E U
    n E E E    E   E E E E E U
    u U U U    U   U U U U U U`,
  "*": `
      t x i f    s l m F n u
    t E E E E    E E E E E U
    x E E E E    E E E E E U
    i E E 4 3    E E E E E U
    f E E 3 2.25 E E E E E U
    s E E E E    E E E E E U
    l E E E E    E E E E E U
    m E E E E    E E E E E U
    F E E E E    E E E E E U
    n E E E E    E E E E E U
    u U U U U    U U U U U U`,
  "/": `
      t x i    f                  s l m F n u
    t E E E    E                  E E E E E U
    x E E E    E                  E E E E E U
    i E E 1    1.3333333333333333 E E E E E U
    f E E 0.75 1                  E E E E E U
    s E E E    E                  E E E E E U
    l E E E    E                  E E E E E U
    m E E E    E                  E E E E E U
    F E E E    E                  E E E E E U
    n E E E    E                  E E E E E U
    u U U U    U                  U U U U U U`,
  "%": `
      t x i   f   s l m F n u
    t E E E   E   E E E E E U
    x E E E   E   E E E E E U
    i E E 0   0.5 E E E E E U
    f E E 1.5 0   E E E E E U
    s E E E   E   E E E E E U
    l E E E   E   E E E E E U
    m E E E   E   E E E E E U
    F E E E   E   E E E E E U
    n E E E   E   E E E E E U
    u U U U   U   U U U U U U`,
  "==": `
      t x i f s l m F n u
    t T F F F F F F F F U
    x F T F F F F F F F U
    i F F T F F F F F F U
    f F F F T F F F F F U
    s F F F F T F F F F U
    l F F F F F T F F F U
    m F F F F F F T F F U
    F F F F F F F F T F U
    n F F F F F F F F T U
    u U U U U U U U U U U`,
  "is not": `
      t x i f s l m F n u
    t F T T T T T T T T U
    x T F T T T T T T T U
    i T T F T T T T T T U
    f T T T F T T T T T U
    s T T T T F T T T T U
    l T T T T T F T T T U
    m T T T T T T F T T U
    F T T T T T T T F T U
    n T T T T T T T T F U
    u U U U U U U U U U U`,
  "<": `
      t x i f s l m F n u
    t E E E E E E E E E U
    x E E E E E E E E E U
    i E E F F E E E E E U
    f E E T F E E E E E U
    s E E E E F E E E E U
    l E E E E E E E E E U
    m E E E E E E E E E U
    F E E E E E E E E E U
    n E E E E E E E E E U
    u U U U U U U U U U U`,
  "<=": `
      t x i f s l m F n u
    t E E E E E E E E E U
    x E E E E E E E E E U
    i E E T F E E E E E U
    f E E T T E E E E E U
    s E E E E T E E E E U
    l E E E E E E E E E U
    m E E E E E E E E E U
    F E E E E E E E E E U
    n E E E E E E E E E U
    u U U U U U U U U U U`,
  ">": `
      t x i f s l m F n u
    t E E E E E E E E E U
    x E E E E E E E E E U
    i E E F T E E E E E U
    f E E F F E E E E E U
    s E E E E F E E E E U
    l E E E E E E E E E U
    m E E E E E E E E E U
    F E E E E E E E E E U
    n E E E E E E E E E U
    u U U U U U U U U U U`,
  ">=": `
      t x i f s l m F n u
    t E E E E E E E E E U
    x E E E E E E E E E U
    i E E T T E E E E E U
    f E E F T E E E E E U
    s E E E E T E E E E U
    l E E E E E E E E E U
    m E E E E E E E E E U
    F E E E E E E E E E U
    n E E E E E E E E E U
    u U U U U U U U U U U`,
  contains: `
      t x i f s l m F n u
    t E E E E E E E E E E
    x E E E E E E E E E E
    i E E E E E E E E E E
    f E E E E E E E E E E
    s E E E E T E E E E U
    l F F F F F F F F F U
    m F F F F T F F F F U
    F E E E E E E E E E E
    n E E E E E E E E E E
    u U U U U U U U U U U`,
  in: `
      t x i f s l m F n u
    t E E E E E F F E E U
    x E E E E E F F E E U
    i E E E E E F F E E U
    f E E E E E F F E E U
    s E E E E T F T E E U
    l E E E E E F F E E U
    m E E E E E F F E E U
    F E E E E E F F E E U
    n E E E E E F F E E U
    u E E E E U U U E E U`,
  matches: `
      t x i f s l m F n u
    t E E E E E E E E E U
    x E E E E E E E E E U
    i E E E E E E E E E U
    f E E E E E E E E E U
    s E E E E T E E E E U
    l E E E E E E E E E U
    m E E E E E E E E E U
    F E E E E E E E E E U
    n E E E E E E E E E U
    u U U U U U U U U U U`,
  and: `
      t x i f s l m F n u
    t T F E E E E E E E U
    x F F F F F F F F F F
    i E E E E E E E E E E
    f E E E E E E E E E E
    s E E E E E E E E E E
    l E E E E E E E E E E
    m E E E E E E E E E E
    F E E E E E E E E E E
    n E E E E E E E E E E
    u U U U U U U U U U U`,
  or: `
      t x i f s l m F n u
    t T T T T T T T T T T
    x T F E E E E E E E U
    i E E E E E E E E E E
    f E E E E E E E E E E
    s E E E E E E E E E E
    l E E E E E E E E E E
    m E E E E E E E E E E
    F E E E E E E E E E E
    n E E E E E E E E E E
    u T U E E E E E E E U`,
  xor: `
      t x i f s l m F n u
    t F T E E E E E E E U
    x T F E E E E E E E U
    i E E E E E E E E E E
    f E E E E E E E E E E
    s E E E E E E E E E E
    l E E E E E E E E E E
    m E E E E E E E E E E
    F E E E E E E E E E E
    n E E E E E E E E E E
    u U U E E E E E E E U`,
};

/** Operators that are another one negated: true and false change places. */
const NEGATED: Readonly<Record<string, string>> = {
  "!=": "==",
  "not contains": "contains",
  "not in": "in",
  "not matches": "matches",
};
const SAME: Readonly<Record<string, string>> = { is: "==" };

function gridOf(op: string): { row: string; column: string; expected: string }[] {
  const source = GRIDS[op] ?? GRIDS[NEGATED[op] ?? SAME[op] ?? ""] ?? "";
  const flip = op in NEGATED;
  const [head, ...rows] = source
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/));
  return rows.flatMap(([row, ...cells]) =>
    cells.map((found, i) => ({
      row: row as string,
      column: head?.[i] as string,
      expected: flip ? (found === "T" ? "F" : found === "F" ? "T" : found) : found,
    })),
  );
}

describe("every operator with every pair of types", () => {
  it.each([...Object.keys(GRIDS), ...Object.keys(NEGATED), ...Object.keys(SAME)])("`%s`", (op) => {
    const cells = gridOf(op);
    expect(cells).toHaveLength(100);
    expect(
      cells.map(({ row, column }) => `${row} ${op} ${column}: ${cell(`${row}_ ${op} ${column}_`)}`),
    ).toEqual(cells.map(({ row, column, expected }) => `${row} ${op} ${column}: ${expected}`));
  });

  it("`else` gives its right side for undefined only", () => {
    for (const name of Object.keys(VALUES)) {
      expect(cell(`(${name}_ else "other") is "other"`)).toBe(name === "u" ? "T" : "F");
    }
  });

  it.each([
    ["+", "E E 2 1.5 E E E E E U"],
    ["-", "E E -2 -1.5 E E E E E U"],
    ["!", "F T E E E E E E E U"],
    ["not ", "F T E E E E E E E U"],
  ])("unary `%s`", (op, expected) => {
    expect(
      Object.keys(VALUES)
        .map((name) => cell(`${op}${name}_`))
        .join(" "),
    ).toBe(expected);
  });

  it.each([
    ["is empty", "E E E E F F F E E U"],
    ["is not empty", "E E E E T T T E E U"],
    ["is defined", "T T T T T T T T T F"],
    ["is not defined", "F F F F F F F F F T"],
  ])("`%s`", (op, expected) => {
    expect(
      Object.keys(VALUES)
        .map((name) => cell(`${name}_ ${op}`))
        .join(" "),
    ).toBe(expected);
  });

  it.each([
    ["a selector", ".a", "E E E E E E 1 E U U"],
    ["a string index", '["a"]', "E E E E E E 1 E U U"],
    ["an int index", "[0]", "E E E E E 1 U E U U"],
    ["an undefined index", "[u_]", "E E E E E U U E U U"],
    ["a slice", "[0:1]", 'E E E E "a" [1] E E U U'],
    ["a call", "()", "E E E E E E E 1 E U"],
  ])("%s", (_note, tail, expected) => {
    expect(
      Object.keys(VALUES)
        .map((name) => cell(`${name}_${tail}`))
        .join(" "),
    ).toBe(expected);
  });
});

describe("arithmetic", () => {
  it.each([
    ["7 / 2", "3"],
    ["-7 / 2", "-3"],
    ["-7 % 3", "-1"],
    ["7 % -3", "1"],
    ["7.5 % 2", "1.5"],
    ["9223372036854775807 + 1", "-9223372036854775808"],
    ["-9223372036854775807 - 2", "9223372036854775807"],
    ["9223372036854775807 * 2", "-2"],
    ["4611686018427387904 * 2", "-9223372036854775808"],
    ["9007199254740993 - 1", "9007199254740992"],
    ["9007199254740993 / 3", "3002399751580331"],
    ["9007199254740993 % 10", "3"],
    ["0 * -1", "0"],
    ["1.0 / 0", "+Inf"],
    ["-1 / 0.0", "-Inf"],
    ["0.0 / 0 == 0.0 / 0", "false"],
    ["1 / 0", "error: an integer is divided by zero"],
    ["1 % 0", "error: an integer is divided by zero"],
    ["1 == 1.0", "true"],
    ["9007199254740993 == 9007199254740992", "false"],
    ["1 < 1.5", "true"],
    ["9007199254740993 > 9007199254740992", "true"],
    ['"a" < "b"', "true"],
    ['"é" > "z"', "true"],
    ['[1, [2, {"a": 1.0}]] == [1.0, [2, {"a": 1}]]', "true"],
    ["{1: 2} is {1.0: 2}", "true"],
    ['{1: 2} is {"1": 2}', "false"],
    ["[1] is [1, 2]", "false"],
    ["[undefined] is [1]", "undefined"],
    ["[undefined, 1] is [1, 2]", "false"],
    ['"x" is null', "false"],
    ["{} is not null", "true"],
  ])("%s = %s", (expr, expected) => {
    expect(show(expr)).toBe(expected);
  });
});

describe("contains and matches", () => {
  it.each([
    ["[1, 2] contains 1.0", "true"],
    ['{"a": "b"} contains "a"', "true"],
    ['{"a": "b"} contains "b"', "false"],
    ["{1: 2} contains 1.0", "true"],
    ['"hello" contains "ell"', "true"],
    ["[undefined, 1] contains 1", "undefined"],
    ["[1, undefined] contains 1", "true"],
    ["2 in [1, undefined]", "undefined"],
    ['"abc" matches "b"', "true"],
    ['"abc" matches "^b"', "false"],
    ['"ABC" matches "(?i)b"', "true"],
    ['"a\\nb" matches "a.b"', "false"],
    ['"a\\nb" matches "(?s)a.b"', "true"],
    ['"x1" matches "[[:alpha:]]\\\\d"', "true"],
    ['"ab" matches "\\\\Aab\\\\z"', "true"],
    ['"a.b" matches "\\\\Qa.b\\\\E"', "true"],
    ['"é" matches "^.$"', "true"],
    ['"a" matches "(?P<n>a)"', "true"],
    ['"aa" matches "(a)\\\\1"', "error: the regular expression"],
    ['"a" matches "(?=a)"', "error: the regular expression"],
    ['"a" matches "("', "error: the regular expression"],
  ])("%s", (expr, expected) => {
    expect(show(expr).startsWith(expected)).toBe(true);
  });
});
