import { type Body, type Expr, operatorName, type Rule, type Term } from "../../ast/ast.ts";
import { copyTerm } from "../../ast/copy.ts";
import { refText, termText } from "../../ast/text.ts";
import { isComprehension, isGround, visitTerm } from "../../ast/visit.ts";
import { type Location, type RegoError, regoError } from "../../errors.ts";
import { allBuiltins as builtins } from "../../eval/all-builtins.ts";
import { type Value, termText as valueText } from "../../values/index.ts";
import type { CompileContext } from "../context.ts";
import { ruleRef } from "../context.ts";
import { buildGraph, type RuleGraph } from "../recursion.ts";
import { groundPrefix } from "../rule-tree.ts";
import { RefChecker, visitBodies } from "./check-refs.ts";
import { TypeEnv, TypeNode } from "./env.ts";
import { argumentLines, matchLines, typeText } from "./text.ts";
import {
  ANY,
  type FunctionType,
  functionOf,
  isNil,
  keysOf,
  type Named,
  objectType,
  or,
  type Type,
  unifies,
  unwrap,
  valuesOf,
} from "./type.ts";
import { unify1, unify2 } from "./unify.ts";

interface Problem {
  readonly error: RegoError;
  /** The types involved were unknown, so that another error is the cause. */
  readonly nil: boolean;
}

/** Schema types for the documents of a rule, from annotations. */
export type SchemaTypes = (rule: Rule) => readonly { path: readonly Term[]; type: Type }[];

/** Stage: static types of documents, operands and references. */
export function checkTypes(c: CompileContext): void {
  const checker = new Checker(c);
  const { graph } = buildGraph(c);
  checker.dependents = reverse(graph);
  const modules = new Map<Rule, Term[]>();
  for (const { module, rule } of c.allRules()) modules.set(rule, ruleRef(module, rule));
  checker.refs = modules;
  let env = builtinEnv(c);
  if (c.inputType !== undefined) {
    env.tree.put([{ type: "var", value: "input", loc: NOWHERE }], c.inputType);
  }
  env = env.wrap();
  for (const rule of sorted(graph)) {
    const ref = modules.get(rule);
    if (ref !== undefined) checker.rule(env, rule, ref);
  }
  for (const e of sortProblems(checker.errors)) c.errRecoverable(e.code, e.message, locationOf(e), e.details);
  c.typeEnv = env;
}

/** Types of a query's body in the view of a checked program. */
export function checkQueryTypes(c: CompileContext, env: TypeEnv, body: Body): void {
  const checker = new Checker(c);
  checker.checkBody(new TypeEnv(env, checker.closure), body, checker.errors);
  for (const e of checker.errors) c.errRecoverable(e.code, e.message, locationOf(e), e.details);
}

const NOWHERE: Location = { file: "", row: 0, col: 0, offset: 0, end: 0 };

function locationOf(e: RegoError): Location {
  return { file: e.file, row: e.row, col: e.col, offset: 0, end: 0 };
}

function sortProblems(errors: readonly RegoError[]): RegoError[] {
  return [...errors].sort((a, b) =>
    a.file < b.file ? -1 : a.file > b.file ? 1 : a.row - b.row || a.col - b.col,
  );
}

function builtinEnv(c: CompileContext): TypeEnv {
  const checker = new Checker(c);
  const env = new TypeEnv(undefined, checker.closure);
  for (const b of builtins.values()) {
    if (!c.builtins.has(b.name)) continue;
    const path = b.name
      .split(".")
      .map((part, i): Term => ({ type: i === 0 ? "var" : "string", value: part, loc: NOWHERE }) as Term);
    env.tree.put(path, functionOf(b.args, b.result, b.variadic));
  }
  return env;
}

/** Rules in an order where what a rule refers to comes first. */
function sorted(graph: RuleGraph): Rule[] {
  const done = new Set<Rule>();
  const out: Rule[] = [];
  for (const start of graph.keys()) {
    const work: { rule: Rule; edges: Rule[]; i: number }[] = [];
    const push = (rule: Rule): void => {
      if (done.has(rule)) return;
      done.add(rule);
      work.push({ rule, edges: [...(graph.get(rule) ?? [])], i: 0 });
    };
    push(start);
    while (work.length > 0) {
      const top = work[work.length - 1] as (typeof work)[number];
      const next = top.edges[top.i++];
      if (next !== undefined) push(next);
      else {
        out.push(top.rule);
        work.pop();
      }
    }
  }
  return out;
}

function reverse(graph: RuleGraph): RuleGraph {
  const out: RuleGraph = new Map();
  for (const [from, targets] of graph) {
    for (const to of targets) {
      const set = out.get(to) ?? new Set();
      set.add(from);
      out.set(to, set);
    }
  }
  return out;
}

