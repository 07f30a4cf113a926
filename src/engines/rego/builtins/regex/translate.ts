import { ALL, complement, rangesOf } from "./char-set.ts";
import type { Node, Pattern } from "./syntax.ts";

/** JavaScript source (for the `u` flag) of a pattern. Every character is written by code point, so nothing can escape. */
export function toJavaScript(pattern: Pattern): string {
  return write(pattern.root);
}

function write(node: Node): string {
  switch (node.kind) {
    case "char":
      return writeChar(node);
    case "assert":
      return node.text;
    case "group":
      return `${node.capture ? "(" : "(?:"}${write(node.body)})`;
    case "sequence":
      return node.items.map(writeItem).join("");
    case "choice":
      return node.branches.map(write).join("|");
    case "repeat":
      return writeItem(node.body) + quantifier(node) + (node.lazy ? "?" : "");
  }
}

function writeItem(node: Node): string {
  return node.kind === "choice" || node.kind === "sequence" ? `(?:${write(node)})` : write(node);
}

function quantifier({ min, max }: Extract<Node, { kind: "repeat" }>): string {
  if (max === Number.POSITIVE_INFINITY) return min === 0 ? "*" : min === 1 ? "+" : `{${min},}`;
  if (min === 0 && max === 1) return "?";
  return min === max ? `{${min}}` : `{${min},${max}}`;
}

function writeChar({ set, text, negated }: Extract<Node, { kind: "char" }>): string {
  if (set === undefined) return text ?? "";
  if (set.length === 2 && set[0] === set[1] && !negated) return writeCode(set[0]!);
  if (set.length === 0) return negated ? "[^]" : "[]";
  if (set.length === ALL.length && set[1] === ALL[1] && set[0] === 0) return negated ? "[]" : "[^]";
  // A set that reaches the last code point reads better, and runs faster, the other way round.
  const flip = !negated && set.at(-1) === ALL[1];
  const ranges = rangesOf(flip ? complement(set) : set);
  const body = ranges.map(([from, to]) =>
    from === to ? writeCode(from) : `${writeCode(from)}-${writeCode(to)}`,
  );
  return `[${negated || flip ? "^" : ""}${body.join("")}]`;
}

function writeCode(code: number): string {
  const char = String.fromCodePoint(code);
  return /^[A-Za-z0-9_]$/.test(char) ? char : `\\u{${code.toString(16)}}`;
}
