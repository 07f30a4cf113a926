import { describe, expect, it } from "vitest";
import { compile } from "../program.ts";
import { prints, show, statusOf } from "../test-kit.ts";
import type { ImportSource } from "./imports.ts";

/** A module for `imports`. */
function moduleOf(text: string, name = "m.sentinel"): ImportSource {
  const program = compile({ name, text });
  if (!program.ok) {
    throw new Error(program.error[0]?.text);
  }
  return { kind: "module", program: program.value };
}

describe("scope", () => {
  it.each([
    ["`if` makes no scope", "if true { a = 1 }\nprint(a)", "1"],
    ["`case` makes no scope", "case 1 {\nwhen 1:\n a = 1\n}\nprint(a)", "1"],
    [
      "a loop's first assignment stays inside",
      "for [1] as x { a = x }\nprint(a)",
      "error: unknown identifier `a`",
    ],
    [
      "each iteration starts anew",
      "f = func() {\nfor [1, 2] as x {\nif x is 2 { return a }\na = x\n}\nreturn 0\n}\nprint(f())",
      "error: unknown identifier `a`",
    ],
    ["a loop overwrites what is outside", "a = 0\nfor [1, 2] as x { a += x }\nprint(a)", "3"],
    ["a function overwrites a global", "a = 1\nf = func() {\na = 2\nreturn a\n}\nf()\nprint(a)", "2"],
    [
      "a function run before the global exists makes a local",
      "f = func() {\na = 2\nreturn a\n}\nf()\na = 1\nprint(a)",
      "1",
    ],
    [
      "the same function run later overwrites it",
      "f = func() {\na = 2\nreturn a\n}\nf()\na = 1\nf()\nprint(a)",
      "2",
    ],
    ["a parameter hides a global", "a = 1\nf = func(a) {\na = 3\nreturn a\n}\nprint(f(2), a)", "3 1"],
    ["a loop variable hides a global", "a = 9\nfor [1] as a { print(a) }\nprint(a)", "1|9"],
    ["a quantifier's name hides a global", "a = 9\nprint(all [1] as a { a is 1 }, a)", "true 9"],
    ["a function sees globals assigned after it", "f = func() { return a }\na = 5\nprint(f())", "5"],
    [
      "closures keep their variables",
      "make = func() {\nn = 0\nreturn func() {\nn += 1\nreturn n\n}\n}\nc = make()\nc()\nprint(c(), make()())",
      "2 1",
    ],
    [
      "a closure made in a loop keeps its iteration",
      "fs = []\nfor [1, 2] as x { append(fs, func() { return x }) }\nprint(fs[0](), fs[1]())",
      "1 2",
    ],
    ["a function may shadow a built-in", "length = func(x) { return 42 }\nprint(length([]))", "42"],
    [
      "an unknown name is an error, also before `else`",
      "print(nope else 1)",
      "error: unknown identifier `nope`",
    ],
    ["`_` is an ordinary name", "_ = 1\nprint(_)", "1"],
    [
      "a list is passed by reference",
      "f = func(l) {\nappend(l, 1)\nreturn l\n}\nl = []\nf(l)\nprint(l)",
      "[1]",
    ],
    ["`+` makes a new list", "a = [1]\nb = a\na = a + [2]\nprint(a, b)", "[1 2] [1]"],
    ["`+=` binds a new list", "a = [1]\nb = a\na += [2]\nprint(a, b)", "[1 2] [1]"],
  ])("%s", (_note, text, expected) => {
    expect(prints(text)).toBe(expected);
  });
});

