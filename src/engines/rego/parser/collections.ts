import type { Expr, Term } from "../ast/ast.ts";
import { termText } from "../ast/text.ts";
import type { Location } from "../errors.ts";
import type { Token } from "../lexer/lexer.ts";
import { parseBody } from "./literals.ts";
import { type ParserSnapshot, type ParserState, tokenText } from "./state.ts";
import { parseTerm, parseTermInfixInList } from "./terms.ts";

export function parseArray(p: ParserState): Term | undefined {
  const at = p.loc();
  const finish = (
    term:
      | { type: "array"; value: Term[] }
      | { type: "arraycomprehension"; value: { term: Term; body: Expr[] } },
  ): Term => ({
    ...term,
    loc: p.span(at, at.offset, p.tokEnd),
  });
  p.scan();
  if (p.is("]")) return finish({ type: "array", value: [] });
  let comprehension = true;
  if (p.is(",")) {
    comprehension = false;
    p.scan();
  }
  const s = p.save();
  const head = parseTerm(p);
  if (head === undefined) return undefined;
  switch (p.tok as Token) {
    case "]":
      return finish({ type: "array", value: [head] });
    case ",": {
      p.scan();
      const terms = parseTermList(p, "]", [head]);
      return terms === undefined ? undefined : finish({ type: "array", value: terms });
    }
    case "or":
      if (comprehension) {
        p.scan();
        const body = parseBody(p, "]");
        if (body !== undefined) return finish({ type: "arraycomprehension", value: { term: head, body } });
        if (!p.is(",")) return undefined;
      }
  }
  p.restore(s);
  const terms = parseTermList(p, "]", []);
  return terms === undefined ? undefined : finish({ type: "array", value: terms });
}

export function parseSetOrObject(p: ParserState): Term | undefined {
  const at = p.loc();
  const term = parseSetOrObjectInner(p, at);
  if (term === undefined) return undefined;
  if (term.type === "set") term.value = distinct(term.value);
  return { ...term, loc: p.span(at, at.offset, p.tokEnd) };
}

/** A set literal's members, each once. */
export function distinct(terms: readonly Term[]): Term[] {
  const seen = new Set<string>();
  return terms.filter((t) => {
    if (t.type === "var") return !seen.has(t.value) && seen.add(t.value) !== undefined;
    if (t.type !== "string" && t.type !== "number" && t.type !== "boolean" && t.type !== "ref") return true;
    const text = termText(t);
    // Two wildcards print alike but are not the same variable.
    if (text.includes("_")) return true;
    return !seen.has(text) && seen.add(text) !== undefined;
  });
}

export function parseSetOrObjectInner(p: ParserState, at: Location): Term | undefined {
  p.scan();
  if (p.is("}")) return { type: "object", value: [], loc: at };
  let comprehension = true;
  if (p.is(",")) {
    comprehension = false;
    p.scan();
  }
  const s = p.save();
  let head = parseTerm(p);
  if (head === undefined) return undefined;
  switch (p.tok as Token) {
    case "or":
      if (comprehension) return parseSet(p, s, head, true, at);
      break;
    case "}":
    case ",":
      return parseSet(p, s, head, comprehension, at);
    case ":":
      return parseObject(p, head, comprehension, at);
  }
  p.restore(s);
  head = parseTermInfixInList(p);
  if (head === undefined) return undefined;
  switch (p.tok as Token) {
    case "}":
    case ",":
      return parseSet(p, s, head, false, at);
    case ":":
      return parseObject(p, head, comprehension, at);
  }
  p.illegal("non-terminated set");
  return undefined;
}

export function parseSet(
  p: ParserState,
  s: ParserSnapshot,
  head: Term,
  comprehension: boolean,
  loc: Location,
): Term | undefined {
  switch (p.tok) {
    case "}":
      return { type: "set", value: [head], loc };
    case ",": {
      p.scan();
      const terms = parseTermList(p, "}", [head]);
      return terms === undefined ? undefined : { type: "set", value: terms, loc };
    }
    case "or": {
      if (comprehension) {
        p.scan();
        const body = parseBody(p, "}");
        if (body !== undefined) return { type: "setcomprehension", value: { term: head, body }, loc };
        if (!p.is(",")) return undefined;
      }
      p.restore(s);
      const terms = parseTermList(p, "}", []);
      return terms === undefined ? undefined : { type: "set", value: terms, loc };
    }
  }
  return undefined;
}

export function parseObject(
  p: ParserState,
  key: Term,
  comprehension: boolean,
  at: Location,
): Term | undefined {
  p.scan();
  const s = p.save();
  let value = parseTerm(p);
  if (value === undefined) return undefined;
  if (comprehension) {
    if (p.is("}") || p.is(",")) return finishObject(p, key, value, true, at);
    if (p.is("or")) {
      const term = finishObject(p, key, value, true, at);
      if (term !== undefined) return term;
    }
  }
  p.restore(s);
  value = parseTermInfixInList(p);
  if (value === undefined) return undefined;
  if (p.is("}") || p.is(",")) return finishObject(p, key, value, false, at);
  p.illegal("non-terminated object");
  return undefined;
}

export function finishObject(
  p: ParserState,
  key: Term,
  value: Term,
  comprehension: boolean,
  loc: Location,
): Term | undefined {
  switch (p.tok) {
    case "}":
      return { type: "object", value: [[key, value]], loc };
    case "or": {
      if (!comprehension) {
        p.illegal("non-terminated object");
        return undefined;
      }
      p.scan();
      const body = parseBody(p, "}");
      return body === undefined
        ? undefined
        : { type: "objectcomprehension", value: { key, value, body }, loc };
    }
    case ",": {
      p.scan();
      const pairs = parsePairList(p, "}", [[key, value]]);
      return pairs === undefined ? undefined : { type: "object", value: pairs, loc };
    }
  }
  return undefined;
}

export function parseTermList(p: ParserState, end: Token, terms: Term[]): Term[] | undefined {
  if (p.is(end)) return terms;
  for (;;) {
    const term = parseTermInfixInList(p);
    if (term === undefined) return undefined;
    terms.push(term);
    if (p.is(end)) return terms;
    if (!p.is(",")) {
      p.illegal(`expected "," or "${tokenText(end)}"`);
      return undefined;
    }
    p.scan();
    if (p.is(end)) return terms;
  }
}

export function parsePairList(p: ParserState, end: Token, pairs: [Term, Term][]): [Term, Term][] | undefined {
  if (p.is(end)) return pairs;
  for (;;) {
    const key = parseTermInfixInList(p);
    if (key === undefined) return undefined;
    if (!p.is(":")) {
      p.illegal('expected ":"');
      return undefined;
    }
    p.scan();
    const value = parseTermInfixInList(p);
    if (value === undefined) return undefined;
    pairs.push([key, value]);
    if (p.is(end)) return pairs;
    if (!p.is(",")) {
      p.illegal(`expected "," or "${tokenText(end)}"`);
      return undefined;
    }
    p.scan();
    if (p.is(end)) return pairs;
  }
}
