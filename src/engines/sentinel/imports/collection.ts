import type { Runtime } from "../evaluator/runtime.ts";
import { equal } from "../values/equal.ts";
import { MapValue, valueOfKey } from "../values/map-value.ts";
import type { Value } from "../values/value.ts";
import { present, UNDEFINED, Undefined } from "../values/value.ts";
import type { StandardImport } from "./define.ts";
import {
  callPredicate,
  callWith,
  define,
  defineRaw,
  funcArg,
  functions,
  namespace,
  shared,
  wrongArgument,
} from "./define.ts";

type Element = readonly [value: Value, key: Value];

export const collectionImport: StandardImport = shared(
  namespace(
    "collection",
    functions(
      define("filter", 2, 2, (args, rt) => kept(args, "filter", rt, true)),
      define("reject", 2, 2, (args, rt) => kept(args, "reject", rt, false)),
      define("find", 2, 2, (args, rt) => {
        const predicate = funcArg(args, 1, "collection.find");
        const hit = elements(args, "find").find(([value, key]) => {
          rt.tick();
          return callPredicate(predicate, value, key, rt) === true;
        });
        return hit === undefined ? UNDEFINED : hit[0];
      }),
      define("matches", 2, 2, (args, rt) =>
        elements(args, "matches")
          .filter(([value]) => contains(value, args[1] as Value, rt, 0))
          .map(([value]) => value),
      ),
      defineRaw("reduce", 2, 3, (args, rt) => {
        if (args[0] instanceof Undefined) {
          return args[0];
        }
        const step = funcArg(args, 1, "collection.reduce");
        const items = [...elements(args, "reduce")];
        // Without an initial value the first element is it.
        let result = args.length > 2 ? (args[2] as Value) : present(items.shift()?.[0], UNDEFINED);
        for (const [value, key] of items) {
          rt.tick();
          result = callWith(step, [result, value, key], rt);
        }
        return result;
      }),
    ),
  ),
);

/** Elements with their index or key. */
function elements(args: readonly Value[], name: string): readonly Element[] {
  const [collection] = args;
  if (Array.isArray(collection)) {
    return collection.map((value, index) => [value, index]);
  }
  if (collection instanceof MapValue) {
    return collection.entries().map(([key, value]) => [value, valueOfKey(key)]);
  }
  throw wrongArgument(`collection.${name}`, 0, "a list or map", collection as Value);
}

/** A list for maps too. Only a predicate's `true` counts, so undefined is rejected by neither and filtered out. */
function kept(args: readonly Value[], name: string, rt: Runtime, wanted: boolean): Value {
  const predicate = funcArg(args, 1, `collection.${name}`);
  const list: Value[] = [];
  const keep = (value: Value, key: Value): void => {
    rt.tick();
    if ((callPredicate(predicate, value, key, rt) === true) === wanted) {
      list.push(value);
    }
  };
  const [collection] = args;
  if (Array.isArray(collection)) {
    collection.forEach(keep);
  } else {
    for (const [value, key] of elements(args, name)) {
      keep(value, key);
    }
  }
  return list;
}

/** Deep partial equality: each member of a map pattern must be there; anything else must be equal. */
function contains(value: Value, pattern: Value, rt: Runtime, depth: number): boolean {
  rt.checkDepth(depth);
  if (pattern instanceof MapValue) {
    return (
      value instanceof MapValue &&
      pattern.entries().every(([key, wanted]) => {
        const member = value.get(key);
        return member !== undefined && contains(member, wanted, rt, depth + 1);
      })
    );
  }
  return equal(value, pattern, rt) === true;
}
