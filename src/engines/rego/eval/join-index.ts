import type { E, S } from "./plan.ts";

/** A comprehension taken apart: what does not depend on variables around it, and the keys that join it to them. */
export interface Join {
  /** Expressions of outer variables only, which were inside; they are evaluated once for each use. */
  readonly before: readonly S[];
  readonly body: readonly S[];
  readonly inner: readonly E[];
  readonly outer: readonly E[];
}

/**
 * Finds the equalities by which a comprehension depends on variables around it. Undefined when it depends on them in
 * any other way, or not at all: then it cannot be grouped by keys once and looked up later.
 */
export function joinOf(
  body: readonly S[],
  results: readonly E[],
  outerSlots: ReadonlySet<number>,
  builtins: readonly string[],
): Join | undefined {
  const outer = new Set(outerSlots);
  const before: S[] = [];
  const rest: S[] = [];
  const inner: E[] = [];
  const keys: E[] = [];
  let looping = false;
  for (const s of body) {
    if (s.s === "let" && touches(s.e, outer) && onlyOuter(s.e, outer) && isPath(s.e)) {
      before.push(s);
      outer.add(s.v);
      continue;
    }
    if (s.s === "equal") {
      const [a, b] = [touches(s.a, outer), touches(s.b, outer)];
      if (a && !b && onlyOuter(s.a, outer) && isPath(s.a)) {
        inner.push(s.b);
        keys.push(s.a);
        continue;
      }
      if (b && !a && onlyOuter(s.b, outer) && isPath(s.b)) {
        inner.push(s.a);
        keys.push(s.b);
        continue;
      }
    }
    if (s.s === "with" || statementTouches(s, outer)) return undefined;
    // What comes behind the join now runs for rows that the join would have kept away from it.
    if (keys.length > 0 && !isHarmless(s, builtins)) return undefined;
    if (s.s === "loop" || s.s === "relation") looping = true;
    rest.push(s);
  }
  if (!results.every((e) => isSafe(e, builtins))) return undefined;
  if (!looping || keys.length === 0 || results.some((e) => touches(e, outer))) return undefined;
  return { before, body: rest, inner, outer: keys };
}

const NEVER_FAILS = new Set([
  "lt",
  "lte",
  "gt",
  "gte",
  "neq",
  "equal",
  "internal.member_2",
  "internal.member_3",
]);

/** Statements that cannot end the evaluation. */
function isHarmless(s: S, builtins: readonly string[]): boolean {
  switch (s.s) {
    case "let":
    case "truthy":
      return isSafe(s.e, builtins);
    case "equal":
      return isSafe(s.a, builtins) && isSafe(s.b, builtins);
    case "isArray":
    case "isObject":
      return true;
    case "loop":
      return isSafe(s.o, builtins);
    default:
      return false;
  }
}

function isSafe(e: E, builtins: readonly string[]): boolean {
  switch (e.e) {
    case "const":
    case "var":
    case "input":
    case "base":
      return true;
    case "field":
      return isSafe(e.o, builtins);
    case "get":
    case "baseGet":
      return isSafe(e.o, builtins) && isSafe(e.k, builtins);
    case "array":
    case "set":
      return e.items.every((x) => isSafe(x, builtins));
    case "object":
      return e.entries.every(([k, v]) => isSafe(k, builtins) && isSafe(v, builtins));
    case "builtin":
      return NEVER_FAILS.has(builtins[e.b] as string) && e.args.every((x) => isSafe(x, builtins));
    default:
      return false;
  }
}

function isPath(e: E): boolean {
  return e.e === "var" || (e.e === "field" && isPath(e.o));
}

function slotsOf(e: E, out: Set<number>): void {
  switch (e.e) {
    case "var":
      out.add(e.v);
      return;
    case "field":
    case "final":
      slotsOf(e.o, out);
      return;
    case "get":
    case "baseGet":
    case "step":
      slotsOf(e.o, out);
      slotsOf(e.k, out);
      return;
    case "ruleKey":
      slotsOf(e.k, out);
      return;
    case "array":
    case "set":
      for (const x of e.items) slotsOf(x, out);
      return;
    case "object":
      for (const [k, v] of e.entries) {
        slotsOf(k, out);
        slotsOf(v, out);
      }
      return;
    case "builtin":
    case "call":
      for (const x of e.args) slotsOf(x, out);
  }
}

function touches(e: E, outer: ReadonlySet<number>): boolean {
  const slots = new Set<number>();
  slotsOf(e, slots);
  return [...slots].some((v) => outer.has(v));
}

function onlyOuter(e: E, outer: ReadonlySet<number>): boolean {
  const slots = new Set<number>();
  slotsOf(e, slots);
  return [...slots].every((v) => outer.has(v));
}

function statementTouches(s: S, outer: ReadonlySet<number>): boolean {
  const any = (list: readonly S[]): boolean => list.some((x) => statementTouches(x, outer));
  switch (s.s) {
    case "let":
    case "truthy":
      return touches(s.e, outer);
    case "equal":
      return touches(s.a, outer) || touches(s.b, outer);
    case "isArray":
    case "isObject":
      return outer.has(s.v);
    case "loop":
      return touches(s.o, outer);
    case "relation":
      return s.args.some((a) => touches(a, outer));
    case "not":
      return any(s.body);
    case "any":
      return s.bodies.some(any);
    case "every":
      return touches(s.o, outer) || any(s.body);
    case "collect":
      return any(s.body) || touches(s.a, outer) || (s.b !== undefined && touches(s.b, outer));
    default:
      return true;
  }
}
