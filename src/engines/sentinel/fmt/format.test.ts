import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { format } from "./format.ts";

function formatted(text: string): string {
  const result = format({ name: "t", text });
  return result.ok ? result.value : `error: ${result.error.text}`;
}

describe("format", () => {
  it.each([
    [
      "blanks around operators",
      "a=1+2*3\nb=a<1 and  not(a>2)\n",
      "a = 1 + 2 * 3\nb = a < 1 and not (a > 2)\n",
    ],
    ["unary operators stay tight", "a = - 1\nb = ! true\nc = 1 - - 1\n", "a = -1\nb = !true\nc = 1 - -1\n"],
    ["calls, indexes, slices, selectors", "a = f ( 1,2 ) [ 0 ] . b [ 1 : 2 ]\n", "a = f(1, 2)[0].b[1:2]\n"],
    ["statements of one line", "a = 1; b = 2\n", "a = 1\nb = 2\n"],
    [
      "tabs by depth",
      "func f() {\n  if a {\n      return [\n 1,\n ]\n  }\n}\n",
      "func f() {\n\tif a {\n\t\treturn [\n\t\t\t1,\n\t\t]\n\t}\n}\n",
    ],
    [
      "a bracket pair opened on one line is one step",
      "f(func(x) {\nreturn x\n})\n",
      "f(func(x) {\n\treturn x\n})\n",
    ],
    [
      "maps on one line are tight, bodies are not",
      'a = { "x":1 }\nr = rule {a}\n',
      'a = {"x": 1}\nr = rule { a }\n',
    ],
    [
      "values of neighbouring entries are aligned",
      'a = {\n"x": 1,\n"long": 2,\n}\n',
      'a = {\n\t"x":    1,\n\t"long": 2,\n}\n',
    ],
    [
      "an entry over several lines ends an alignment",
      'a = {\n"x": 1,\n"long": {\n"y": 2,\n},\n"longer": 3,\n}\n',
      'a = {\n\t"x": 1,\n\t"long": {\n\t\t"y": 2,\n\t},\n\t"longer": 3,\n}\n',
    ],
    [
      "keys of very different lengths are not aligned",
      `a = {\n"x": 1,\n"${"k".repeat(30)}": 2,\n}\n`,
      `a = {\n\t"x": 1,\n\t"${"k".repeat(30)}": 2,\n}\n`,
    ],
    ["one blank line at most, none at the start", "\n\na = 1\n\n\n\nb = 2\n\n\n", "a = 1\n\nb = 2\n"],
    [
      "a long condition is indented, its body is not",
      "f = func() {\nif a is 1 and\nb is 2 {\nreturn 1\n}\nreturn 2\n}\n",
      "f = func() {\n\tif a is 1 and\n\t\tb is 2 {\n\t\treturn 1\n\t}\n\treturn 2\n}\n",
    ],
    ["a chain of names is not indented", "main = rule {\na and\nb\n}\n", "main = rule {\n\ta and\n\tb\n}\n"],
    [
      "a group is one step",
      "main = rule {\na is 1 and\n(b is 1 or\nc is 1)\n}\n",
      "main = rule {\n\ta is 1 and\n\t\t(b is 1 or\n\t\t\tc is 1)\n}\n",
    ],
    [
      "else as operator and as statement",
      "if a else {} is {} {\nb = 1\n} else {\nb = 2\n}\n",
      "if a else {} is {} {\n\tb = 1\n} else {\n\tb = 2\n}\n",
    ],
    [
      "case clauses",
      "case x {\nwhen 1,2:\na = 1\nelse:\na = 2\n}\n",
      "case x {\n\twhen 1, 2:\n\t\ta = 1\n\telse:\n\t\ta = 2\n}\n",
    ],
    ["case without a subject", "case {\nwhen a:\nb = 1\n}\n", "case  {\n\twhen a:\n\t\tb = 1\n}\n"],
    [
      "quantifiers with maps in their bodies",
      'a = map xs as x { {"k":x} }\nb = all filter xs as y {y} as z {z}\n',
      'a = map xs as x { {"k": x} }\nb = all filter xs as y { y } as z { z }\n',
    ],
    [
      "comments",
      "# a\na=1 // b\nbb = 2 # c\n/* d */ c = 3\n",
      "# a\na = 1  // b\nbb = 2 # c\n/* d */ c = 3\n",
    ],
    [
      "imports and parameters",
      'import   "a/b"  as c\nparam  p   default  [1,2]\n',
      'import "a/b" as c\nparam p default [1, 2]\n',
    ],
    ["strings are left alone", 'a = "x  =  y"\nb = `r\n  r`\n', 'a = "x  =  y"\nb = `r\n  r`\n'],
    ["the file ends in a line end", "a = 1", "a = 1\n"],
    ["carriage returns go", "a = 1\r\nb = 2\r\n", "a = 1\nb = 2\n"],
    [
      "a file that does not parse",
      "a = (",
      "error: t:1:6: expected an expression, found the end of the file",
    ],
  ])("%s", (_note, text, expected) => {
    expect(formatted(text)).toBe(expected);
    if (!expected.startsWith("error")) {
      expect(formatted(expected)).toBe(expected);
    }
  });

  it("is idempotent and keeps the tokens of random programs", () => {
    const blank = fc.constantFrom(" ", "  ", "\t");
    const line = fc.constantFrom(
      "a=1",
      "b = [1,2 ,\n3,\n]",
      'm={"a":1,\n"bcd":\n2,\n}',
      "if a{b=1}else{b=2}",
      "for xs as i,x{\ncontinue\n}",
      "r=rule when a{b}",
      "f=func(x){return x+ -1}",
      "# comment",
      "c = a and\nb or\n(c and\nd)",
      "print(a ,b)",
      "case a{\nwhen 1:\nb=1\n}",
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(line, blank), { maxLength: 12 }), (lines) => {
        const text = lines.map(([one, space]) => `${space}${one}\n`).join("");
        const once = formatted(text);
        expect(once.startsWith("error")).toBe(false);
        expect(formatted(once)).toBe(once);
        expect(once.replace(/[\s;]/g, "")).toBe(text.replace(/[\s;]/g, ""));
      }),
      { numRuns: 300 },
    );
  });
});
