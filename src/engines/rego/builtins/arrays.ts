import { isArray, type Value } from "../values/index.ts";
import { define } from "./define.ts";
import { arrayAt, checkItems, intAt } from "./operands.ts";

export const arrays = [
  define(
    "array.concat(x: array[any], y: array[any]) z: array[any]",
    "array",
    "The items of `x` followed by those of `y`.",
    (ctx, args) => {
      const x = arrayAt(args, 0);
      const y = arrayAt(args, 1);
      checkItems(ctx, x.length + y.length);
      return y.length === 0 ? x : x.length === 0 ? y : [...x, ...y];
    },
  ),
  define(
    "array.slice(arr: array[any], start: number, stop: number) slice: array[any]",
    "array",
    "Items from `start` up to but without `stop`; both are clamped to the array.",
    (_, args) => {
      const items = arrayAt(args, 0);
      const start = Math.max(intAt(args, 1), 0);
      const stop = Math.min(Math.max(intAt(args, 2), 0), items.length);
      return start === 0 && stop === items.length ? items : items.slice(Math.min(start, stop), stop);
    },
  ),
  define(
    "array.reverse(arr: array[any]) rev: array[any]",
    "array",
    "The items from last to first.",
    (_, args) => [...arrayAt(args, 0)].reverse(),
  ),
  define(
    "array.flatten(arr: array[any]) flattened: array[any]",
    "array",
    "The items, those that are arrays replaced by their own items (one level).",
    (ctx, args) => {
      const result: Value[] = [];
      for (const item of arrayAt(args, 0)) {
        if (isArray(item)) for (const inner of item) result.push(inner);
        else result.push(item);
      }
      checkItems(ctx, result.length);
      return result;
    },
  ),
];
