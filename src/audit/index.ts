export { parseCheckpoint, signCheckpoint } from "./checkpoint.ts";
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