export class Checker {
  readonly errors: RegoError[] = [];
  dependents: RuleGraph = new Map();
  refs = new Map<Rule, Term[]>();
  private readonly c: CompileContext;

  constructor(c: CompileContext) {
    this.c = c;
  }

  readonly closure = (env: TypeEnv, body: Body): TypeEnv | undefined => {
    const errors: RegoError[] = [];
    const inner = this.checkBody(env, body, errors);
    return errors.length > 0 ? undefined : inner;
  };

  private error(message: string, loc: Location, details: readonly string[] = []): RegoError {
    return regoError(this.c.stage, "rego_type_error", message, loc, details);
  }

  rule(env: TypeEnv, rule: Rule, path: Term[]): void {
    const scope = env.wrap();
    for (const schema of this.c.schemaTypes?.(rule) ?? []) this.applySchema(scope, schema.path, schema.type);
    const errors: RegoError[] = [];
    const inner = this.checkBody(scope, rule.body, errors);
    // A key of a v0 head stands in its ref as well.
    const says = new Set(this.errors.map((e) => `${e.row}:${e.col} ${e.text}`));
    this.errors.push(
      ...errors.filter(
        (e) => !says.has(`${e.row}:${e.col} ${e.text}`) && says.add(`${e.row}:${e.col} ${e.text}`),
      ),
    );
    if (errors.length > 0) {
      env.tree.put(path, ANY);
      return;
    }
    const { head } = rule;
    if (head.args !== undefined) {
      for (const arg of head.args) {
        visitTerm(arg, {
          term(t) {
            if (t.type === "var" && inner.get(t) === undefined) inner.vars.putOne(t, ANY);
          },
        });
      }
      const type: FunctionType = {
        k: "function",
        args: head.args.map((a) => ({ name: undefined, type: inner.get(a) })),
        result: { name: undefined, type: head.value === undefined ? undefined : inner.get(head.value) },
        variadic: undefined,
      };
      env.tree.insert(path, type, env);
      return;
    }
    const own =
      head.value !== undefined
        ? inner.get(head.value)
        : setOf(head.key === undefined ? undefined : inner.get(head.key));
    if (own === undefined) return;
    const prefix = groundPrefix(path);
    const type = nested(inner, path.slice(prefix.length), own);
    if (type !== undefined) env.tree.insert(prefix, type, env);
  }

  private applySchema(env: TypeEnv, path: readonly Term[], type: Type): void {
    for (let i = 1; i <= path.length; i++) {
      const prefix = path.slice(0, i);
      const known = env.getRef(prefix);
      if (known === undefined) continue;
      if (i === path.length) break;
      env.tree.put(prefix, override(path.slice(i), known, type));
      return;
    }
    env.tree.put(path, type);
  }

  checkBody(outer: TypeEnv, body: Body, errors: RegoError[]): TypeEnv {
    const env = outer.wrap();
    this.checkExprs(env, body, errors);
    return env;
  }

  private checkExprs(env: TypeEnv, body: Body, errors: RegoError[]): void {
    for (const e of body) {
      const exprEnv = e.with.length > 0 ? this.withEnv(env, e) : env;
      const closureErrors: RegoError[] = [];
      this.checkClosures(exprEnv, e, closureErrors);
      const refErrors: RegoError[] = [];
      new RefChecker(this, exprEnv, refErrors).expr(e);
      errors.push(...closureErrors, ...refErrors);
      const problem = this.checkExpr(exprEnv, e);
      if (problem !== undefined && !((closureErrors.length > 0 || refErrors.length > 0) && problem.nil))
        errors.push(problem.error);
    }
  }

  private checkClosures(env: TypeEnv, e: Expr, errors: RegoError[]): void {
    const inTerm = (term: Term): void => {
      visitTerm(term, {
        term: (t) => {
          if (!isComprehension(t)) return false;
          const body = (t.value as { body: Body }).body;
          const inner: RegoError[] = [];
          this.checkBody(env, body, inner);
          // Of several closures of an expression the last one's errors are reported.
          if (inner.length > 0) errors.splice(0, errors.length, ...inner);
          return true;
        },
      });
    };
    const t = e.terms;
    if (t.kind === "term") inTerm(t.term);
    else if (t.kind === "call") t.terms.forEach(inTerm);
    else
      visitBodies(e, (body) => {
        // OPA checks closures and references inside of these bodies, but no operand types.
        for (const inner of body) this.checkClosures(env, inner, errors);
      });
    for (const w of e.with) inTerm(w.value);
  }

