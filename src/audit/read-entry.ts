import { isJsonObject, type Json, member } from "../base/index.ts";
import { AUDIT_ENTRY_KINDS, type AuditEntry } from "../domain/index.ts";

const KINDS: ReadonlySet<string> = new Set(AUDIT_ENTRY_KINDS);

/** Reads an entry from parsed JSON; `null` for anything else. Written by hand: `check` has no time to load a schema library. */
export function readAuditEntry(value: Json | undefined): AuditEntry | null {
  return isAuditEntry(value) ? value : null;
}

function isAuditEntry(value: unknown): value is AuditEntry {
  if (!isJsonObject(value)) return false;
  const text = (key: string): boolean => typeof member(value, key) === "string";
  const kind = member(value, "kind");
  const id = member(value, "id");
  const answer = member(value, "answer");
  return (
    member(value, "schema") === "trueup.audit/v1" &&
    typeof id === "string" &&
    /^aud_[0-9a-f]{24}$/.test(id) &&
    typeof kind === "string" &&
    KINDS.has(kind) &&
    ["time", "workspace", "channel", "subject", "because"].every(text) &&
    (answer === null || typeof answer === "string") &&
    isJsonObject(member(value, "actor")) &&
    isStringRecord(member(value, "revisions")) &&
    member(value, "details") !== undefined
  );
}

function isStringRecord(value: Json | undefined): boolean {
  return isJsonObject(value) && Object.values(value).every((item) => typeof item === "string");
}
