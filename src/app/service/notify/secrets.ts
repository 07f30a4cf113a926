import { err, ok, type Result } from "../../../base/index.ts";
import { type DeliveryFault, fault, type SecretRef } from "../../../notify/index.ts";
import { readTextFile } from "../../read-text-file.ts";

/** Reads a referenced secret now. What is missing may be there at the next try: not permanent. */
export async function readSecret(
  ref: SecretRef,
  variables: Readonly<Record<string, string | undefined>>,
  fromRoot: (path: string) => string,
): Promise<Result<string, DeliveryFault>> {
  if (ref.kind === "env") {
    const value = variables[ref.name]?.trim() ?? "";
    return value === "" ? err(fault(`the environment variable \`${ref.name}\` is not set`)) : ok(value);
  }
  const text = await readTextFile(fromRoot(ref.path), ref.path);
  if (!text.ok) return err(fault(`the secret's file cannot be read: \`${ref.path}\``));
  const value = text.value.trim();
  return value === "" ? err(fault(`the secret's file is empty: \`${ref.path}\``)) : ok(value);
}
