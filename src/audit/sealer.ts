import { canonicalJson, err, ok, type Problem, problem, type Result } from "../base/index.ts";
import type { AuditEntry } from "../domain/index.ts";
import { parseCheckpoint, signCheckpoint } from "./checkpoint.ts";
import { appendLeaves, leafHash, peakCount, rootOf } from "./merkle.ts";
import { newOrigin } from "./new-entry.ts";
import type { LoggedEntry, LogState, SealedBatch, Sealer } from "./ports.ts";
import type { NoteSigner } from "./signed-note.ts";

/** What a store needs of the key: seals batches, never hands the key out. */
export function makeSealer(signer: NoteSigner): Sealer {
  return Object.freeze({
    vkey: signer.vkey,
    newOrigin: () => newOrigin(),
    parse: parseCheckpoint,
    seal: (state: LogState, entries: readonly AuditEntry[]) => seal(signer, state, entries),
  });
}

/** State of a log without entries. Each log has its own origin: a key never signs two histories under one. */
export function emptyLog(origin: string): LogState {
  return { origin, size: 0, peaks: [] };
}

function seal(
  signer: NoteSigner,
  state: LogState,
  entries: readonly AuditEntry[],
): Result<SealedBatch, Problem> {
  if (state.peaks.length !== peakCount(state.size)) {
    return err(
      problem("audit_state_broken", `the log's state names ${state.size} entries but its peaks do not fit`),
    );
  }
  const peaks = state.peaks.map((peak) => Buffer.from(peak, "hex"));
  const logged: LoggedEntry[] = [];
  const leaves: Uint8Array[] = [];
  for (const entry of entries) {
    const text = canonicalJson(entry);
    const leaf = leafHash(text);
    logged.push({ index: state.size + logged.length, entry, text, leaf: hex(leaf) });
    leaves.push(leaf);
  }
  const range = appendLeaves({ size: state.size, peaks }, leaves);
  const root = rootOf(range);
  return ok({
    entries: logged,
    state: { origin: state.origin, size: range.size, peaks: range.peaks.map(hex) },
    root: hex(root),
    checkpoint: signCheckpoint(signer, { origin: state.origin, size: range.size, root }),
  });
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
