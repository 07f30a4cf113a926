import { type Body, isWildcard, operatorName, type Term } from "../ast/ast.ts";
import { termText } from "../ast/text.ts";
import { termVars } from "../ast/visit.ts";
import { allBuiltins } from "../eval/all-builtins.ts";
import { hash, num } from "../values/index.ts";

/** Names that the compiler makes; what holds one is no text of an author, and its rows say nothing. */
const GENERATED = /^__local/;

export function needsParens(kind: "and" | "or", body: Body): boolean {
  return (kind === "and" && body[0]?.terms.kind === "or") || hasWith(body) || isBraceLed(body);
}

export function isLogical(body: Body): boolean {
  const kind = body[0]?.terms.kind;
  return kind === "and" || kind === "or";
}

export function isNegation(body: Body): boolean {
  return body[0]?.terms.kind === "not" || body[0]?.negated === true;
}

export function hasWith(body: Body): boolean {
  return (body[0]?.with.length ?? 0) > 0;
}

/** Whether an expression begins with a brace, which an operand may not. */
export function isBraceLed(body: Body): boolean {
  const t = body[0]?.terms;
  let leading = t?.kind === "term" ? t.term : t?.kind === "call" ? leftmost(t.terms) : undefined;
  while (leading?.type === "ref") leading = leading.value[0];
  return leading !== undefined && /^(set|object)(comprehension)?$/.test(leading.type) && !isEmptySet(leading);
}

export function isEmptySet(term: Term): boolean {
  return term.type === "set" && term.value.length === 0;
}

/** The first operand of an infix call, however deep. */
export function leftmost(terms: readonly Term[]): Term | undefined {
  const infix = allBuiltins.get(operatorName(terms[0]) ?? "")?.infix;
  const first = infix === undefined ? undefined : terms[1];
  return first?.type === "call" ? leftmost(first.value) : first;
}

export function isUnion(term: Term): boolean {
  return term.type === "call" && operatorName(term.value[0]) === "or";
}

export function sameKind(kind: "and" | "or", body: Body): boolean {
  return body[0]?.terms.kind === kind;
}

export function varText(name: string): string {
  return isWildcard(name) ? "_" : name;
}

/** Of equal items the first stays: a set holds them once. */
export function uniqueTerms(terms: readonly Term[]): readonly Term[] {
  const seen = new Set<string>();
  return terms.filter((term) => {
    const text = valueText(term);
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

/** Of equal keys the first stays, with the last value. */
export function uniqueKeys(pairs: readonly [Term, Term][]): readonly [Term, Term][] {
  const byText = new Map<string, [Term, Term]>();
  for (const [key, value] of pairs) {
    const text = valueText(key);
    byText.set(text, [byText.get(text)?.[0] ?? key, value]);
  }
  return [...byText.values()];
}

/** Equal for numbers of equal value, however they are spelt. */
export function valueText(term: Term): string {
  if (term.type !== "number") return termText(term);
  const value = num.fromText(term.value);
  return `number ${hash(value)} ${Number(term.value)}`;
}

export function holdsGenerated(item: Term | [Term, Term]): boolean {
  const terms = Array.isArray(item) ? item : [item];
  return terms.some((term) => [...termVars(term, true)].some((name) => GENERATED.test(name)));
}
