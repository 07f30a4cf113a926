import { type Body, type Expr, type Module, operatorName, type Rule, type Term } from "../ast/ast.ts";
import { exprText, refText, termText } from "../ast/text.ts";
import { isConstant } from "../ast/visit.ts";
import { num } from "../values/index.ts";
import type { LintFinding } from "./finding.ts";

/** Rules whose body cannot hold whatever the documents are. */
export function neverTrue(module: Module): readonly LintFinding[] {
  const findings: LintFinding[] = [];
  for (const rule of module.rules) {
    for (let r: Rule | undefined = rule; r !== undefined; r = r.else) {
      const why = contradiction(r.body);
      if (why === undefined) continue;
      findings.push({
        rule: "never-true",
        message: `rule \`${refText(rule.head.ref)}\` can never be true: ${why.text}`,
        hint: "mend the condition, or remove the rule",
        location: why.expr.loc,
      });
    }
  }
  return findings;
}

interface Contradiction {
  readonly text: string;
  readonly expr: Expr;
}

function contradiction(body: Body): Contradiction | undefined {
  const facts = new Facts();
  for (const expr of body) {
    if (expr.with.length > 0) continue;
    const alone = isFalse(expr);
    if (alone !== undefined) return { text: alone, expr };
    const text = facts.add(expr);
    if (text !== undefined) return { text, expr };
  }
  return undefined;
}

const COMPARISONS: ReadonlySet<string> = new Set(["equal", "eq", "neq", "lt", "lte", "gt", "gte"]);

/** Why one expression is false by itself. */
function isFalse(expr: Expr): string | undefined {
  const t = expr.terms;
  const shown = `\`${exprText(expr)}\` is false`;
  if (t.kind === "term") {
    const isTrue = t.term.type !== "boolean" || t.term.value;
    const known = isConstant(t.term);
    return known && isTrue === expr.negated ? shown : undefined;
  }
  const member =
    t.kind === "some" && t.symbols[0]?.type === "call"
      ? t.symbols[0].value
      : t.kind === "call"
        ? t.terms
        : [];
  const name = operatorName(member[0]);
  if (name?.startsWith("internal.member") === true && !expr.negated) {
    const domain = member.at(-1);
    const empty =
      (domain?.type === "array" || domain?.type === "set" || domain?.type === "object") &&
      domain.value.length === 0;
    return empty ? `nothing is in \`${termText(domain as Term)}\`` : undefined;
  }
  const [, a, b] = member;
  if (name === undefined || !COMPARISONS.has(name) || a === undefined || b === undefined) return undefined;
  if (isScalar(a) && isScalar(b) && a.type === b.type)
    return holds(name, a, b) === expr.negated ? shown : undefined;
  const counted =
    a.type === "call" && operatorName(a.value[0]) === "count" && b.type === "number" && !expr.negated;
  if (!counted) return undefined;
  const below = num.compare(num.fromText(b.value), num.fromText("0")) < 0;
  const atZero = num.compare(num.fromText(b.value), num.fromText("0")) === 0;
  const impossible =
    (name === "lt" && (below || atZero)) || (below && (name === "lte" || name === "equal" || name === "eq"));
  return impossible ? `${shown}: a count is never below 0` : undefined;
}

type Scalar = Extract<Term, { type: "string" | "number" | "boolean" | "null" }>;

function isScalar(term: Term): term is Scalar {
  return term.type === "string" || term.type === "number" || term.type === "boolean" || term.type === "null";
}

function order(a: Scalar, b: Scalar): number {
  if (a.type === "number" && b.type === "number")
    return num.compare(num.fromText(a.value), num.fromText(b.value));
  return a.value === b.value ? 0 : String(a.value) < String(b.value) ? -1 : 1;
}

function holds(name: string, a: Scalar, b: Scalar): boolean {
  const sign = order(a, b);
  switch (name) {
    case "lt":
      return sign < 0;
    case "lte":
      return sign <= 0;
    case "gt":
      return sign > 0;
    case "gte":
      return sign >= 0;
    case "neq":
      return sign !== 0;
    default:
      return sign === 0;
  }
}

const MIRRORED: Readonly<Record<string, string>> = { lt: "gt", lte: "gte", gt: "lt", gte: "lte" };

interface Fact {
  readonly name: string;
  readonly value: Scalar;
  readonly text: string;
}

/** What a body says of references without variables, in order; two statements that exclude each other are told. */
class Facts {
  private readonly known = new Map<string, Fact[]>();

  add(expr: Expr): string | undefined {
    const t = expr.terms;
    if (t.kind !== "call" || expr.negated) return undefined;
    const [op, left, right] = t.terms;
    const name = operatorName(op);
    if (name === undefined || !COMPARISONS.has(name) || left === undefined || right === undefined)
      return undefined;
    const swapped = isScalar(left);
    const [subject, value] = swapped ? [right, left] : [left, right];
    if (!isScalar(value) || !isSingle(subject)) return undefined;
    const fact = { name: swapped ? (MIRRORED[name] ?? name) : name, value, text: exprText(expr) };
    const key = termText(subject);
    const before = this.known.get(key) ?? [];
    const other = before.find((known) => excludes(known, fact));
    this.known.set(key, [...before, fact]);
    return other === undefined ? undefined : `\`${other.text}\` and \`${fact.text}\` exclude each other`;
  }
}

/** A document, a part of one, or a local name: it has one value in a solution of the body. */
function isSingle(term: Term): boolean {
  if (term.type === "var") return true;
  return term.type === "ref" && term.value.slice(1).every((part) => isScalar(part));
}

function excludes(a: Fact, b: Fact): boolean {
  const [x, y] = isEquality(a) ? [a, b] : [b, a];
  if (isEquality(x)) {
    if (x.value.type !== y.value.type) return isEquality(y);
    return !holds(y.name, x.value, y.value);
  }
  if (a.value.type !== "number" || b.value.type !== "number" || a.name === "neq" || b.name === "neq")
    return false;
  const [low, high] = a.name.startsWith("g") ? [a, b] : [b, a];
  if (!low.name.startsWith("g") || !high.name.startsWith("l")) return false;
  const gap = order(low.value, high.value);
  return gap > 0 || (gap === 0 && (low.name === "gt" || high.name === "lt"));
}

function isEquality(fact: Fact): boolean {
  return fact.name === "equal" || fact.name === "eq";
}
