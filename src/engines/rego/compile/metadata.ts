import { type Body, type Expr, operatorName, operatorTerm, type Rule, type Term } from "../ast/ast.ts";
import { visitRule } from "../ast/visit.ts";
import type { Location } from "../errors.ts";
import { AnnotationSet, type Attached, annotationDocument, readAnnotations } from "./annotations.ts";
import { mapBodies } from "./bodies.ts";
import { appendToBody, type CompileContext } from "./context.ts";

const CHAIN = "rego.metadata.chain";
const RULE = "rego.metadata.rule";

function callOf(e: Expr): string | undefined {
  const name = e.terms.kind === "call" ? operatorName(e.terms.terms[0]) : undefined;
  return name === CHAIN || name === RULE ? name : undefined;
}

/** Stage: annotations are read only where something asks for them. */
export function parseMetadata(c: CompileContext): void {
  let wanted = c.wantAnnotations;
  for (const { rule } of c.rules()) {
    if (wanted) break;
    visitRule(rule, {
      expr(e) {
        if (callOf(e) !== undefined) wanted = true;
      },
    });
  }
  if (!wanted) return;
  const all: Attached[] = [];
  for (const module of c.modules) {
    const { attached, errors } = readAnnotations(module);
    for (const e of errors)
      c.err(e.code, e.message, { file: e.file, row: e.row, col: e.col, offset: 0, end: 0 });
    module.annotations = attached.map((a) => a.annotations);
    all.push(...attached);
  }
  checkRedeclared(c, all);
  c.annotations = new AnnotationSet(all);
}

function checkRedeclared(c: CompileContext, all: readonly Attached[]): void {
  const seen = new Map<string, Location>();
  for (const { annotations: a, path } of all) {
    if (a.scope === "rule" || a.scope === "import") continue;
    const key = `${a.scope} ${path.map((t) => JSON.stringify(t.value)).join(".")}`;
    const other = seen.get(key);
    if (other === undefined) seen.set(key, a.loc);
    else c.err("rego_type_error", `${a.scope} annotation redeclared: ${other.file}:${other.row}`, a.loc);
  }
}

/** Stage: `rego.metadata.chain()` and `.rule()` become constants of the rule they stand in. */
export function rewriteMetadataCalls(c: CompileContext): void {
  const set = c.annotations;
  if (set === undefined) return;
  for (const { module, rule } of c.allRules()) {
    const first = new Map<string, Expr>();
    visitRule(
      { ...rule, else: undefined },
      {
        expr(e) {
          const name = callOf(e);
          if (name !== undefined && !first.has(name)) first.set(name, e);
        },
      },
    );
    if (first.size === 0) continue;
    const locals = new Map<string, Term>();
    let head: Body = [];
    for (const [name, e] of first) {
      const document =
        name === CHAIN
          ? set.chain(module, rule).map((link) => ({
              path: link.path.slice(1).map((t) => t.value),
              ...(link.annotations === undefined
                ? {}
                : { annotations: annotationDocument(link.annotations) }),
            }))
          : primary(set, rule);
      const { expr, term } = c.equate(documentTerm(document, e.loc));
      locals.set(name, term);
      head = appendToBody(head, [expr]);
    }
    rule.body = mapBodies(rule.body, (body) => body.map((e) => replaceCall(e, locals)));
    rule.body = appendToBody(head, rule.body);
  }
}

function primary(set: AnnotationSet, rule: Rule): unknown {
  const own = set.ofRule(rule);
  const first = own[own.length - 1];
  return first === undefined ? {} : annotationDocument(first.annotations);
}

function replaceCall(e: Expr, locals: ReadonlyMap<string, Term>): Expr {
  const name = callOf(e);
  const local = name === undefined ? undefined : locals.get(name);
  if (local === undefined || e.terms.kind !== "call") return e;
  const output = e.terms.terms[1];
  const term: Term = { ...local, loc: e.loc } as Term;
  return {
    ...e,
    generated: true,
    terms:
      output === undefined
        ? { kind: "term", term }
        : { kind: "call", terms: [operatorTerm("eq", e.loc), output, term] },
  };
}

function documentTerm(value: unknown, loc: Location): Term {
  if (value === null || value === undefined) return { type: "null", value: null, loc };
  if (typeof value === "boolean") return { type: "boolean", value, loc };
  if (typeof value === "number") return { type: "number", value: String(value), loc };
  if (typeof value === "string") return { type: "string", value, loc };
  if (Array.isArray(value)) return { type: "array", value: value.map((v) => documentTerm(v, loc)), loc };
  return {
    type: "object",
    value: Object.entries(value).map(([k, v]): [Term, Term] => [
      { type: "string", value: k, loc },
      documentTerm(v, loc),
    ]),
    loc,
  };
}
