export {
  type Builtin,
  type BuiltinContext,
  type BuiltinDecl,
  BuiltinError,
  type BuiltinErrorCode,
  BuiltinHalt,
  type BuiltinLimits,
  type HostCallKind,
  HostCallNeeded,
} from "./builtin.ts";
export { type BuiltinCapability, builtinCapabilities } from "./capabilities.ts";
export { walkPairs } from "./graphs.ts";
export { builtins } from "./registry.ts";
export type { NamedType, RegoType } from "./types.ts";
