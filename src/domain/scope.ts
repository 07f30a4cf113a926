import type { CoverScope } from "./cover.ts";

/** Lists of a scope whose members are globs over whole values. */
const GLOB_LISTS = ["workspaces", "accounts", "types", "addresses", "paths"] as const;

/**
 * Names the lists of `inner` that reach beyond `outer`; empty: every change that `inner` holds is held by `outer`.
 * Careful where it cannot be sure: a pattern counts as inside only when that can be seen from the text.
 */
export function beyondScope(inner: CoverScope, outer: CoverScope): readonly (keyof CoverScope)[] {
  const beyond: (keyof CoverScope)[] = GLOB_LISTS.filter((list) => !listWithin(inner[list], outer[list]));
  const { riskClasses } = outer;
  if (
    riskClasses !== undefined &&
    !(inner.riskClasses?.every((item) => riskClasses.includes(item)) ?? false)
  ) {
    beyond.push("riskClasses");
  }
  if (outer.bounds !== undefined && JSON.stringify(inner.bounds) !== JSON.stringify(outer.bounds)) {
    beyond.push("bounds");
  }
  return beyond;
}

function listWithin(inner: readonly string[] | undefined, outer: readonly string[] | undefined): boolean {
  if (outer === undefined) return true;
  return inner?.every((pattern) => outer.some((wide) => patternWithin(pattern, wide))) ?? false;
}

/** Is every text of the inner glob a text of the outer one? A star of the inner may only be taken by a star of the outer. */
export function patternWithin(inner: string, outer: string): boolean {
  const reach = (i: number, o: number): boolean => {
    if (o === outer.length) return i === inner.length;
    if (outer[o] === "*") {
      for (let next = i; next <= inner.length; next++) if (reach(next, o + 1)) return true;
      return false;
    }
    const given = inner[i];
    if (given === undefined || given === "*") return false;
    return (outer[o] === "?" || outer[o] === given) && reach(i + 1, o + 1);
  };
  // Two stars in a row say no more than one, and keep the search from growing.
  const squeezed = outer.replace(/\*+/g, "*");
  if (squeezed.split("*").length > 8) return inner === outer;
  return squeezed === outer ? reach(0, 0) : patternWithin(inner, squeezed);
}
