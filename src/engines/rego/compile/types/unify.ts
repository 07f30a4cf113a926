import type { Term } from "../../ast/ast.ts";
import { termText } from "../../ast/text.ts";
import { isConstant } from "../../ast/visit.ts";
import { selectConstant, type TypeEnv } from "./env.ts";
import { ANY, isNil, or, type Type, unifies, unwrap, valuesOf } from "./type.ts";

export function unify2(
  env: TypeEnv,
  a: Term,
  typeA: Type | undefined,
  b: Term,
  typeB: Type | undefined,
): boolean {
  const nilA = isNil(typeA);
  const nilB = isNil(typeB);
  if (nilA && !nilB) return unify1(env, a, typeB, false);
  if (nilB && !nilA) return unify1(env, b, typeA, false);
  if (!nilA && !nilB) return unifies(typeA, typeB);
  switch (a.type) {
    case "array":
      return unifyArrays(env, a, b);
    case "object":
      return unifyObjects(env, a, b);
    case "var":
      if (b.type === "var") return unify1(env, a, ANY, false) && unify1(env, b, env.get(a), false);
      if (b.type === "array") return unifyArrays(env, b, a);
      if (b.type === "object") return unifyObjects(env, b, a);
      if (b.type === "ref") return unify1(env, a, ANY, false);
      break;
    case "ref":
      if (b.type === "var") return unify1(env, b, ANY, false);
  }
  if (a.type === "var" && typeA === undefined && typeB !== undefined) return unify1(env, a, typeB, false);
  if (b.type === "var" && typeB === undefined && typeA !== undefined) return unify1(env, b, typeA, false);
  return false;
}

export function unifyArrays(env: TypeEnv, a: Term & { type: "array" }, b: Term): boolean {
  if (b.type === "array") {
    return (
      a.value.length === b.value.length &&
      a.value.every((t, i) => unify2(env, t, env.get(t), b.value[i] as Term, env.get(b.value[i] as Term)))
    );
  }
  return b.type === "var" && unify1(env, a, ANY, false) && unify1(env, b, env.get(a), false);
}

export function unifyObjects(env: TypeEnv, a: Term & { type: "object" }, b: Term): boolean {
  if (b.type === "object") {
    return (
      a.value.length === b.value.length &&
      a.value.every(([key, value]) => {
        const other = b.value.find(([k]) => termText(k) === termText(key))?.[1];
        return other !== undefined && unify2(env, value, env.get(value), other, env.get(other));
      })
    );
  }
  return b.type === "var" && unify1(env, a, ANY, false) && unify1(env, b, env.get(a), false);
}

/** Gives a term a type, where it has none, or checks the one it has. */
export function unify1(env: TypeEnv, term: Term, wanted: Type | undefined, union: boolean): boolean {
  switch (term.type) {
    case "array":
    case "object":
    case "set": {
      const type = unwrap(wanted);
      if (type?.k === "any") {
        if (type.of.length === 0) {
          for (const t of parts(term)) unify1(env, t, ANY, true);
          return true;
        }
        let any = false;
        for (const t of type.of) any = unify1(env, term, t, true) || any;
        return any;
      }
      return unifyComposite(env, term, type, union);
    }
    case "var":
      if (!union) {
        const known = env.get(term);
        if (known !== undefined) return unifies(known, wanted);
        env.vars.putOne(term, wanted);
      } else env.vars.putOne(term, or(env.get(term), wanted));
      return true;
    default:
      return unifies(env.get(term), wanted);
  }
}

export function parts(term: Term & { type: "array" | "object" | "set" }): Term[] {
  return term.type === "object" ? term.value.flat() : term.value;
}

export function unifyComposite(
  env: TypeEnv,
  term: Term & { type: "array" | "object" | "set" },
  type: Type | undefined,
  union: boolean,
): boolean {
  if (term.type === "array" && type?.k === "array") {
    if (term.value.length !== type.items.length && type.dynamic === undefined) return false;
    return term.value.every((t, i) => unify1(env, t, type.items[i] ?? type.dynamic, union));
  }
  if (term.type === "object" && type?.k === "object") {
    if (term.value.length !== type.props.length && type.dynamic?.value === undefined) return false;
    return term.value.every(([key, value]) => {
      if (!isConstant(key)) {
        unify1(env, value, ANY, union);
        return true;
      }
      const child = selectConstant(type, key);
      return child !== undefined && unify1(env, value, child, union);
    });
  }
  if (term.type === "set" && type?.k === "set")
    return term.value.every((t) => unify1(env, t, valuesOf(type), union));
  return false;
}
