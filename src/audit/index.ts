export { parseCheckpoint, signCheckpoint } from "./checkpoint.ts";
export { type Exported, exportLog } from "./export.ts";
export type { ExportCursor, ExportCursors, HeldExport } from "./export-cursors.ts";
export { type FileLock, takeFileLock } from "./file-lock.ts";
export { type FileLog, type FileLogOptions, openFileLog } from "./file-log.ts";
export { type Imported, importLog } from "./import-log.ts";
export { entryLine } from "./log-lines.ts";
export { appendLeaves, type CompactRange, rootOf } from "./merkle.ts";
export { newAuditEntry, newOrigin } from "./new-entry.ts";
export {
  type Appended,
  type AuditLog,
  LOG_START,
  type LoggedEntry,
  type LogHead,
  type LogStart,
  type LogState,
  type SealedBatch,
  type Sealer,
} from "./ports.ts";
export { publishToFolder } from "./publish/file.ts";
export { type GitTarget, publishToGit } from "./publish/git.ts";
export type { Publish, Published } from "./publish/published.ts";
export { publishToWebhook, type WebhookTarget } from "./publish/webhook.ts";
export { readAuditEntry } from "./read-entry.ts";
export { readResultRows, writeResultRows } from "./result-files.ts";
export { type EntryProof, entryProofs, type ResultProof, resultProof, resultsRoot } from "./results.ts";
export { emptyLog, makeSealer } from "./sealer.ts";
export { type NoteSigner, noteSigner, readPublicKey, verifyEd25519 } from "./signed-note.ts";
export {
  defaultKeyFile,
  keyNameOf,
  loadSigningKey,
  type SigningKey,
  type SigningKeyOptions,
} from "./signing-key.ts";
export { replaceSynced } from "./synced-file.ts";
