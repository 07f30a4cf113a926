import type { Runtime } from "../evaluator/runtime.ts";
import { equal } from "../values/equal.ts";
import type { Value } from "../values/value.ts";
import { Float, numberOf } from "../values/value.ts";
import type { StandardImport } from "./define.ts";
import { callWith, define, funcArg, functions, listArg, namespace, wrongArgument } from "./define.ts";

const MANY = Number.POSITIVE_INFINITY;

export const collectionListsImport: StandardImport = () => {
  const difference = define("difference", 2, MANY, (args, rt) => {
    const [first, ...others] = lists(args, "difference");
    return (first ?? []).filter((item) => !others.some((other) => includes(other, item, rt)));
  });
  return namespace("collection/lists", {
    ...functions(
      define("concat", 1, MANY, (args, rt) => {
        const all = lists(args, "concat");
        rt.checkItems(all.reduce((sum, list) => sum + list.length, 0));
        return all.flat(1);
      }),
      difference,
      define("intersection", 2, MANY, (args, rt) => {
        const [first, ...others] = lists(args, "intersection");
        return unique(
          (first ?? []).filter((item) => others.every((other) => includes(other, item, rt))),
          rt,
        );
      }),
      define("union", 1, MANY, (args, rt) => unique(lists(args, "union").flat(1), rt)),
      define("sort", 2, 2, (args, rt) => {
        const before = funcArg(args, 1, "lists.sort");
        return sorted(listArg(args, 0, "lists.sort"), (a, b) => rank(callWith(before, [a, b], rt)), rt);
      }),
      define("sum", 1, 1, (args) => {
        let total = 0;
        for (const item of listArg(args, 0, "lists.sum")) {
          const number = numberOf(item);
          if (number === null) {
            throw wrongArgument("lists.sum", 0, "a list of numbers", item);
          }
          total += number;
        }
        return new Float(total);
      }),
    ),
    diff: difference,
  });
};

function lists(args: readonly Value[], name: string): Value[][] {
  return args.map((_, at) => listArg(args, at, `lists.${name}`));
}

function includes(list: readonly Value[], item: Value, rt: Runtime): boolean {
  return list.some((other) => equal(other, item, rt) === true);
}

function unique(list: readonly Value[], rt: Runtime): Value[] {
  const kept: Value[] = [];
  for (const item of list) {
    if (!includes(kept, item, rt)) {
      kept.push(item);
    }
  }
  return kept;
}

/** A comparer answers whether the first goes first, or a number as `compare` does. */
function rank(answer: Value): number {
  return answer === true ? -1 : answer === false ? 1 : (numberOf(answer) ?? 0);
}

/** Merge sort: stable, and a bounded number of calls whatever the comparer answers. */
function sorted(list: readonly Value[], order: (a: Value, b: Value) => number, rt: Runtime): Value[] {
  if (list.length < 2) {
    return [...list];
  }
  const middle = list.length >>> 1;
  const left = sorted(list.slice(0, middle), order, rt);
  const right = sorted(list.slice(middle), order, rt);
  const merged: Value[] = [];
  let i = 0;
  let j = 0;
  while (i < left.length && j < right.length) {
    rt.tick();
    // The right element goes first only where the comparer says so: equal elements keep their order.
    merged.push((order(right[j] as Value, left[i] as Value) < 0 ? right[j++] : left[i++]) as Value);
  }
  return [...merged, ...left.slice(i), ...right.slice(j)];
}