describe("functions", () => {
  it.each([
    ["named functions", "func f(a, b) { return a + b }\nprint(f(1, 2))", "3"],
    ["recursion", "func f(n) {\nif n is 0 { return 0 }\nreturn 1 + f(n - 1)\n}\nprint(f(400))", "400"],
    [
      "return inside of loops and branches",
      "f = func() {\nfor [1, 2, 3] as x {\nif x is 2 { return x }\n}\nreturn 0\n}\nprint(f())",
      "2",
    ],
    ["too few arguments", "f = func(a) { return a }\nf()", "error: `func` takes 1 argument, not 0"],
    ["too many arguments", "f = func() { return 1 }\nf(1)", "error: `func` takes 0 arguments, not 1"],
    ["falling off the end", "f = func() { x = 1 }\nf()", "error: the function `func` ends without `return`"],
    ["calling what is no function", "x = 1\nx()", "error: a value of type int cannot be called"],
    ["calling undefined", "m = {}\nprint(m.f(1))", "undefined"],
    ["called before it exists", "print(f())\nfunc f() { return 1 }", "error: unknown identifier `f`"],
    [
      "assigning a named function",
      "func f() { return 1 }\nf = 2",
      "error: the function `f` has the name of a variable",
    ],
    [
      "declaring a function twice",
      "func f() { return 1 }\nfunc f() { return 2 }",
      "error: the function `f` is declared twice",
    ],
    [
      "assigning a named function from inside",
      "func f() { return 1 }\ng = func() {\nf = 2\nreturn f\n}\ng()",
      "error: the function `f` cannot be assigned",
    ],
    ["arguments are evaluated left to right", "f = func(a, b) { return 1 }\nf(print(1), print(2))", "1|2"],
    [
      "endless recursion ends at depth 500",
      "func f() { return f() }\nf()",
      "error: function calls nest deeper than 500",
    ],
    [
      "a method on a call's result",
      'f = func() { return {"g": func(x) { return [x] }} }\nprint(f().g(7)[0])',
      "7",
    ],
  ])("%s", (_note, text, expected) => {
    expect(prints(text)).toBe(expected);
  });
});

describe("statements", () => {
  it.each([
    [
      "if, else if, else",
      'f = func(x) {\nif x is 1 { return "a" } else if x is 2 { return "b" } else { return "c" }\n}\nprint(f(1), f(2), f(3))',
      "a b c",
    ],
    ["if over undefined takes the else branch", "m = {}\nif m.a { print(1) } else { print(2) }", "2"],
    ["if over another type", "if 1 { print(1) }", "error: `if` needs a bool, not int"],
    ["for over a list with one name", "for [7, 8] as x { print(x) }", "7|8"],
    ["for over a list with two names", "for [7, 8] as i, x { print(i, x) }", "0 7|1 8"],
    ["for over a map with one name gives keys", 'for {"a": 1} as k { print(k) }', "a"],
    ["for over a map with two names", 'for {"a": 1} as k, v { print(k, v) }', "a 1"],
    [
      "for over undefined",
      "m = {}\nfor m.a as x { print(x) }",
      "error: `for` needs a list or map, not undefined",
    ],
    ["for over a scalar", "for 1 as x { print(x) }", "error: `for` needs a list or map, not int"],
    [
      "break and continue",
      "for [1, 2, 3, 4] as x {\nif x is 2 { continue }\nif x is 4 { break }\nprint(x)\n}",
      "1|3",
    ],
    [
      "break leaves the innermost loop only",
      "for [1, 2] as x {\nfor [1, 2] as y {\nif y is 2 { break }\nprint(x, y)\n}\n}",
      "1 1|2 1",
    ],
    [
      "case with a subject",
      'case 2 {\nwhen 1:\nprint("a")\nwhen 2, 3:\nprint("b")\nelse:\nprint("c")\n}',
      "b",
    ],
    ["case else comes last wherever it stands", 'case 2 {\nelse:\nprint("c")\nwhen 2:\nprint("b")\n}', "b"],
    ["case without a subject", 'case {\nwhen 1 > 2:\nprint("a")\nwhen 2 > 1:\nprint("b")\n}', "b"],
    [
      "case over a map",
      'case {"a": 1} {\nwhen {}, {"a": 1}:\nprint("b")\n}\ncase {} {\nwhen {}:\nprint("c")\n}\ncase {\n}',
      "b|c",
    ],
    ["case without a match does nothing", 'case 9 {\nwhen 1:\nprint("a")\n}\nprint("x")', "x"],
    ["case does not fall through", 'case 1 {\nwhen 1:\nprint("a")\nwhen 1:\nprint("b")\n}', "a"],
    ["index assignment into a map", 'm = {}\nm["a"] = 1\nm["a"] += 2\nprint(m)', '{"a": 3}'],
    ["index assignment into a list", "l = [1, 2]\nl[0] = 9\nprint(l)", "[9 2]"],
    [
      "index assignment into a nested value",
      'm = {"a": {"b": [0]}}\nm.a["b"][0] = 5\nprint(m)',
      '{"a": {"b": [5]}}',
    ],
    [
      "index assignment outside of a list",
      "l = [1]\nl[1] = 9",
      "error: the index 1 lies outside of a list of 1",
    ],
    [
      "index assignment at a negative index",
      "l = [1]\nl[-1] = 9",
      "error: the index -1 lies outside of a list of 1",
    ],
    [
      "index assignment into undefined",
      'm = {}\nm.a["b"] = 1',
      "error: a member of undefined cannot be assigned",
    ],
    ["compound assignments", "a = 7\na -= 1\na *= 4\na /= 5\na %= 3\nprint(a)", "1"],
    ["compound assignment of an unknown name", "a += 1", "error: unknown identifier `a`"],
    [
      "using the result of append",
      "l = []\nx = append(l, 1)",
      "error: `append` changes its list and has no result that could be used",
    ],
    [
      "a map grown inside its loop is not looped further",
      'm = {"a": 1}\nfor m as k { m[k + "x"] = 1 }\nprint(length(m))',
      "2",
    ],
  ])("%s", (_note, text, expected) => {
    expect(prints(text)).toBe(expected);
  });
});

