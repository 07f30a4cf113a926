import type { Expr, Ident, Quantifier } from "../ast/ast.ts";
import type { Code } from "../evaluator/frame.ts";
import { Frame } from "../evaluator/frame.ts";
import { requireBool } from "../evaluator/operators.ts";
import type { Runtime } from "../evaluator/runtime.ts";
import type { MapKey } from "../values/map-value.ts";
import { MapValue, valueOfKey } from "../values/map-value.ts";
import { typeName } from "../values/text.ts";
import type { Value } from "../values/value.ts";
import { Undefined } from "../values/value.ts";
import type { CompileContext } from "./context.ts";
import { abortAt, guarded } from "./context.ts";
import { declare, expressionCaptures, newScope } from "./scope.ts";

/** Called for each element with its index or key. `mapKey` is null in a list. False ends the loop. */
type Visit = (key: Value, value: Value, mapKey: MapKey | null) => boolean;

/** Goes over a list or map as it is when the loop starts. False: it is neither. */
export function forEachTurn(over: Value, visit: Visit): boolean {
  if (Array.isArray(over)) {
    const { length } = over;
    for (let i = 0; i < length && i < over.length; i += 1) {
      if (!visit(i, over[i] as Value, null)) {
        break;
      }
    }
    return true;
  }
  if (!(over instanceof MapValue)) {
    return false;
  }
  over.each((mapKey, value) => visit(valueOfKey(mapKey), value, mapKey));
  return true;
}

/** Slots of a loop's names. With one name a list gives its value and a map its key. */
export interface LoopSlots {
  readonly first: number;
  readonly second: number | null;
}

export function bindTurn(frame: Frame, slots: LoopSlots, key: Value, value: Value, isMap: boolean): void {
  if (slots.second === null) {
    frame.slots[slots.first] = isMap ? key : value;
  } else {
    frame.slots[slots.first] = key;
    frame.slots[slots.second] = value;
  }
}

export function loopNames(scope: ReturnType<typeof newScope>, first: Ident, second: Ident | null): LoopSlots {
  return {
    first: declare(scope, first.name, "sure"),
    second: second === null ? null : declare(scope, second.name, "sure"),
  };
}

export function compileQuantifier(
  ctx: CompileContext,
  node: Quantifier,
  compile: (ctx: CompileContext, expr: Expr) => Code,
): Code {
  const { file } = ctx;
  const over = compile(ctx, node.over);
  const scope = newScope(ctx.scope);
  const names = loopNames(scope, node.first, node.second);
  const body = compile({ ...ctx, scope }, node.body);
  const fresh = expressionCaptures(node.body);
  const size = scope.names.size;
  const where = `the body of \`${node.word}\``;

  /** Runs the body for each element until `each` says stop. */
  const run = (
    collection: Value,
    outer: Frame,
    rt: Runtime,
    each: (result: Value, value: Value, mapKey: MapKey | null) => boolean,
  ): void => {
    let frame = new Frame(size, outer);
    // A list is gone through right here: most of what policies do are short turns over many resources.
    if (Array.isArray(collection)) {
      const { length } = collection;
      for (let i = 0; i < length && i < collection.length; i += 1) {
        const value = collection[i] as Value;
        rt.tick();
        if (fresh) {
          frame = new Frame(size, outer);
        }
        bindTurn(frame, names, i, value, false);
        if (!each(body(frame, rt), value, null)) {
          break;
        }
      }
      return;
    }
    if (!(collection instanceof MapValue)) {
      throw abortAt(file, node.pos, `\`${node.word}\` needs a list or map, not ${typeName(collection)}`);
    }
    collection.each((mapKey, value) => {
      rt.tick();
      if (fresh) {
        frame = new Frame(size, outer);
      }
      bindTurn(frame, names, valueOfKey(mapKey), value, true);
      return each(body(frame, rt), value, mapKey);
    });
  };
  const bool = (value: Value): boolean | Undefined =>
    typeof value === "boolean" ? value : guarded(file, node.body.pos, () => requireBool(value, where));

  switch (node.word) {
    case "all":
      // A chain of `and`: the first false or undefined is the answer.
      return (frame, rt) => {
        const collection = over(frame, rt);
        if (collection instanceof Undefined) {
          return collection;
        }
        let result: boolean | Undefined = true;
        run(collection, frame, rt, (value) => (result = bool(value)) === true);
        return result;
      };
    case "any":
      // A chain of `or`: true wins, an undefined stays until then.
      return (frame, rt) => {
        const collection = over(frame, rt);
        if (collection instanceof Undefined) {
          return collection;
        }
        let result: boolean | Undefined = false;
        run(collection, frame, rt, (found) => {
          const one = bool(found);
          if (one === true || result === false) {
            result = one;
          }
          return one !== true;
        });
        return result;
      };
    case "filter":
      return (frame, rt) => {
        const collection = over(frame, rt);
        if (collection instanceof Undefined) {
          return collection;
        }
        const list: Value[] = [];
        const map = new Map<MapKey, Value>();
        let missing: Undefined | null = null;
        run(collection, frame, rt, (found, value, mapKey) => {
          const keep = bool(found);
          if (keep instanceof Undefined) {
            missing = keep;
            return false;
          }
          if (keep && mapKey !== null) {
            map.set(mapKey, value);
          } else if (keep) {
            list.push(value);
          }
          return true;
        });
        return missing ?? (Array.isArray(collection) ? list : new MapValue(map));
      };
    case "map":
      return (frame, rt) => {
        const collection = over(frame, rt);
        if (collection instanceof Undefined) {
          return collection;
        }
        const list: Value[] = [];
        run(collection, frame, rt, (value) => {
          list.push(value);
          return true;
        });
        return list;
      };
  }
}
