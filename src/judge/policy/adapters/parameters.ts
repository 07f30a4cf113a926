import { type Json, type JsonObject, setMember } from "../../../base/index.ts";
import type { PolicyDefinition } from "../policy-engine.ts";

/** Parameters stand at `data.trueup.params["<policy>"]`, where no policy text can overwrite them. */
export function parametersOf(policies: readonly PolicyDefinition[]): JsonObject {
  const all: Record<string, Json> = {};
  for (const policy of policies) setMember(all, policy.name, policy.parameters);
  return all;
}
