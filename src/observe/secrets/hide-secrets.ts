import { isJsonArray, isJsonObject, type Json, setMember } from "../../base/index.ts";
import { isSecretName } from "./secret-names.ts";

/** What stands for a secret in a text or in a record that only serves as evidence. */
export const HIDDEN = "(sensitive)";

/**
 * A value with everything under a secret name hidden, and the `value` beside a secret `name`. For records
 * that only serve as evidence: nothing will compare the secret again, so no marker is kept.
 */
export function hideSecrets(value: Json): Json {
  if (isJsonArray(value)) return value.map(hideSecrets);
  if (!isJsonObject(value)) return value;
  const copy: Record<string, Json> = {};
  const name = Object.hasOwn(value, "name") ? value["name"] : undefined;
  const isSecretPair = typeof name === "string" && isSecretName(name);
  for (const key of Object.keys(value)) {
    const item = value[key] ?? null;
    const hide =
      item !== null && typeof item !== "boolean" && (isSecretName(key) || (isSecretPair && key === "value"));
    setMember(copy, key, hide ? HIDDEN : hideSecrets(item));
  }
  return copy;
}
