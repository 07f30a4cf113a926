import { allBuiltins as builtins } from "../eval/all-builtins.ts";
import type { BuiltinInfo } from "./context.ts";

/** Facts of all built-ins, by name. Comparison and assignment operators that the compiler rewrites are among them. */
export const BUILTIN_INFO: ReadonlyMap<string, BuiltinInfo> = new Map(
  [...builtins.values()].map((b): [string, BuiltinInfo] => [
    b.name,
    {
      name: b.name,
      arity: b.args.length,
      relation: b.relation ?? false,
      isVoid: b.result === undefined,
      deprecated: b.deprecated ?? false,
    },
  ]),
);
