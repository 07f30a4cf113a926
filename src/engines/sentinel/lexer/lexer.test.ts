import { describe, expect, it } from "vitest";
import { lex } from "./lexer.ts";

/** Tokens as `kind:text`, strings and integers with their value. */
function tokens(text: string): string {
  const { tokens: list, error } = lex(text);
  const shown = list
    .filter((token) => token.kind !== "eof")
    .map((token) =>
      token.kind === "semi"
        ? ";"
        : token.kind === "string" || token.kind === "int"
          ? `${token.kind}:${token.value}`
          : `${token.kind}:${token.text}`,
    );
  return error === null ? shown.join(" ") : `error: ${error.message}`;
}

describe("lex", () => {
  it.each([
    ["decimal", "7", "int:7 ;"],
    ["octal", "0600", "int:384 ;"],
    ["hexadecimal", "0xBadFace", "int:195951310 ;"],
    ["zero", "0", "int:0 ;"],
    ["the largest int", "9223372036854775807", "int:9223372036854775807 ;"],
    [
      "an int too large",
      "9223372036854775808",
      "error: the integer `9223372036854775808` does not fit 64 bits",
    ],
    ["an octal digit out of range", "089", "error: `089` is not an octal number"],
    ["a float with a leading zero", "072.40", "float:072.40 ;"],
    ["a float ending in a point", "0.", "float:0. ;"],
    ["a float with an exponent", "1.e+0", "float:1.e+0 ;"],
    ["a float with a negative exponent", "6.67e-11", "float:6.67e-11 ;"],
    ["a float without a point", "1E6", "float:1E6 ;"],
    ["a float without a whole part", ".25", "float:.25 ;"],
    ["letters after a number", "1abc", "error: `1a` is not a number"],
    ["an identifier", "_x9 é", "ident:_x9 ident:é ;"],
    ["a keyword", "rule", "word:rule"],
    ["a keyword as a selector", "x.all.rule", "ident:x op:. ident:all op:. ident:rule ;"],
    [
      "two-character operators",
      "a==b != c<=d >= e",
      "ident:a op:== ident:b op:!= ident:c op:<= ident:d op:>= ident:e ;",
    ],
    [
      "assignments",
      "a+=1;a-=1;a*=1;a/=1;a%=1",
      "ident:a op:+= int:1 ; ident:a op:-= int:1 ; ident:a op:*= int:1 ; ident:a op:/= int:1 ; ident:a op:%= int:1 ;",
    ],
    ["an illegal character", "a ? b", "error: the character `?` is not allowed here"],
  ])("%s", (_note, source, expected) => {
    expect(tokens(source)).toBe(expected);
  });

  it.each([
    ["simple escapes", String.raw`"\a\b\f\n\r\t\v\\\""`, '\x07\b\f\n\r\t\v\\"'],
    ["octal gives a byte", String.raw`"\033[31m"`, "\x1b[31m"],
    ["hexadecimal gives a byte", String.raw`"\xff"`, "\xff"],
    ["a code point gives its UTF-8", String.raw`"\u2713"`, "\xe2\x9c\x93"],
    ["a large code point", String.raw`"\U0001F600"`, "\xf0\x9f\x98\x80"],
    ["text is UTF-8", '"é"', "\xc3\xa9"],
    ["a raw string keeps backslashes and spans lines", "`a\\n\nb`", "a\\n\nb"],
    ["a raw string drops carriage returns", "`a\r\nb`", "a\nb"],
  ])("string: %s", (_note, source, bytes) => {
    expect(lex(source).tokens[0]?.value).toBe(bytes);
  });

  it.each([
    ["a surrogate half", String.raw`"\uD800"`, "the escape sequence `D800` is out of range"],
    ["a code point too large", String.raw`"\U00110000"`, "the escape sequence `00110000` is out of range"],
    ["an octal byte too large", String.raw`"\777"`, "the escape sequence `777` is out of range"],
    ["too few digits", String.raw`"\x1"`, "an escape sequence needs 2 hexadecimal digits"],
    ["an unknown escape", String.raw`"\q"`, "unknown escape sequence `\\q`"],
    ["a line end inside", '"a\nb"', "a string is not closed on its line"],
    ["a raw string left open", "`a", "a raw string is not closed"],
    ["a comment left open", "/* a", "a block comment is not closed"],
  ])("string error: %s", (_note, source, message) => {
    expect(tokens(source)).toBe(`error: ${message}`);
  });

  it.each([
    ["after an identifier", "a\nb", "ident:a ; ident:b ;"],
    ["after a literal", '1\n"a"\n1.5\n', "int:1 ; string:a ; float:1.5 ;"],
    ["after closing brackets", ")\n]\n}\n", "op:) ; op:] ; op:} ;"],
    [
      "after break, continue and return",
      "break\ncontinue\nreturn\n",
      "word:break ; word:continue ; word:return ;",
    ],
    [
      "after `is empty` and `is not defined`",
      "a is empty\nb is not defined\n",
      "ident:a word:is word:empty ; ident:b word:is word:not word:defined ;",
    ],
    ["after a selector that is a keyword", "x.when\ny", "ident:x op:. ident:when ; ident:y ;"],
    ["not after an operator", "a and\nb", "ident:a word:and ident:b ;"],
    ["not after a comma or an opening bracket", "(\na,\n", "op:( ident:a op:,"],
    ["before a comment at the line's end", "a // c\nb # d\n", "ident:a ; ident:b ;"],
    ["a block comment without a line end is a blank", "a /* c */ b", "ident:a ident:b ;"],
    ["a block comment with a line end is one", "a /* c\n */ b", "ident:a ; ident:b ;"],
    ["with carriage returns", "a\r\nb\r\n", "ident:a ; ident:b ;"],
    ["at the end of the file", "a", "ident:a ;"],
    ["never twice", "a\n\n\nb", "ident:a ; ident:b ;"],
  ])("semicolon %s", (_note, source, expected) => {
    expect(tokens(source)).toBe(expected);
  });
});
