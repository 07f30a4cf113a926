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

/** What one turn of a loop binds. With one name a list gives its value and a map its key. */
export interface Turn {
  readonly key: Value;
  readonly value: Value;
  readonly mapKey: MapKey | null;
}

/** The turns over a list or map; null for undefined. Anything else is an error. */
export function turnsOver(over: Value): Iterable<Turn> | null {
  if (Array.isArray(over)) {
    return over.map((value, index) => ({ key: index, value, mapKey: null }));
  }
  if (over instanceof MapValue) {
    return mapTurns(over);
  }
  return null;
}

function* mapTurns(map: MapValue): Generator<Turn> {
  for (const mapKey of map.keys()) {
    const value = map.get(mapKey);
    if (value !== undefined) {
      yield { key: valueOfKey(mapKey), value, mapKey };
    }
  }
}

/** Slots of a loop's names. `_` may be given twice; the second then wins. */
export function bindTurn(frame: Frame, turn: Turn, first: number, second: number | null): void {
  if (second === null) {
    frame.slots[first] = turn.mapKey === null ? turn.value : turn.key;
  } else {
    frame.slots[first] = turn.key;
    frame.slots[second] = turn.value;
  }
}

export function loopNames(
  scope: ReturnType<typeof newScope>,
  first: Ident,
  second: Ident | null,
): { readonly first: number; readonly second: number | null } {
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

  /** Runs the body for each turn until `each` says stop. False: the collection was undefined. */
  const run = (
    collection: Value,
    outer: Frame,
    rt: Runtime,
    each: (value: Value, turn: Turn) => boolean,
  ): void => {
    const turns = turnsOver(collection);
    if (turns === null) {
      throw abortAt(file, node.pos, `\`${node.word}\` needs a list or map, not ${typeName(collection)}`);
    }
    let frame = new Frame(size, outer);
    for (const turn of turns) {
      rt.tick();
      if (fresh) {
        frame = new Frame(size, outer);
      }
      bindTurn(frame, turn, names.first, names.second);
      if (!each(body(frame, rt), turn)) {
        return;
      }
    }
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
        run(collection, frame, rt, (value) => {
          const one = bool(value);
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
        run(collection, frame, rt, (value, turn) => {
          const keep = bool(value);
          if (keep instanceof Undefined) {
            missing = keep;
            return false;
          }
          if (keep && turn.mapKey !== null) {
            map.set(turn.mapKey, turn.value);
          } else if (keep) {
            list.push(turn.value);
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
