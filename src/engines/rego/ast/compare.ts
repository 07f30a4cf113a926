import { compare, compareStrings, num } from "../values/index.ts";
import type { Term } from "./ast.ts";

const ORDER: Readonly<Record<Term["type"], number>> = {
  null: 0,
  boolean: 1,
  number: 2,
  string: 3,
  var: 4,
  ref: 5,
  array: 6,
  object: 7,
  set: 8,
  arraycomprehension: 9,
  objectcomprehension: 10,
  setcomprehension: 11,
  templatestring: 12,
  call: 13,
};

/** OPA's order of terms, in which it prints members of sets and keys of objects. */
export function compareTerms(a: Term, b: Term): number {
  if (a.type !== b.type) return ORDER[a.type] - ORDER[b.type];
  switch (a.type) {
    case "boolean":
      return Number(a.value) - Number(b.value);
    case "number":
      return compare(num.fromText(a.value), num.fromText(b.value as string));
    case "string":
    case "var":
      return compareStrings(a.value, b.value as string);
    case "ref":
    case "array":
    case "call":
      return compareLists(a.value, b.value as Term[]);
    case "set":
      return compareLists(sortedTerms(a.value), sortedTerms(b.value as Term[]));
    case "object": {
      const x = sortedEntries(a.value);
      const y = sortedEntries(b.value as [Term, Term][]);
      return compareLists(x.flat(), y.flat());
    }
    default:
      return 0;
  }
}

function compareLists(a: readonly Term[], b: readonly Term[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const c = compareTerms(a[i] as Term, b[i] as Term);
    if (c !== 0) return c;
  }
  return a.length - b.length;
}

export function sortedTerms(terms: readonly Term[]): readonly Term[] {
  return [...terms].sort(compareTerms);
}

export function sortedEntries(entries: readonly [Term, Term][]): readonly [Term, Term][] {
  return [...entries].sort(([a], [b]) => compareTerms(a, b));
}
