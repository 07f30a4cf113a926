import { builtins } from "../builtins/index.ts";

/** Names that a bodyless call statement cannot define a rule by. */
export const BUILTIN_NAMES = {
  has: (name: string): boolean => builtins.has(name) || name === "rego.parse_module",
};
