import { runtimeError } from "../errors.ts";
import type { Runtime } from "../evaluator/runtime.ts";
import { bytesOf, textOf } from "../values/bytes.ts";
import { fromJson, jsonText, membersOf, toJson } from "../values/json.ts";
import { MapValue } from "../values/map-value.ts";
import type { Value } from "../values/value.ts";
import { FuncValue, Namespace } from "../values/value.ts";
import type { StandardImport } from "./define.ts";
import { define, functions, namespace, stringArg } from "./define.ts";

export const jsonImport: StandardImport = () =>
  namespace(
    "json",
    functions(
      define("unmarshal", 1, 1, (args) => {
        const parsed = parse(stringArg(args, 0, "json.unmarshal"));
        if (parsed === null) {
          throw runtimeError("the text given to `json.unmarshal` is not JSON");
        }
        return fromJson(parsed.json);
      }),
      define("marshal", 1, 1, ([value], rt) => {
        refuseFunctions(value as Value, rt, 0);
        const json = toJson(value as Value, rt);
        return bytesOf(jsonText(json ?? null));
      }),
      define("valid", 1, 1, (args) => parse(stringArg(args, 0, "json.valid")) !== null),
    ),
  );

function parse(bytes: string): { readonly json: unknown } | null {
  try {
    return { json: JSON.parse(textOf(bytes)) };
  } catch {
    return null;
  }
}

function refuseFunctions(value: Value, rt: Runtime, depth: number): void {
  rt.checkDepth(depth);
  if (value instanceof FuncValue) {
    throw runtimeError("a function cannot be turned into JSON");
  }
  if (Array.isArray(value)) {
    rt.tick(value.length);
    for (const item of value) {
      refuseFunctions(item, rt, depth + 1);
    }
  } else if (value instanceof MapValue || value instanceof Namespace) {
    for (const [, member] of membersOf(value)) {
      rt.tick();
      refuseFunctions(member, rt, depth + 1);
    }
  }
}
