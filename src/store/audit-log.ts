import * as z from "zod";
import { readAuditEntry } from "../audit/index.ts";
import type { Appended, AuditLog, LoggedEntry, LogState, SealedBatch, Sealer } from "../audit/ports.ts";
import { ok, type Problem, problem, sha256Hex } from "../base/index.ts";
import type { AuditEntry, Checkpoint } from "../domain/index.ts";
import type { CheckpointFile } from "./checkpoint-file.ts";
import { attempt, batches, type Database, Refusal, type Sql, searchable } from "./database.ts";

/** Serialises appends of several processes on one Postgres; within PGlite it costs nothing. */
const APPEND_LOCK = 7_277_002;
/** SHA-256 of nothing: the RFC 6962 root of an empty log. */
const EMPTY_ROOT = sha256Hex("");

const size = z.coerce.number().int().nonnegative();
const originRow = z.tuple([z.object({ origin: z.string() })]);
const stateRows = z.array(z.object({ size, root: z.string(), peaks: z.array(z.string()) })).max(1);
const entryRows = z.array(z.object({ leaf_index: size, entry_text: z.string(), leaf: z.string() }));
const checkpointRows = z.array(z.object({ note: z.string() }));
const knownRows = z.array(z.object({ id: z.string(), entry_text: z.string() }));
const leafRows = z.array(z.object({ leaf: z.string() }));

export async function readOrigin(sql: Sql): Promise<string> {
  return originRow.parse(await sql.query("select origin from audit_log"))[0].origin;
}

/** Where the log stands, from its newest checkpoint: appends are always sealed with one. */
export async function readState(sql: Sql): Promise<LogState & { readonly root: string }> {
  const origin = await readOrigin(sql);
  const [newest] = stateRows.parse(
    await sql.query("select size, root, peaks from audit_checkpoints order by size desc limit 1"),
  );
  return newest === undefined ? { origin, size: 0, peaks: [], root: EMPTY_ROOT } : { origin, ...newest };
}

/** Seals and writes entries within the caller's transaction; `null` when there are none. Throws {@link Refusal}. */
export async function appendEntries(
  sql: Sql,
  sealer: Sealer,
  entries: readonly AuditEntry[],
): Promise<SealedBatch | null> {
  if (entries.length === 0) return null;
  await sql.query("select pg_advisory_xact_lock($1)", [APPEND_LOCK]);
  await refuseRepeated(sql, entries);
  const sealed = sealer.seal(await readState(sql), entries);
  if (!sealed.ok) throw new Refusal(sealed.error);
  for (const batch of batches(sealed.value.entries)) {
    await sql.query(
      `insert into audit_entries (leaf_index, id, kind, made_at, workspace, entry_text, leaf)
       select * from unnest($1::bigint[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::text[])`,
      [
        batch.map(({ index }) => index),
        batch.map(({ entry }) => entry.id),
        batch.map(({ entry }) => entry.kind),
        batch.map(({ entry }) => entry.time),
        batch.map(({ entry }) => searchable(entry.workspace)),
        batch.map(({ text }) => text),
        batch.map(({ leaf }) => leaf),
      ],
    );
  }
  const { state, root, checkpoint } = sealed.value;
  await sql.query("insert into audit_checkpoints (size, root, peaks, note) values ($1, $2, $3::text[], $4)", [
    state.size,
    root,
    state.peaks,
    checkpoint.note,
  ]);
  return sealed.value;
}

async function refuseRepeated(sql: Sql, entries: readonly AuditEntry[]): Promise<void> {
  const ids = new Set<string>();
  let repeated: string | undefined;
  for (const { id } of entries) {
    if (ids.has(id)) repeated ??= id;
    ids.add(id);
  }
  repeated ??= (await knownAmong(sql, [...ids])).keys().next().value;
  if (repeated !== undefined) {
    throw new Refusal(problem("audit_entry_repeated", `the log holds an entry \`${repeated}\` already`));
  }
}

async function knownAmong(sql: Sql, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const batch of batches(ids)) {
    const rows = knownRows.parse(
      await sql.query("select id, entry_text from audit_entries where id = any($1::text[])", [batch]),
    );
    for (const row of rows) found.set(row.id, row.entry_text);
  }
  return found;
}

/** The {@link AuditLog} of a store. */
export function auditLogOver(
  database: Database,
  context: {
    readonly origin: string;
    readonly sealer: Sealer;
    readonly checkpointFile: CheckpointFile | null;
  },
): AuditLog {
  const { origin, sealer, checkpointFile } = context;
  return {
    origin,
    async append(entries) {
      const written = await attempt("the audit entries were not written", () =>
        database.transaction(async (sql) => {
          const batch = await appendEntries(sql, sealer, entries);
          if (batch !== null) return batch;
          throw new Refusal(problem("audit_nothing_to_append", "there is no entry to append"));
        }),
      );
      if (!written.ok) return written;
      return ok(await published(written.value, checkpointFile));
    },
    head: () =>
      attempt("the audit log cannot be read", async () => {
        const state = await readState(database);
        return { size: state.size, root: state.root };
      }),
    entriesFrom: (index, limit) =>
      attempt("the audit log cannot be read", async () =>
        entryRows
          .parse(
            await database.query(
              `select leaf_index, entry_text, leaf from audit_entries
               where leaf_index >= $1 order by leaf_index limit $2`,
              [index, limit],
            ),
          )
          .map(loggedEntry),
      ),
    known: (ids) => attempt("the audit log cannot be read", () => knownAmong(database, ids)),
    checkpoints: (afterSize = 0) =>
      attempt("the checkpoints cannot be read", async () =>
        checkpointRows
          .parse(
            await database.query("select note from audit_checkpoints where size > $1 order by size", [
              afterSize,
            ]),
          )
          .map((row) => parsedCheckpoint(sealer, row.note)),
      ),
    leaves: () =>
      attempt("the audit log cannot be read", async () =>
        leafRows
          .parse(await database.query("select leaf from audit_entries order by leaf_index"))
          .map((row) => row.leaf),
      ),
  };
}

/** What an append tells its caller, with the checkpoint written to the host file as well. */
async function published(batch: SealedBatch, file: CheckpointFile | null): Promise<Appended> {
  const warning = file === null ? null : await file.write(batch.checkpoint);
  return {
    first: batch.state.size - batch.entries.length,
    count: batch.entries.length,
    checkpoint: batch.checkpoint,
    root: batch.root,
    warnings: warning === null ? [] : [warning],
  };
}

function loggedEntry(row: z.infer<typeof entryRows>[number]): LoggedEntry {
  const entry = readAuditEntry(JSON.parse(row.entry_text));
  if (entry === null) throw new TypeError(`entry ${row.leaf_index} of the audit log is not one`);
  return { index: row.leaf_index, entry, text: row.entry_text, leaf: row.leaf };
}

function parsedCheckpoint(sealer: Sealer, note: string): Checkpoint {
  const parsed = sealer.parse(note);
  if (!parsed.ok) throw new Refusal(parsed.error);
  return parsed.value;
}

/** What a commit left behind, for the ports of the findings room. */
export async function recorded(
  database: Database,
  batch: SealedBatch | null,
  file: CheckpointFile | null,
): Promise<{ size: number; root: string; checkpoint: Checkpoint | null; warnings: readonly Problem[] }> {
  if (batch === null) {
    const { size: entries, root } = await readState(database);
    return { size: entries, root, checkpoint: null, warnings: [] };
  }
  const { checkpoint, root, warnings } = await published(batch, file);
  return { size: batch.state.size, root, checkpoint, warnings };
}
