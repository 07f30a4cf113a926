import { randomBytes } from "node:crypto";
import type { AuditEntry } from "../domain/index.ts";

/** An entry with its schema and a fresh id. `randomId` is for tests. */
export function newAuditEntry(
  fields: Omit<AuditEntry, "schema" | "id">,
  randomId: () => string = () => randomBytes(12).toString("hex"),
): AuditEntry {
  return { schema: "trueup.audit/v1", id: `aud_${randomId()}`, ...fields };
}

/** A fresh identity of a log, first line of its checkpoints. */
export function newOrigin(randomId: () => string = () => randomBytes(8).toString("hex")): string {
  return `trueup.local/log/${randomId()}`;
}