describe("access", () => {
  it.each([
    ['{"a": {"b": 1}}.a.b', "1"],
    ['{"a": 1}.x.y.z', "undefined"],
    ["null.a.b", "undefined"],
    ["{1: 2}[1.0]", "2"],
    ["{true: 2}[true]", "2"],
    ["[1, 2, 3][-1]", "3"],
    ["[1][5]", "undefined"],
    ["[1][-2]", "undefined"],
    ['[1]["a"]', "error: a list's index must be an int, not string"],
    ["[1, 2, 3][1:]", "[2 3]"],
    ["[1, 2, 3][:1]", "[1]"],
    ["[1, 2, 3][:]", "[1 2 3]"],
    ["[1, 2, 3][2:1]", "undefined"],
    ["[1, 2, 3][0:4]", "undefined"],
    ["[1, 2, 3][-1:]", "undefined"],
    ['"hello"[1:3]', '"el"'],
    ['length("é"[0:1])', "1"],
    ["{[]: 1}", "error: a map's key must be a bool, number or string, not list"],
    ['{"a": null}.a', "null"],
    ['{"a": null}.a else 1', "null"],
  ])("%s", (expr, expected) => {
    expect(show(expr)).toBe(expected);
  });
});

describe("quantifiers", () => {
  it.each([
    ["all [] as x { false }", "true"],
    ["any [] as x { true }", "false"],
    ["all {} as k { false }", "true"],
    ["all [1, 2] as x { x > 0 }", "true"],
    ["all [1, 2] as i, x { x is i + 1 }", "true"],
    ["any [1, 2] as x { x is 2 }", "true"],
    ["all [false, undefined] as x { x }", "false"],
    ["all [undefined, false] as x { x }", "undefined"],
    ["any [undefined, true] as x { x }", "true"],
    ["any [undefined, false] as x { x }", "undefined"],
    ["filter [1, 2, 3] as x { x > 1 }", "[2 3]"],
    ['filter {"a": 1, "b": 2} as k, v { v > 1 }', '{"b": 2}'],
    ['filter {"a": 1, "b": 2} as k { k is "a" }', '{"a": 1}'],
    ["filter [1, undefined] as x { x is 1 }", "undefined"],
    ["map [1, 2] as x { x * 2 }", "[2 4]"],
    ['map {"a": 1} as k, v { [k, v] }', '[["a" 1]]'],
    ["map [1, null] as x { x.a }", "error: a value of type int has no members, so `.a` cannot be read"],
    ["map [{}, null] as x { x.a }", "[undefined undefined]"],
    ["all undefined as x { true }", "undefined"],
    ["any undefined as x { true }", "undefined"],
    ["filter undefined as x { true }", "undefined"],
    ["map undefined as x { true }", "undefined"],
    ["all null as x { true }", "error: `all` needs a list or map, not null"],
    ["any 1 as x { true }", "error: `any` needs a list or map, not int"],
    ["all [1] as x { x }", "error: the body of `all` needs a bool, not int"],
    ["filter [1] as x { null }", "error: the body of `filter` needs a bool, not null"],
    ["all [[1]] as x { all x as y { y is 1 } }", "true"],
  ])("%s", (expr, expected) => {
    expect(show(expr)).toBe(expected);
  });
});

