import type { Body, Expr, Term } from "../../ast/ast.ts";
import { isComprehension, isConstant, visitTerm } from "../../ast/visit.ts";
import type { RegoError } from "../../errors.ts";
import { compare, type Value } from "../../values/index.ts";
import type { Checker } from "./check.ts";
import { isRoot, selectConstant, type TypeEnv, type TypeNode } from "./env.ts";
import { ANY, isEmptyCollection, keysOf, STRING, type Type, unifies, unwrap, valuesOf } from "./type.ts";
import { unify1 } from "./unify.ts";

/** The bodies that stand directly in an expression. */
export function visitBodies(e: Expr, visit: (body: Body) => void): void {
  const t = e.terms;
  if (t.kind === "every" || t.kind === "not") visit(t.body);
  else if (t.kind === "and" || t.kind === "or") {
    visit(t.lhs);
    visit(t.rhs);
  }
}

export class RefChecker {
  private readonly checker: Checker;
  private readonly env: TypeEnv;
  private readonly errors: RegoError[];

  constructor(checker: Checker, env: TypeEnv, errors: RegoError[]) {
    this.checker = checker;
    this.env = env;
    this.errors = errors;
  }

  expr(e: Expr): void {
    const t = e.terms;
    if (t.kind === "call") for (const arg of t.terms.slice(1)) this.term(arg);
    else if (t.kind === "term") this.term(t.term);
    else {
      if (t.kind === "every") this.term(t.domain);
      visitBodies(e, (body) => {
        for (const inner of body) this.expr(inner);
      });
    }
  }

  private term(term: Term): void {
    visitTerm(term, {
      term: (t) => {
        if (isComprehension(t)) return true;
        if (t.type !== "ref") return false;
        const whole = this.env.getRef(t.value);
        if (whole?.k === "function") {
          this.errors.push(this.checker.unsupportedRef(t.value, t.value.length - 1, whole));
          return true;
        }
        const error = this.check(this.env, this.env.tree, t.value, 0);
        if (error !== undefined) this.errors.push(error);
        return false;
      },
    });
  }

  private check(current: TypeEnv, node: TypeNode, ref: readonly Term[], i: number): RegoError | undefined {
    const head = ref[i];
    if (head === undefined) return undefined;
    const oneOf = (): Value[] => nodeKeys(node);
    if ((i === 1 || i === 2) && head.type !== "var" && head.type !== "string") {
      return this.checker.invalidRef(ref, i, this.env.get(head), STRING, oneOf());
    }
    if (head.type === "var" && i !== 0) {
      const keys = keysOf(this.env.extent(node));
      const known = this.env.get(head);
      if (known === undefined) this.env.vars.putOne(head, keys);
      else if (!unifies(keys, known)) return this.checker.invalidRef(ref, i, known, keys, oneOf());
    }
    const child = node.child(head);
    if (child === undefined) {
      if (current.next !== undefined) return this.check(current.next, current.next.tree, ref, 0);
      if (isRoot(ref[0])) {
        if (i === 0) return this.leaf(ANY, ref, 1);
        for (const inner of node.children.values()) this.check(current, inner, ref, i + 1);
        return undefined;
      }
      return this.leaf(ANY, ref, 0);
    }
    return child.value !== undefined
      ? this.leaf(child.value, ref, i + 1)
      : this.check(current, child, ref, i + 1);
  }

  private leaf(type: Type | undefined, ref: readonly Term[], i: number): RegoError | undefined {
    const head = ref[i];
    if (head === undefined) return undefined;
    const { env, checker } = this;
    if (isEmptyCollection(type)) {
      if (isConstant(head) && head.type !== "array" && head.type !== "object" && head.type !== "set") {
        return checker.invalidRef(ref, i, undefined, undefined, []);
      }
      if (head.type === "var") {
        const known = env.get(head);
        const keys = keysOf(type);
        if (known === undefined) env.vars.putOne(head, ANY);
        else if (keys !== undefined && !unifies(known, keys))
          return checker.invalidRef(ref, i, known, keys, []);
      }
      return undefined;
    }
    const keys = keysOf(type);
    if (keys === undefined) return checker.unsupportedRef(ref, i - 1, type);
    switch (head.type) {
      case "var": {
        const known = env.get(head);
        if (known === undefined) env.vars.putOne(head, keys);
        else if (!unifies(known, keys)) return checker.invalidRef(ref, i, known, keys, typeKeys(type));
        break;
      }
      case "ref": {
        const known = env.getRef(head.value);
        if (known !== undefined && !unifies(known, keys))
          return checker.invalidRef(ref, i, known, keys, typeKeys(type));
        break;
      }
      case "array":
      case "object":
      case "set":
        if (!unify1(env, head, keys, false)) return checker.invalidRef(ref, i, env.get(head), keys, []);
        break;
      default: {
        const child = selectConstant(type, head);
        if (child === undefined) return checker.invalidRef(ref, i, undefined, keys, typeKeys(type));
        return this.leaf(child, ref, i + 1);
      }
    }
    return this.leaf(valuesOf(type), ref, i + 1);
  }
}

export function nodeKeys(node: TypeNode): Value[] {
  const keys: Value[] = [];
  for (const child of node.children.values()) if (child.term?.type === "string") keys.push(child.term.value);
  return keys.sort(compare);
}

export function typeKeys(type: Type | undefined): Value[] {
  const t = unwrap(type);
  const keys: Value[] = [];
  if (t?.k === "object") keys.push(...t.props.map((p) => p.key));
  if (t?.k === "any") for (const inner of t.of) keys.push(...typeKeys(inner));
  keys.sort(compare);
  return keys.filter((k, i) => i === 0 || compare(k, keys[i - 1] as Value) !== 0);
}
