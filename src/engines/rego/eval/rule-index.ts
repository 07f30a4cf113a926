import type { Value } from "../values/index.ts";
import type { BodyPlan, E, RuleIndex, S } from "./plan.ts";

/** Fewer rules than this are tried one after the other. */
const FEWEST = 4;

/**
 * An index of rules that begin by comparing one and the same part of the input (or of an argument) with a string,
 * boolean or null. Rules that do not are always tried, so that none is ever dropped by mistake.
 */
export function indexOf(
  chains: readonly (readonly BodyPlan[])[],
  constants: readonly Value[],
): RuleIndex | undefined {
  if (chains.length < FEWEST) return undefined;
  const tests = chains.map((chain) =>
    chain.length === 1 ? equalities(chain[0] as BodyPlan, constants) : new Map<string, Test>(),
  );
  const counts = new Map<string, { subject: E; n: number }>();
  for (const test of tests) {
    for (const [key, { subject }] of test) {
      const known = counts.get(key) ?? { subject, n: 0 };
      known.n++;
      counts.set(key, known);
    }
  }
  let best: [string, { subject: E; n: number }] | undefined;
  for (const entry of counts) if (best === undefined || entry[1].n > best[1].n) best = entry;
  if (best === undefined || best[1].n < FEWEST) return undefined;
  const [key, { subject }] = best;
  const others = tests.map((test) => !test.has(key));
  const table = new Map<Value, boolean[]>();
  for (const [i, test] of tests.entries()) {
    const value = test.get(key)?.value;
    if (value === undefined) continue;
    const row = table.get(value) ?? [...others];
    row[i] = true;
    table.set(value, row);
  }
  return { ...pathOf(subject, constants), table, others };
}

interface Test {
  readonly subject: E;
  readonly value: Value;
}

/** The comparisons that a body makes before anything that iterates. */
function equalities(body: BodyPlan, constants: readonly Value[]): Map<string, Test> {
  const found = new Map<string, Test>();
  const slots = new Map<number, E>();
  for (const s of body.stmts) {
    if (s.s === "let") {
      const e = resolved(s.e, slots);
      if (isSubject(e, body.params)) slots.set(s.v, e);
      continue;
    }
    if (s.s === "loop" || s.s === "relation" || s.s === "with") break;
    if (s.s === "equal") add(s, found, slots, body.params, constants);
  }
  return found;
}

function add(
  s: S & { s: "equal" },
  found: Map<string, Test>,
  slots: ReadonlyMap<number, E>,
  params: number,
  constants: readonly Value[],
): void {
  for (const [x, y] of [
    [s.a, s.b],
    [s.b, s.a],
  ] as const) {
    if (y.e !== "const") continue;
    const value = constants[y.i] as Value;
    if (typeof value !== "string" && typeof value !== "boolean" && value !== null) continue;
    const subject = resolved(x, slots);
    if (isSubject(subject, params)) found.set(JSON.stringify(subject), { subject, value });
  }
}

function resolved(e: E, slots: ReadonlyMap<number, E>): E {
  if (e.e === "var") return slots.get(e.v) ?? e;
  return e.e === "field" ? { ...e, o: resolved(e.o, slots) } : e;
}

function isSubject(e: E, params: number): boolean {
  if (e.e === "input") return true;
  if (e.e === "var") return e.v < params;
  return e.e === "field" && isSubject(e.o, params);
}

function pathOf(subject: E, constants: readonly Value[]): { argument: number; path: string[] } {
  const path: string[] = [];
  let e = subject;
  while (e.e === "field") {
    path.unshift(constants[e.i] as string);
    e = e.o;
  }
  return { argument: e.e === "var" ? e.v : -1, path };
}
