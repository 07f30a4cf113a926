import {
  type Body,
  type Expr,
  isWildcard,
  type Module,
  operatorName,
  type Rule,
  type Term,
} from "../ast/ast.ts";
import { refText } from "../ast/text.ts";
import { isComprehension, visitBody, visitExpr, visitTerm } from "../ast/visit.ts";
import type { LintFinding } from "./finding.ts";

/**
 * `not f(input.x)` in the older negation reads `input.x` before the `not`: where it is missing, the rule is undefined
 * instead of true, and a deny rule passes what it should refuse. Only `not input.x` and `not input.x == …` are safe.
 */
export function negatedMissingInput(module: Module): readonly LintFinding[] {
  if (negatesWholeExpressions(module)) return [];
  const findings: LintFinding[] = [];
  const bodies: Body[] = [];
  for (const rule of module.rules) {
    for (let r: Rule | undefined = rule; r !== undefined; r = r.else) {
      const collect = (body: Body): void => {
        bodies.push(body);
      };
      collect(r.body);
      visitBody(r.body, { body: collect });
      for (const term of [r.head.key, r.head.value])
        if (term !== undefined) visitTerm(term, { body: collect });
    }
  }
  for (const body of new Set(bodies)) findings.push(...inBody(module, body));
  return findings;
}

function negatesWholeExpressions(module: Module): boolean {
  if (module.regoVersion === 2) return true;
  return module.imports.some(({ path: { value } }) => {
    const [root, keywords, word] = value.map((term) => term.value);
    return root === "future" && keywords === "keywords" && (word === "not" || word === undefined);
  });
}

function inBody(module: Module, body: Body): readonly LintFinding[] {
  const negated = body.filter((expr) => expr.negated);
  if (negated.length === 0) return [];
  const required = body.filter((expr) => !expr.negated).flatMap(refsIn);
  return negated.flatMap((expr) => {
    const exposed = exposedRefs(expr).find((ref) => !required.some((other) => isPrefix(ref, other)));
    if (exposed === undefined) return [];
    const path = refText(exposed);
    const text = module.source
      .slice(expr.loc.offset, expr.loc.end)
      .replace(/^not\s+/, "")
      .trim();
    return [
      {
        rule: "negated-missing-input" as const,
        message: `\`not ${text}\` is undefined, not true, where \`${path}\` is missing: the rule does not fire then`,
        hint: `add a rule for \`not ${path}\`, or \`import future.keywords.not\` so that the whole expression is negated`,
        location: expr.loc,
      },
    ];
  });
}

/** References that are read before the negation: all but the expression itself and the sides of an equality. */
function exposedRefs(expr: Expr): readonly (readonly Term[])[] {
  const t = expr.terms;
  const found: (readonly Term[])[] = [];
  const inside = (term: Term): void => {
    if (isComprehension(term)) return;
    if (term.type === "ref") {
      if (term.value[0]?.type === "var" && term.value.length > 1) found.push(term.value);
      for (const part of term.value.slice(1)) inside(part);
    } else if (term.type === "call") for (const arg of term.value.slice(1)) inside(arg);
    else if (term.type === "array" || term.type === "set") for (const item of term.value) inside(item);
    else if (term.type === "object") for (const pair of term.value) for (const item of pair) inside(item);
  };
  const outside = (term: Term): void => {
    if (term.type === "ref") for (const part of term.value.slice(1)) inside(part);
    else inside(term);
  };
  if (t.kind === "term") outside(t.term);
  else if (t.kind === "call") {
    const name = operatorName(t.terms[0]);
    const args = t.terms.slice(1);
    for (const arg of args) (name === "equal" || name === "eq" ? outside : inside)(arg);
  }
  return found.filter((ref) => ref.every((part) => part.type !== "var" || !isWildcard(part.value)));
}

function refsIn(expr: Expr): readonly (readonly Term[])[] {
  const found: (readonly Term[])[] = [];
  visitExpr(expr, {
    term(t) {
      if (t.type === "ref") found.push(t.value);
      return isComprehension(t);
    },
    expr: (inner) => inner.negated || inner.terms.kind === "or" || inner.terms.kind === "not",
  });
  return found;
}

function isPrefix(ref: readonly Term[], of: readonly Term[]): boolean {
  return ref.length <= of.length && refText(of.slice(0, ref.length)) === refText(ref);
}
