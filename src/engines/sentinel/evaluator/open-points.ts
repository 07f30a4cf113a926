/**
 * Points of the language that no public policy can tell apart. Each is decided by a page of the documentation, or the
 * documentation leaves it open and the default is ours. `docs/sentinel.md` lists them; a test keeps the two together.
 */
export interface OpenPoint {
  readonly point: string;
  /** Page of the documentation (0.40) that decides it; null: undetermined. */
  readonly page: string | null;
  readonly answer: string;
  /** A program and what it prints. */
  readonly program: string;
  readonly prints: string;
}

export const OPEN_POINTS: readonly OpenPoint[] = [
  {
    point: "what `is empty` and `is defined` bind to",
    page: null,
    answer: "they are a postfix of the whole left operand, at the level of comparison",
    program: "m = {}\nprint(m.a else [] is empty)",
    prints: "true",
  },
  {
    point: "what `not` binds to",
    page: "language/spec",
    answer: "the operand directly after it: `not a in b` is `(not a) in b`",
    program: "print(not true in [false])",
    prints: "true",
  },
  {
    point: "`if` over undefined",
    page: null,
    answer: "the `else` branch runs",
    program: 'm = {}\nif m.a { print("then") } else { print("else") }',
    prints: "else",
  },
  {
    point: "undefined inside `all`",
    page: "language/undefined",
    answer: "a chain of `and`: the first false or undefined is the answer",
    program: "print(all [true, undefined, false] as x { x }, all [false, undefined] as x { x })",
    prints: "undefined false",
  },
  {
    point: "undefined inside `any`",
    page: "language/undefined",
    answer: "a chain of `or`: true wins, else an undefined stays",
    program: "print(any [undefined, true] as x { x }, any [undefined, false] as x { x })",
    prints: "true undefined",
  },
  {
    point: "undefined with `and`",
    page: "language/undefined",
    answer: "an undefined left side is the answer and the right side is not evaluated",
    program: "print(undefined and false, false and undefined)",
    prints: "undefined false",
  },
  {
    point: "undefined with `or`",
    page: "language/undefined",
    answer: "only a true right side rescues an undefined left side",
    program: "print(undefined or true, undefined or false)",
    prints: "true undefined",
  },
  {
    point: "when a rule is evaluated",
    page: "language/rules",
    answer: "when it is first read, once",
    program: 'r = rule { print("once") }\nx = [r, r]\nmain = true',
    prints: "once",
  },
  {
    point: "`rule when` over undefined",
    page: null,
    answer: "the rule is undefined",
    program: "m = {}\nr = rule when m.a { true }\nprint(r)",
    prints: "undefined",
  },
  {
    point: "ordering of mixed types",
    page: null,
    answer: "an error; int and float compare as numbers",
    program: 'print(1 < "a")',
    prints: "error: `<` cannot be applied to int and string",
  },
  {
    point: "`and`, `or` and `xor` over other types",
    page: null,
    answer: "an error",
    program: "print(true and 1)",
    prints: "error: `and` needs a bool, not int",
  },
  {
    point: "`else` on null",
    page: "language/undefined",
    answer: "null is a value, so it stays",
    program: 'print(null else "other")',
    prints: "null",
  },
  {
    point: "calling undefined",
    page: "language/undefined",
    answer: "gives undefined",
    program: "m = {}\nprint(m.f(1))",
    prints: "undefined",
  },
  {
    point: "the number of arguments",
    page: null,
    answer: "must match, otherwise an error",
    program: "f = func(a) { return a }\nprint(f())",
    prints: "error: `func` takes 1 argument, not 0",
  },
  {
    point: "`for` over undefined or a scalar",
    page: null,
    answer: "an error",
    program: "m = {}\nfor m.a as x { print(x) }",
    prints: "error: `for` needs a list or map, not undefined",
  },
  {
    point: "quantifiers over undefined",
    page: null,
    answer: "undefined; over null or a scalar an error",
    program: "m = {}\nprint(all m.a as x { true }, filter m.a as x { true })",
    prints: "undefined undefined",
  },
  {
    point: "the scope of a `for` body",
    page: "language/scope",
    answer: "each iteration has its own; names of the outside are overwritten there",
    program: "a = 1\nfor [1] as x {\na = 2\nb = 3\n}\nprint(a, b)",
    prints: "error: unknown identifier `b`",
  },
  {
    point: "`+=` on a list",
    page: null,
    answer: "binds the name to a new list",
    program: "a = [1]\nb = a\na += [2]\nprint(a, b)",
    prints: "[1 2] [1]",
  },
  {
    point: "an int literal beyond 64 bits",
    page: null,
    answer: "a syntax error",
    program: "x = 9223372036854775808",
    prints: "error: the integer `9223372036854775808` does not fit 64 bits",
  },
  {
    point: "`int` of a negative float",
    page: "functions/int",
    answer: "rounded down",
    program: "print(int(-1.5))",
    prints: "-2",
  },
  {
    point: "the type name of a function",
    page: null,
    answer: "`func`",
    program: 'import "types"\nprint(types.type_of(func() { return 1 }))',
    prints: "func",
  },
  {
    point: "integral numbers of JSON",
    page: null,
    answer: "become ints",
    program:
      'import "json"\nimport "types"\nprint(types.type_of(json.unmarshal("[1, 1.0, 1.5]")[0]), string(json.unmarshal("[7]")[0]))',
    prints: "int 7",
  },
  {
    point: "how maps print",
    page: "functions/print",
    answer: "with sorted keys, entries apart by a comma and a blank",
    program: 'print({"b": 1, "a": "x"})',
    prints: '{"a": "x", "b": 1}',
  },
  {
    point: "what `unset` leaves behind",
    page: null,
    answer: "maps and lists that it empties stay; `omit` drops them",
    program:
      'import "collection/maps" as maps\nprint(maps.unset({"a": {"b": 1}}, "a.b"), maps.omit({"a": {"b": 1}}, ["a.b"]))',
    prints: '{"a": {}} {}',
  },
  {
    point: "digits of a decimal",
    page: null,
    answer: "trailing zeros are not kept: the coefficient of `1.50` is 15",
    program: 'import "decimal"\nprint(decimal.new("1.50").string, decimal.new("1.50").coefficient)',
    prints: "1.5 15",
  },
  {
    point: "the zone of a time",
    page: null,
    answer: "`zone` is the offset in seconds, `zone_string` its name, `UTC` or `±hh:mm`",
    program: 'import "time"\nt = time.load("2006-01-02T15:04:05-07:00")\nprint(t.zone, t.zone_string)',
    prints: "-25200 -07:00",
  },
  {
    point: "members of a list by selector",
    page: null,
    answer: "an error, as for any index that is no int",
    program: "print([1].length)",
    prints: "error: a list has no member `length`",
  },
  {
    point: "equality of different types",
    page: "changelog (0.11)",
    answer: "false, although the specification says undefined",
    program: 'print("1" is 1, {} is [], "x" is null, "1" is not 1)',
    prints: "false false false true",
  },
];
