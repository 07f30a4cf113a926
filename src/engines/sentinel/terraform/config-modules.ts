import type { Json } from "./plan-json.ts";
import { entriesOf, objectOf } from "./plan-json.ts";

export interface ConfigModule {
  /** `module.a.module.b`; empty for the root. */
  readonly address: string;
  readonly path: readonly string[];
  readonly module: Json;
}

const MAX_MODULES = 100_000;

/** The modules of a plan's configuration, the root first. */
export function configModules(document: Json): ConfigModule[] {
  const configuration = objectOf(document["configuration"] ?? document);
  const found: ConfigModule[] = [];
  const pending: ConfigModule[] = [{ address: "", path: [], module: objectOf(configuration["root_module"]) }];
  while (pending.length > 0 && found.length < MAX_MODULES) {
    const current = pending.shift() as ConfigModule;
    found.push(current);
    for (const [name, call] of entriesOf(current.module["module_calls"])) {
      const address = `${current.address === "" ? "" : `${current.address}.`}module.${name}`;
      pending.push({ address, path: [...current.path, name], module: objectOf(objectOf(call)["module"]) });
    }
  }
  return found;
}

export function inModule(address: string, own: string): string {
  return address === "" ? own : `${address}.${own}`;
}