describe("rules and the result", () => {
  it.each([
    ["are lazy and see variables as they are then", "a = 1\nr = rule { a is 1 }\na = 2\nmain = r", "fail"],
    ["are evaluated once", "r = rule { print(1) }\nmain = rule { r and r and r }", "pass"],
    ["when false is true", "main = rule when false { false }", "pass"],
    ["when undefined is undefined", "m = {}\nmain = rule when m.a { true }", "undefined"],
    ["when another type", "main = rule when 1 { true }", "error: `when` needs a bool, not int"],
    ["a rule that depends on itself", "main = rule { main }", "error: the rule `main` depends on itself"],
    [
      "a rule of a function",
      "main = rule { func() { return 1 } }",
      "error: a rule cannot have a value of type func",
    ],
    ["a rule of null", "main = rule { null }", "error: a rule cannot have a value of type null"],
    ["main as a variable", "main = 1 is 1", "pass"],
    ["no main", "a = 1", "error: the policy `t.sentinel` has no rule `main`"],
    ["main is null", "main = null", "error: `main` must be a bool, string, number, list or map"],
    ["an undefined main", "m = {}\nmain = rule { m.a }", "undefined"],
    ["the empty string passes", 'main = ""', "pass"],
    ["a string fails", 'main = "x"', "fail"],
    ["zero passes", "main = 0", "pass"],
    ["a zero float passes", "main = 0.0", "pass"],
    ["another number fails", "main = 1", "fail"],
    ["the empty list passes", "main = []", "pass"],
    ["a list of violations fails", "main = rule { [1] }", "fail"],
    ["the empty map passes", "main = {}", "pass"],
    ["a map fails", 'main = {"a": 1}', "fail"],
    ["error() ends the policy", 'main = rule { error("no", 1) }', "error: no 1"],
    ["print is true", "main = rule { print(1) }", "pass"],
  ])("%s", (_note, text, expected) => {
    expect(statusOf(text)).toBe(expected);
  });

  it("runs a rule's body once", () => {
    expect(prints("r = rule { print(7) }\nmain = rule { r and r }")).toBe("7");
  });

  it("lists evaluated rules: main first, then by name", () => {
    const program = compile({
      name: "t",
      text: "z = rule { true }\na = rule { z }\nunused = rule { true }\nmain = rule { a }",
    });
    const evaluated = program.ok ? program.value.evaluate() : null;
    expect(
      evaluated?.ok &&
        evaluated.value.rules.map(({ name, place }) => `${name}:${place.line}:${place.column}`),
    ).toEqual(["main:4:1", "a:2:1", "z:1:1"]);
  });

  it("says where undefined was born", () => {
    const program = compile({ name: "t", text: "m = {}\nx = m.a\nmain = rule { x and true }" });
    const evaluated = program.ok ? program.value.evaluate() : null;
    expect(evaluated?.ok && evaluated.value.undefinedAt).toMatchObject({ file: "t", line: 2, column: 5 });
  });
});

