import { type Expr, stringTerm, type TemplatePart, type Term } from "../ast/ast.ts";
import type { Token } from "../lexer/lexer.ts";
import { num } from "../values/index.ts";
import { parseLiteral } from "./literals.ts";
import type { ParserState } from "./state.ts";

export function parseNumber(p: ParserState): Term | undefined {
  const loc = p.loc();
  let prefix = "";
  if (p.is("minus")) {
    prefix = "-";
    p.scan();
    const next: Token = p.tok;
    if (next !== "number" && next !== ".") {
      p.illegal("expected number");
      return undefined;
    }
  }
  if (p.is(".")) {
    prefix += ".";
    p.scan();
    const next: Token = p.tok;
    if (next !== "number") {
      p.illegal("expected number");
      return undefined;
    }
  }
  if (!prefix.endsWith(".") && /^0[0-9]/.test(p.lit)) {
    p.illegal("expected number without leading zero");
    return undefined;
  }
  const text = prefix + p.lit;
  const problem = num.problemOf(text);
  if (problem === "invalid float") {
    p.illegal(problem);
    return undefined;
  }
  if (problem !== undefined) {
    p.error(p.loc(), problem);
    return undefined;
  }
  return { type: "number", value: text, loc };
}

export function parseString(p: ParserState): Term | undefined {
  const loc = p.loc();
  if (!p.lit.startsWith('"')) return stringTerm(p.lit.slice(1, -1), loc);
  const inner = p.lit.slice(1, -1);
  if (!inner.includes("\\")) return stringTerm(inner, loc);
  const value = unquote(inner);
  if (value === undefined) {
    p.error(loc, `illegal string literal: ${p.lit}`);
    return undefined;
  }
  return stringTerm(value, loc);
}

/** JSON's escapes; raw control characters stay as they are refused by the JSON rules. */
export function unquote(inner: string): string | undefined {
  try {
    const value: unknown = JSON.parse(`"${inner}"`);
    // A lone surrogate is not text; Go's decoder answers U+FFFD.
    return typeof value === "string"
      ? value.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd")
      : undefined;
  } catch {
    return undefined;
  }
}

export function parseTemplate(p: ParserState, multiLine: boolean): Term | undefined {
  const start = p.loc();
  const parts: TemplatePart[] = [];
  for (;;) {
    const inner = p.lit.slice(1, -1);
    const text = multiLine || !inner.includes("\\") ? inner : unquote(inner);
    if (p.is("illegal")) {
      p.error(p.loc(), "expected template-string part");
      return undefined;
    }
    if (text === undefined) {
      p.error(p.loc(), `illegal template-string part: ${p.lit}`);
      return undefined;
    }
    if (text !== "") parts.push({ kind: "text", term: stringTerm(text, p.loc()) });
    if (p.is("template-string-end") || p.is("raw-template-string-end")) break;
    const commentsBefore = p.comments.size;
    p.scan();
    const commentsAfter = p.comments.size;
    const expr = parseLiteral(p);
    if (expr === undefined) {
      p.error(p.loc(), "invalid template-string expression");
      return undefined;
    }
    const refused = refusedInTemplate(expr);
    if (refused !== undefined) {
      p.error(expr.loc, refused);
      return undefined;
    }
    const t = expr.terms;
    if (
      t.kind === "term" &&
      expr.with.length === 0 &&
      commentsAfter === commentsBefore &&
      (t.term.type === "string" ||
        t.term.type === "number" ||
        t.term.type === "boolean" ||
        t.term.type === "null")
    ) {
      parts.push({ kind: "text", term: t.term });
    } else parts.push({ kind: "expr", expr });
    if (!p.is("}")) {
      p.error(p.loc(), "expected } to end template string expression");
      return undefined;
    }
    p.doScan(false, { raw: multiLine });
  }
  return { type: "templatestring", value: { parts, multiLine }, loc: p.span(start, start.offset, p.tokEnd) };
}

export function refusedInTemplate(expr: Expr): string | undefined {
  if (expr.negated) return "unexpected negation ('not') in template-string expression";
  const t = expr.terms;
  if (t.kind === "every") return "unexpected 'every' in template-string expression";
  if (t.kind === "some") return "unexpected 'some' in template-string expression";
  if (t.kind !== "call") return undefined;
  const op = t.terms[0];
  const name =
    op?.type === "ref" && op.value.length === 1 && op.value[0]?.type === "var" ? op.value[0].value : "";
  if (name === "eq") return "unexpected unification ('=') in template-string expression";
  return name === "assign" ? "unexpected assignment (':=') in template-string expression" : undefined;
}
