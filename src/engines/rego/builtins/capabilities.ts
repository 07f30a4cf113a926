import { builtins } from "./registry.ts";
import type { RegoType } from "./types.ts";

/** One built-in in the shape of OPA's `capabilities.json`. */
export interface BuiltinCapability {
  readonly name: string;
  readonly decl: {
    readonly args?: readonly RegoType[];
    readonly result?: RegoType;
    readonly type: "function";
    readonly variadic?: RegoType;
  };
  readonly infix?: string;
  readonly deprecated?: true;
  readonly nondeterministic?: true;
  readonly relation?: true;
}

/** Every supported built-in, by name, as `opa capabilities` lists them. */
export function builtinCapabilities(): BuiltinCapability[] {
  const list: BuiltinCapability[] = [];
  for (const builtin of builtins.values()) {
    const args = builtin.args.map((arg) => arg.type);
    list.push({
      name: builtin.name,
      decl: {
        ...(args.length > 0 && { args }),
        ...(builtin.result !== undefined && { result: builtin.result.type }),
        type: "function",
        ...(builtin.variadic !== undefined && { variadic: builtin.variadic }),
      },
      ...(builtin.infix !== undefined && { infix: builtin.infix }),
      ...(builtin.relation === true && { relation: true as const }),
      ...(builtin.nondeterministic === true && { nondeterministic: true as const }),
      ...(builtin.deprecated === true && { deprecated: true as const }),
    });
  }
  return list.sort((a, b) => (a.name < b.name ? -1 : 1));
}
