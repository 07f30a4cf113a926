import type { StandardImport } from "./define.ts";
import { namespace } from "./define.ts";

/** `runtime.version` is the version of the language that the engine follows. */
export const runtimeImport: StandardImport = ({ runtimeVersion }) =>
  namespace("runtime", { version: runtimeVersion });