describe("built-in functions", () => {
  it.each([
    ['keys({"a": 1, 2: 3})', '["a" 2]'],
    ["keys(undefined)", "undefined"],
    ["keys([])", "error: `keys` needs a map, not list"],
    ['values({"a": 1})', "[1]"],
    ["values(undefined)", "undefined"],
    ["values(1)", "error: `values` needs a map, not int"],
    ['length("é")', "2"],
    ["length([1, 2])", "2"],
    ['length({"a": 1})', "1"],
    ["length(undefined)", "undefined"],
    ["length(null)", "error: `length` needs a string, list or map, not null"],
    ["range(3)", "[0 1 2]"],
    ["range(1, 3)", "[1 2]"],
    ["range(5, 0, -2)", "[5 3 1]"],
    ["range(0, 5, 2)", "[0 2 4]"],
    ["range(3, 1)", "[]"],
    ["range(1, 3, -1)", "[]"],
    ["range(undefined)", "undefined"],
    ["range(0, 3, 0)", "error: the step of `range` is zero"],
    ["range(1.5)", "error: `range` needs ints, not float"],
    ["range(0, 9223372036854775807)", "error: a list would hold more than 5000000 elements"],
    ["compare(1, 2)", "-1"],
    ["compare(2.5, 2)", "1"],
    ['compare("a", "a")', "0"],
    ['compare(1, "a")', "error: `compare` needs two ints, floats or strings, not int and string"],
    ["compare(undefined, 1)", "undefined"],
    ['int("0x10")', "16"],
    ['int("010")', "8"],
    ['int("-7")', "-7"],
    ['int("1.5")', "undefined"],
    ['int("9223372036854775808")', "undefined"],
    ["int(1.9)", "1"],
    ["int(-1.1)", "-2"],
    ["int(true)", "1"],
    ["int(1e300)", "undefined"],
    ["int(null)", "undefined"],
    ["int([])", "undefined"],
    ['float("1.5e2")', "150"],
    ['float("x")', "undefined"],
    ["float(2)", "2"],
    ["float(true)", "1"],
    ["float(null)", "undefined"],
    ["string(1)", '"1"'],
    ["string(1.5)", '"1.500000"'],
    ["string(true)", '"true"'],
    ['string("a")', '"a"'],
    ["string(null)", "undefined"],
    ["string([])", "undefined"],
    ['bool("t")', "true"],
    ['bool("False")', "false"],
    ['bool("yes")', "undefined"],
    ["bool(0)", "false"],
    ["bool(0.5)", "true"],
    ["bool(null)", "undefined"],
    ["length()", "error: `length` takes 1 argument, not 0"],
    ["range(1, 2, 3, 4)", "error: `range` takes 1 to 3 arguments, not 4"],
  ])("%s", (expr, expected) => {
    expect(show(expr)).toBe(expected);
  });

  it.each([
    ["append changes the list", "l = [1]\nappend(l, [2])\nprint(l)", "[1 [2]]"],
    ["append to what is no list", "append(1, 2)", "error: `append` needs a list, not int"],
    ["append to undefined", "m = {}\nappend(m.a, 2)", "error: `append` needs a list, not undefined"],
    ["delete removes a key", 'm = {"a": 1, "b": 2}\ndelete(m, "a")\nprint(m)', '{"b": 2}'],
    ["delete of a missing key", 'm = {}\ndelete(m, "a")\nprint(m)', "{}"],
    ["delete from a list", "delete([], 0)", "error: `delete` needs a map, not list"],
    [
      "print joins with blanks",
      'print("a", 1, 1.5, true, null, undefined, ["b", "c"], {"z": 1, "a": "x"})',
      'a 1 1.5 true null undefined ["b" "c"] {"a": "x", "z": 1}',
    ],
    ["print without arguments", "print()", ""],
  ])("%s", (_note, text, expected) => {
    expect(prints(text)).toBe(expected);
  });
});

describe("parameters and globals", () => {
  it("takes given values before defaults", () => {
    expect(
      prints('param a default 1\nparam b default [true, {"x": -1.5}]\nprint(a, b)', { params: { a: "x" } }),
    ).toBe('x [true {"x": -1.5}]');
  });
  it("asks for a missing value with its place", () => {
    const program = compile({ name: "main.sentinel", text: "param day\nmain = true" });
    const evaluated = program.ok ? program.value.evaluate() : null;
    expect(evaluated?.ok === false && evaluated.error.error.text).toBe(
      "main.sentinel:1:7: requires value for parameter day",
    );
  });
  it.each([
    ["an import", 'import "time"\nparam time', "the parameter `time` has the name of an import"],
    ["a built-in", "param length", "the parameter `length` has the name of a built-in"],
    ["another parameter", "param a\nparam a", "the parameter `a` has the name of another parameter"],
  ])("refuses a parameter with the name of %s", (_note, text, message) => {
    expect(prints(text)).toBe(`error: ${message}`);
  });
  it("shows globals to the policy, which may assign them", () => {
    expect(
      prints('print(day)\nf = func() {\nday = "x"\nreturn day\n}\nf()\nprint(day)', {
        globals: { day: "monday" },
      }),
    ).toBe("monday|x");
  });
});

