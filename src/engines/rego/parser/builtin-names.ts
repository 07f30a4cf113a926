import { builtins } from "../builtins/index.ts";

/** Names that a bodyless call statement cannot define a rule by. */
export const BUILTIN_NAMES: ReadonlySet<string> = new Set(builtins.keys());
