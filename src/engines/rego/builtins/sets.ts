import { isSet, RegoSet, type Value } from "../values/index.ts";
import { define } from "./define.ts";
import { setAt, typeFault } from "./operands.ts";

export const sets = [
  define(
    "and(x: set[any], y: set[any]) z: set[any]",
    "sets",
    "Members of both sets.",
    (_, args) => intersect(setAt(args, 0), setAt(args, 1)),
    { infix: "&" },
  ),
  define(
    "or(x: set[any], y: set[any]) z: set[any]",
    "sets",
    "Members of either set.",
    (ctx, args) => {
      const x = setAt(args, 0);
      const y = setAt(args, 1);
      ctx.tick(x.size + y.size);
      if (x.size === 0) return y;
      return y.size === 0 ? x : unite([x, y]);
    },
    { infix: "|" },
  ),
  define(
    "intersection(xs: set[set[any]]) y: set[any]",
    "sets",
    "Members of all sets; empty of none.",
    (_, args) => {
      const all = setsOf(args);
      return all.length === 0 ? new RegoSet() : all.reduce(intersect);
    },
  ),
  define("union(xs: set[set[any]]) y: set[any]", "sets", "Members of any of the sets.", (_, args) =>
    unite(setsOf(args)),
  ),
  define(
    "set_diff(set[any], set[any]): set[any]",
    "",
    "Members of the first set that are not in the second.",
    (_, args) => {
      const other = setAt(args, 1);
      return RegoSet.of(
        setAt(args, 0)
          .items()
          .filter((item) => !other.has(item)),
      );
    },
    { deprecated: true },
  ),
];

function intersect(x: RegoSet, y: RegoSet): RegoSet {
  const [small, large] = x.size <= y.size ? [x, y] : [y, x];
  const result = new RegoSet();
  for (const item of small.items()) if (large.has(item)) result.add(item);
  return result;
}

function unite(all: readonly RegoSet[]): RegoSet {
  const result = new RegoSet();
  for (const set of all) for (const item of set.items()) result.add(item);
  return result;
}

function setsOf(args: readonly Value[]): readonly RegoSet[] {
  return setAt(args, 0)
    .sortedItems()
    .map((item) => {
      if (isSet(item)) return item;
      throw typeFault(1, item, "set");
    });
}