  private withEnv(env: TypeEnv, e: Expr): TypeEnv {
    let copy = env;
    const changes: [Term[], Type][] = [];
    for (const w of e.with) {
      if (w.target.type !== "ref") continue;
      const target = w.target.value;
      const targetType = env.getRef(target);
      const isFunction = targetType?.k === "function";
      const relaxed = this.relaxed(target, isFunction);
      if (relaxed !== undefined) copy = copy.wrapWith(relaxed);
      if (isFunction) continue;
      let type: Type = ANY;
      if (isGround(w.target) && targetType !== undefined) type = or(targetType, env.get(w.value)) ?? ANY;
      changes.push([[...groundPrefix(target)], type]);
    }
    if (changes.length === 0) return copy;
    copy = copy.wrapWith();
    for (const [path, type] of changes) copy.tree.put(path, type);
    return copy;
  }

  /** Rules that depend on a replaced document may have any type meanwhile. */
  private relaxed(target: readonly Term[], isFunction: boolean): TypeNode | undefined {
    const text = refText(target);
    const seen = new Set<Rule>();
    const work: Rule[] = [];
    for (const [rule, ref] of this.refs) {
      const own = refText(groundPrefix(ref));
      if (
        own === text ||
        own.startsWith(`${text}.`) ||
        own.startsWith(`${text}[`) ||
        text.startsWith(`${own}.`)
      )
        work.push(rule);
    }
    let tree: TypeNode | undefined;
    for (let rule = work.pop(); rule !== undefined; rule = work.pop()) {
      if (seen.has(rule)) continue;
      seen.add(rule);
      const ref = groundPrefix(this.refs.get(rule) ?? []);
      if (!(isFunction && refText(ref) === text)) {
        tree ??= new TypeNode(undefined);
        tree.put(ref, ANY);
      }
      for (const dependent of this.dependents.get(rule) ?? []) work.push(dependent);
    }
    return tree;
  }

  private checkExpr(env: TypeEnv, e: Expr): Problem | undefined {
    for (const w of e.with) {
      const target = env.get(w.target);
      const value = env.get(w.value);
      if (target?.k === "function" && value?.k === "function" && !unifies(target, value)) {
        const have = value.args.map((n) => n.type);
        return {
          error: this.error(
            `${termText(w.target)}: arity mismatch`,
            w.loc,
            argumentLines(have, target.args, target.variadic),
          ),
          nil: have.some((t) => isNil(t)),
        };
      }
    }
    if (e.terms.kind !== "call") return undefined;
    const name = operatorName(e.terms.terms[0]);
    const args = e.terms.terms.slice(1);
    if (name === "eq") return this.checkEquality(env, e, args);
    if (name === "internal.member_2" || name === "internal.member_3") {
      const problem = this.checkMember(env, e, args, name === "internal.member_3");
      if (problem !== undefined) return problem;
    }
    return this.checkCall(env, e, e.terms.terms[0] as Term, args);
  }

  private checkMember(env: TypeEnv, e: Expr, args: readonly Term[], keyed: boolean): Problem | undefined {
    const arity = keyed ? 3 : 2;
    if (args.length < arity) return undefined;
    const collection = env.get(args[arity - 1] as Term);
    const values = valuesOf(collection);
    if (values === undefined) return undefined;
    const operand = (term: Term, type: Type | undefined): Problem | undefined => {
      if (type === undefined || isNil(type)) return undefined;
      const have = env.get(term);
      if ((isNil(have) || unifies(have, type)) && unify1(env, term, type, false)) return undefined;
      return this.matchError(e, have, type);
    };
    return (
      (keyed ? operand(args[0] as Term, keysOf(collection)) : undefined) ??
      operand(args[arity - 2] as Term, values)
    );
  }

  private matchError(e: Expr, a: Type | undefined, b: Type | undefined): Problem {
    return { error: this.error("match error", e.loc, matchLines(a, b)), nil: isNil(a) || isNil(b) };
  }

  private checkEquality(env: TypeEnv, e: Expr, args: readonly Term[]): Problem | undefined {
    const [a, b] = args;
    if (a === undefined || b === undefined || args.length > 2) {
      const have = args.map((t) => env.get(t));
      const any: Named[] = [
        { name: undefined, type: ANY },
        { name: undefined, type: ANY },
      ];
      const what = args.length > 2 ? "too many arguments" : "too few arguments";
      return {
        error: this.error(`eq: ${what}`, e.loc, argumentLines(have, any, undefined)),
        nil: have.some((t) => isNil(t)),
      };
    }
    const typeA = env.get(a);
    const typeB = env.get(b);
    return unify2(env, a, typeA, b, typeB) ? undefined : this.matchError(e, typeA, typeB);
  }

