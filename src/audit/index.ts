export { parseCheckpoint, signCheckpoint } from "./checkpoint.ts";
export { type FileLock, takeFileLock } from "./file-lock.ts";
export { type FileLog, type FileLogOptions, openFileLog } from "./file-log.ts";
export { codeOf, messageOf } from "./host-error.ts";
export { newAuditEntry, newOrigin } from "./new-entry.ts";
export type {
  Appended,
  AuditLog,
  LoggedEntry,
  LogHead,
  LogState,
  SealedBatch,
  Sealer,
} from "./ports.ts";
export { readAuditEntry } from "./read-entry.ts";
export { recordText } from "./record-text.ts";
export { type ResultProof, type ResultsTree, resultProof, resultsRoot, resultsTree } from "./results.ts";
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