describe("imports and modules", () => {
  const counter =
    "n = 0\nlist = [1]\nr = rule { n is 0 }\ninc = func() {\nn += 1\nappend(list, n)\nreturn n\n}\nget = func() { return list }";

  it.each([
    ["members", 'import "m"\nprint(m.n, m.nope, m.r)', "0 undefined true"],
    ["functions keep their state", 'import "m"\nm.inc()\nprint(m.inc(), m.n)', "2 2"],
    ["lists are copied on read", 'import "m"\nl = m.list\nappend(l, 9)\nprint(l, m.list)', "[1 9] [1]"],
    ["a copy does not follow the module", 'import "m"\nl = m.list\nm.inc()\nprint(l, m.list)', "[1] [1 1]"],
    [
      "what a function returns is not copied",
      'import "m"\nl = m.get()\nappend(l, 9)\nprint(m.list)',
      "[1 9]",
    ],
    ["an alias", 'import "m" as other\nprint(other.n)', "0"],
    ["a local variable may hide an import", 'import "m"\nm = {"n": 5}\nprint(m.n)', "5"],
    ["a module is no value", 'import "m"\nprint(m)', "error: the import `m` cannot be used as a value"],
    [
      "members cannot be assigned",
      'import "m"\nm.list[0] = 2',
      "error: the members of the import `m` cannot be assigned",
    ],
    ["an unknown import", 'import "nope"', 'error: Import "nope" is not available'],
    [
      "a path needs a name",
      'import "a/b"',
      'error: the import "a/b" needs a name: add `as` and an identifier',
    ],
    ["the same import twice", 'import "m"\nimport "m" as n', 'error: "m" is imported twice'],
    ["two imports of one name", 'import "m"\nimport "time" as m', "error: two imports have the name `m`"],
  ])("%s", (_note, text, expected) => {
    expect(prints(text, { imports: { m: moduleOf(counter) } })).toBe(expected);
  });

  it("runs a module once for all who import it", () => {
    const imports = { m: moduleOf(counter), a: moduleOf('import "m"\nf = func() { return m.inc() }', "a") };
    expect(prints('import "m"\nimport "a"\na.f()\nprint(m.n)', { imports })).toBe("1");
  });
  it("starts a module anew for each evaluation", () => {
    const program = compile({ name: "t", text: 'import "m"\nprint(m.inc())\nmain = true' });
    const imports = { m: moduleOf(counter) };
    const run = (): unknown => (program.ok ? program.value.evaluate({ imports }) : null);
    expect(run()).toMatchObject({ value: { prints: ["1"] } });
    expect(run()).toMatchObject({ value: { prints: ["1"] } });
  });
  it("refuses parameters in a module and modules that import themselves", () => {
    expect(prints('import "m"', { imports: { m: moduleOf("param a default 1") } })).toBe(
      "error: a module cannot have parameters",
    );
    expect(prints('import "m"', { imports: { m: moduleOf('import "m"\nx = 1') } })).toBe(
      "error: the module `m.sentinel` imports itself",
    );
  });
  it("prefers a mock over a standard import", () => {
    expect(
      prints('import "time"\nprint(time.now.hour)', {
        imports: { time: { kind: "static", data: { now: { hour: 9 } } } },
      }),
    ).toBe("9");
  });
  it("reads static data as a value, by member and by path, and never changes it", () => {
    const data = { dogs: [{ name: "a" }], n: 1, f: 1.5 };
    const imports: Record<string, ImportSource> = { animals: { kind: "static", data } };
    expect(prints('import "animals"\nprint(animals, animals.n + 1)', { imports })).toBe(
      '{"dogs": [{"name": "a"}], "f": 1.5, "n": 1} 2',
    );
    expect(
      prints('import "animals/dogs" as dogs\nprint(dogs[0].name, length(filter dogs as d { true }))', {
        imports,
      }),
    ).toBe("a 1");
    expect(
      prints('import "animals"\nx = animals.dogs[0]\nx["name"] = "b"\nprint(x.name, animals.dogs[0].name)', {
        imports,
      }),
    ).toBe("b a");
    expect(prints('import "animals/cats" as cats', { imports })).toBe(
      'error: Import "animals/cats" is not available',
    );
  });
  it("keeps hostile keys as plain keys", () => {
    const data: unknown = JSON.parse('{"__proto__": {"x": 1}, "constructor": 2, "a": {}}');
    const imports: Record<string, ImportSource> = { d: { kind: "static", data } };
    expect(
      prints('import "d"\nprint(d["__proto__"].x, d.constructor, d.toString, d.a.hasOwnProperty, keys(d))', {
        imports,
      }),
    ).toBe('1 2 undefined undefined ["__proto__" "constructor" "a"]');
  });
});