  private checkCall(env: TypeEnv, e: Expr, op: Term, args: readonly Term[]): Problem | undefined {
    const type = unwrap(env.get(op));
    const name = termText(op);
    if (type?.k === "any" && type.of.length === 0) return undefined;
    if (type?.k !== "function") return { error: this.error(`undefined function ${name}`, e.loc), nil: false };
    const want: Named[] = [...type.args, ...(type.result === undefined ? [] : [type.result])];
    const have = args.map((t) => env.get(t));
    const problem = (what: string, types: readonly (Type | undefined)[]): Problem => ({
      error: this.error(`${name}: ${what}`, e.loc, argumentLines(types, want, type.variadic)),
      nil: types.some((t) => isNil(t)),
    });
    if (args.length > want.length && type.variadic === undefined) return problem("too many arguments", have);
    if (args.length < type.args.length) return problem("too few arguments", have);
    for (const [i, arg] of args.entries()) {
      const wanted = i < want.length ? want[i]?.type : type.variadic;
      const own = have[i];
      if (own !== undefined && !isNil(own) && !unifies(own, wanted))
        return problem("invalid argument(s)", have);
      if (!unify1(env, arg, wanted, false)) {
        return problem(
          "invalid argument(s)",
          args.map((t) => env.get(t)),
        );
      }
    }
    return undefined;
  }

  // ---- references ----

  /** A reference with generated variables replaced by what they stand for. */
  written(ref: readonly Term[]): Term[] {
    return ref.map((t) => this.writtenTerm(copyTerm(t)));
  }

  private writtenTerm(t: Term): Term {
    if (t.type === "var") {
      const subject = this.c.subjects.get(t.value);
      if (subject !== undefined) return this.writtenTerm(copyTerm(subject));
      return { ...t, value: this.c.rewritten.get(t.value) ?? t.value };
    }
    if (t.type === "ref" || t.type === "array" || t.type === "set" || t.type === "call") {
      return { ...t, value: t.value.map((x) => this.writtenTerm(x)) };
    }
    visitTerm(t, {
      term: (x) => {
        if (x.type === "var") x.value = this.c.rewritten.get(x.value) ?? x.value;
      },
    });
    return t;
  }

  invalidRef(
    ref: readonly Term[],
    at: number,
    have: Type | undefined,
    want: Type | undefined,
    oneOf: readonly Value[],
  ): RegoError {
    const shown = this.written(ref);
    const pad = " ".repeat(refText(shown.slice(0, at)).length + 1);
    const what =
      have === undefined ? `have: ${termText(shown[at] as Term)}` : `have (type): ${typeText(have)}`;
    const wanted =
      oneOf.length > 0
        ? `want (one of): [${oneOf.map((v) => valueText(v)).join(" ")}]`
        : want === undefined
          ? "want (one of): []"
          : `want (type): ${typeText(want)}`;
    const details = [refText(shown), `${pad}^`, pad + what, pad + wanted];
    return this.error(`undefined ref: ${refText(shown)}`, (ref[0] as Term).loc, details);
  }

  unsupportedRef(ref: readonly Term[], at: number, have: Type | undefined): RegoError {
    const shown = this.written(ref);
    const text = refText(shown);
    const last = shown[shown.length - 1] as Term;
    const called =
      last.type === "var" && last.value.startsWith("__local") ? refText(shown.slice(0, -1)) : text;
    const message =
      have?.k === "function" ? `function ${called} used as reference, not called` : `undefined ref: ${text}`;
    const details = [text, "^".repeat(refText(shown.slice(0, at + 1)).length), `have: ${typeText(have)}`];
    return this.error(message, (ref[0] as Term).loc, details);
  }
}

function setOf(of: Type | undefined): Type | undefined {
  return of === undefined ? undefined : { k: "set", of };
}

function nested(env: TypeEnv, path: readonly Term[], type: Type): Type | undefined {
  const [first, ...rest] = path;
  if (first === undefined) return type;
  const value = nested(env, rest, type);
  const key = env.get(first);
  return value === undefined || key === undefined ? undefined : objectType([], { key, value });
}

/** A schema's type put at a path inside of a known type. */
function override(path: readonly Term[], known: Type, type: Type): Type {
  const [first, ...rest] = path;
  if (first === undefined) return type;
  const object = unwrap(known);
  const key = first.type === "string" ? first.value : termText(first);
  if (object?.k !== "object") {
    return objectType([{ key, value: override(rest, objectType([], undefined), type) }], {
      key: ANY,
      value: ANY,
    });
  }
  const old = object.props.find((p) => p.key === key)?.value;
  const value = rest.length === 0 ? type : override(rest, old ?? objectType([], object.dynamic), type);
  return objectType([...object.props.filter((p) => p.key !== key), { key, value }], object.dynamic);
}
