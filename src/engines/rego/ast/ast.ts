import type { Location } from "../errors.ts";

/**
 * The syntax tree. Terms carry OPA's type names in `type` so that `to-json.ts` can write OPA's JSON shape.
 * The compile stages rewrite a tree in place; a tree that must stay as written is parsed a second time.
 */
export type Term =
  | { type: "null"; value: null; loc: Location }
  | { type: "boolean"; value: boolean; loc: Location }
  /** The literal's own text: `1.50` stays `1.50`. */
  | { type: "number"; value: string; loc: Location }
  | { type: "string"; value: string; loc: Location }
  | VarTerm
  | RefTerm
  | CallTerm
  | { type: "array"; value: Term[]; loc: Location }
  | { type: "set"; value: Term[]; loc: Location }
  | { type: "object"; value: [Term, Term][]; loc: Location }
  | { type: "arraycomprehension"; value: { term: Term; body: Body }; loc: Location }
  | { type: "setcomprehension"; value: { term: Term; body: Body }; loc: Location }
  | { type: "objectcomprehension"; value: { key: Term; value: Term; body: Body }; loc: Location }
  | { type: "templatestring"; value: { parts: TemplatePart[]; multiLine: boolean }; loc: Location };

export interface VarTerm {
  type: "var";
  value: string;
  loc: Location;
}
export interface RefTerm {
  type: "ref";
  value: Term[];
  loc: Location;
}
export interface CallTerm {
  type: "call";
  value: Term[];
  loc: Location;
}
export type ComprehensionTerm = Extract<
  Term,
  { type: "arraycomprehension" | "setcomprehension" | "objectcomprehension" }
>;

export type TemplatePart = { kind: "text"; term: Term } | { kind: "expr"; expr: Expr };

export type Body = Expr[];

export type ExprTerms =
  | { kind: "term"; term: Term }
  /** Operator (a ref or var term) followed by the operands. */
  | { kind: "call"; terms: Term[] }
  | { kind: "some"; symbols: Term[]; loc: Location }
  | EveryTerms
  | { kind: "not"; body: Body; explicit: boolean; loc: Location }
  | LogicalTerms;

export interface EveryTerms {
  kind: "every";
  key: Term | undefined;
  value: Term;
  domain: Term;
  body: Body;
  loc: Location;
}
export interface LogicalTerms {
  kind: "and" | "or";
  lhs: Body;
  rhs: Body;
  explicitLhs: boolean;
  explicitRhs: boolean;
  loc: Location;
}

export interface Expr {
  terms: ExprTerms;
  negated: boolean;
  with: With[];
  loc: Location;
  /** Made by a compile stage, not written by the author. */
  generated?: boolean;
}

export interface With {
  target: Term;
  value: Term;
  loc: Location;
}

export interface Head {
  name: string;
  ref: Term[];
  args: Term[] | undefined;
  key: Term | undefined;
  value: Term | undefined;
  assign: boolean;
  generatedValue: boolean;
  usesIf: boolean;
  usesContains: boolean;
  loc: Location;
}

export interface Rule {
  isDefault: boolean;
  head: Head;
  body: Body;
  else: Rule | undefined;
  generatedBody: boolean;
  annotations: Annotations[];
  loc: Location;
}

export interface Package {
  /** `data` followed by strings. */
  path: Term[];
  loc: Location;
}

export interface Import {
  path: RefTerm;
  alias: string | undefined;
  aliasLoc: Location | undefined;
  loc: Location;
}

export interface Comment {
  /** Text after `#`. */
  text: string;
  loc: Location;
}

export type AnnotationScope = "rule" | "document" | "package" | "subpackages";

export interface Annotations {
  scope: string;
  title: string;
  description: string;
  entrypoint: boolean;
  organizations: string[];
  relatedResources: { description: string; ref: string }[];
  authors: { name: string; email: string }[];
  schemas: { path: Term[]; schema: Term[] | undefined; definition: unknown }[];
  custom: Record<string, unknown> | undefined;
  labels: Record<string, unknown> | undefined;
  compile: { unknowns: Term[][]; maskRule: Term[] | undefined } | undefined;
  loc: Location;
  endRow: number;
}

export interface Module {
  file: string;
  source: string;
  package: Package;
  imports: Import[];
  rules: Rule[];
  comments: Comment[];
  annotations: Annotations[];
  /** 0 for v0 modules without `import rego.v1`; 1 and 2 follow v1 checks. */
  regoVersion: 0 | 1 | 2;
  /** The version that the caller asked for, before imports raised it. */
  baseVersion: 0 | 1 | 2;
}

export function varTerm(name: string, loc: Location): VarTerm {
  return { type: "var", value: name, loc };
}
export function stringTerm(value: string, loc: Location): Term {
  return { type: "string", value, loc };
}
export function refTerm(value: Term[], loc: Location): RefTerm {
  return { type: "ref", value, loc };
}
export function booleanTerm(value: boolean, loc: Location): Term {
  return { type: "boolean", value, loc };
}
export function callExpr(terms: Term[], loc: Location): Expr {
  return { terms: { kind: "call", terms }, negated: false, with: [], loc };
}
export function termExpr(term: Term, loc: Location): Expr {
  return { terms: { kind: "term", term }, negated: false, with: [], loc };
}
export function operatorTerm(name: string, loc: Location): RefTerm {
  return refTerm(
    name.split(".").map((part, i) => (i === 0 ? varTerm(part, loc) : stringTerm(part, loc))),
    loc,
  );
}

export const WILDCARD_PREFIX = "$";
export function isWildcard(name: string): boolean {
  return name.startsWith(WILDCARD_PREFIX);
}

export function isRootDocument(term: Term | undefined): boolean {
  return term !== undefined && term.type === "var" && (term.value === "data" || term.value === "input");
}

/** `a.b.c` of an operator term, or undefined when it is not a plain dotted name. */
export function operatorName(term: Term | undefined): string | undefined {
  if (term === undefined) return undefined;
  if (term.type === "var") return term.value;
  if (term.type !== "ref") return undefined;
  let name = "";
  for (const [i, part] of term.value.entries()) {
    if (i === 0 && part.type === "var") name = part.value;
    else if (i > 0 && part.type === "string") name += `.${part.value}`;
    else return undefined;
  }
  return name;
}
