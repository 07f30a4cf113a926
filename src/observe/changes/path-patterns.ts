import { type PropertyPath, pathMatches } from "../../base/index.ts";

/** Asks whether a path is held by one of a list of patterns. */
export type PathTest = (path: PropertyPath) => boolean;

const compiled = new WeakMap<readonly PropertyPath[], PathTest>();

/**
 * One test for a list of patterns (see `pathMatches`). Sources hand the same frozen list with every resource
 * of a type, so the test is remembered by the list itself. Patterns of the form `**.name` are answered by a
 * look-up of names.
 */
export function anyPattern(patterns: readonly PropertyPath[]): PathTest {
  const known = compiled.get(patterns);
  if (known !== undefined) return known;
  const { names, others } = sorted(patterns);
  const test: PathTest = (path) =>
    path.some((step) => names.has(step)) || others.some((pattern) => pathMatches(pattern, path));
  compiled.set(patterns, test);
  return test;
}

const compiledEnds = new WeakMap<readonly PropertyPath[], PathTest>();

/** The same, but for the named places themselves: what lies below them is not held. */
export function anyPatternEnd(patterns: readonly PropertyPath[]): PathTest {
  const known = compiledEnds.get(patterns);
  if (known !== undefined) return known;
  const { names, others } = sorted(patterns);
  const test: PathTest = (path) => {
    const last = path.at(-1);
    if (last === undefined) return false;
    return names.has(last) || others.some((pattern) => pattern.at(-1) === last && pathMatches(pattern, path));
  };
  compiledEnds.set(patterns, test);
  return test;
}

/** `**.name` apart from the patterns that must be walked. */
function sorted(patterns: readonly PropertyPath[]): {
  names: ReadonlySet<string | number>;
  others: PropertyPath[];
} {
  const names = new Set<string | number>();
  const others: PropertyPath[] = [];
  for (const pattern of patterns) {
    const [first, name] = pattern;
    if (pattern.length === 2 && first === "**" && name !== undefined && name !== "*") names.add(name);
    else others.push(pattern);
  }
  return { names, others };
}
