import * as z from "zod";
import { readAuditEntry } from "../audit/index.ts";
import {
  type AuditLog,
  LOG_START,
  type LoggedEntry,
  type LogStart,
  type LogState,
  type SealedBatch,
  type Sealer,
} from "../audit/ports.ts";
import { err, ok, type Problem, problem, sha256Hex } from "../base/index.ts";
import type { AuditEntry, Checkpoint } from "../domain/index.ts";
import type { CheckpointFile } from "./checkpoint-file.ts";
import { attempt, batches, type Database, Refusal, type Sql, searchable } from "./database.ts";
import type { RecordWriter } from "./record-writer.ts";

/** Serialises appends of several processes on one Postgres; within PGlite it costs nothing. */
const APPEND_LOCK = 7_277_002;
/** SHA-256 of nothing: the RFC 6962 root of an empty log. */
const EMPTY_ROOT = sha256Hex("");

const size = z.coerce.number().int().nonnegative();
const originRow = z.tuple([z.object({ origin: z.string() })]);
const stateRow = z.tuple([
  z.object({
    origin: z.string(),
    size: size.nullable(),
    root: z.string().nullable(),
    peaks: z.array(z.string()).nullable(),
    room: size,
  }),
]);
const startRows = z
  .array(z.object({ size, root: z.string(), peaks: z.array(z.string()), tombstone: z.string() }))
  .max(1);
const entryRows = z.array(z.object({ leaf_index: size, entry_text: z.string(), leaf: z.string() }));
const checkpointRows = z.array(z.object({ note: z.string() }));
const knownRows = z.array(z.object({ id: z.string(), entry_text: z.string() }));
const leafRows = z.array(z.object({ leaf: z.string() }));
const freshRow = z.tuple([z.object({ fresh: size })]);
const idRows = z.array(z.object({ id: z.string() }));
const roomRow = z.tuple([z.object({ room: size })]);

/** Where the log stands, and the place up to which there are partitions for its entries. */
export interface StoredState extends LogState {
  readonly root: string;
  readonly room: number;
}

export async function readOrigin(sql: Sql): Promise<string> {
  return originRow.parse(await sql.query("select origin from audit_log"))[0].origin;
}

/** Where the log stands, from its newest checkpoint: appends are always sealed with one. */
export async function readState(sql: Sql): Promise<StoredState> {
  const [row] = stateRow.parse(
    await sql.query(
      `select l.origin, c.size, c.root, c.peaks, (select coalesce(max(high), 0) from audit_partitions) as room
       from audit_log l left join lateral
         (select size, root, peaks from audit_checkpoints order by size desc limit 1) c on true`,
    ),
  );
  const { origin, room } = row;
  return { origin, room, size: row.size ?? 0, root: row.root ?? EMPTY_ROOT, peaks: row.peaks ?? [] };
}

/** Takes the log for the rest of the transaction and says where it stands: read under the lock, so nobody is in between. */
export async function takeLog(sql: Sql): Promise<StoredState> {
  await sql.query("select pg_advisory_xact_lock($1)", [APPEND_LOCK]);
  return readState(sql);
}

/** Seals and writes entries within the caller's transaction; `null` when there are none. Throws {@link Refusal}. */
export async function appendEntries(
  sql: Sql,
  sealer: Sealer,
  entries: readonly AuditEntry[],
): Promise<SealedBatch | null> {
  return entries.length === 0 ? null : sealEntries(sql, sealer, await takeLog(sql), entries);
}

/** As {@link appendEntries}, for who has taken the log already. */
export async function sealEntries(
  sql: Sql,
  sealer: Sealer,
  state: StoredState,
  entries: readonly AuditEntry[],
): Promise<SealedBatch> {
  refuseTwice(entries);
  const sealed = sealer.seal(state, entries);
  if (!sealed.ok) throw new Refusal(sealed.error);
  const batch = sealed.value;
  await makeRoom(sql, state.room, batch.state.size);
  let fresh = 0;
  for (const part of batches(batch.entries)) fresh += await writePart(sql, part);
  if (fresh < entries.length) throw new Refusal(await repeatedAmong(sql, entries, state.size));
  const { checkpoint, root } = batch;
  await sql.query("insert into audit_checkpoints (size, root, peaks, note) values ($1, $2, $3::text[], $4)", [
    batch.state.size,
    root,
    batch.state.peaks,
    checkpoint.note,
  ]);
  return batch;
}

/** Ids and entries in one statement; how many of the ids were new. */
async function writePart(sql: Sql, part: readonly LoggedEntry[]): Promise<number> {
  const [{ fresh }] = freshRow.parse(
    await sql.query(
      `with ids as (
         insert into audit_ids (leaf_index, id) select * from unnest($1::bigint[], $2::text[])
         on conflict (id) do nothing returning 1),
       written as (
         insert into audit_entries (leaf_index, id, kind, made_at, workspace, entry_text, leaf)
         select * from unnest($1::bigint[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::text[]))
       select count(*) as fresh from ids`,
      [
        part.map(({ index }) => index),
        part.map(({ entry }) => entry.id),
        part.map(({ entry }) => entry.kind),
        part.map(({ entry }) => entry.time),
        part.map(({ entry }) => searchable(entry.workspace)),
        part.map(({ text }) => text),
        part.map(({ leaf }) => leaf),
      ],
    ),
  );
  return fresh;
}

async function makeRoom(sql: Sql, room: number, upto: number): Promise<void> {
  for (let at = room; at < upto; ) {
    const [row] = roomRow.parse(await sql.query("select audit_partition_for($1) as room", [at]));
    at = row.room;
  }
}

function refuseTwice(entries: readonly AuditEntry[]): void {
  const ids = new Set<string>();
  for (const { id } of entries) {
    if (ids.has(id)) throw new Refusal(repeated(id));
    ids.add(id);
  }
}

async function repeatedAmong(sql: Sql, entries: readonly AuditEntry[], before: number): Promise<Problem> {
  for (const part of batches(entries)) {
    const [row] = idRows.parse(
      await sql.query("select id from audit_ids where id = any($1::text[]) and leaf_index < $2 limit 1", [
        part.map(({ id }) => id),
        before,
      ]),
    );
    if (row !== undefined) return repeated(row.id);
  }
  return repeated(entries[0]?.id ?? "");
}

function repeated(id: string): Problem {
  return problem("audit_entry_repeated", `the log holds an entry \`${id}\` already`);
}

async function knownAmong(sql: Sql, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const batch of batches(ids)) {
    const rows = knownRows.parse(
      await sql.query(
        `select e.id, e.entry_text from audit_ids i join audit_entries e on e.leaf_index = i.leaf_index
         where i.id = any($1::text[])`,
        [batch],
      ),
    );
    for (const row of rows) found.set(row.id, row.entry_text);
  }
  return found;
}

/** Where the log begins: at 0, or behind what a tombstone speaks of. */
export async function readStart(sql: Sql): Promise<LogStart> {
  const [row] = startRows.parse(
    await sql.query("select size, root, peaks, tombstone from audit_pruned order by size desc limit 1"),
  );
  return row ?? LOG_START;
}

/** The {@link AuditLog} of a store. */
export function auditLogOver(
  database: Database,
  context: { readonly origin: string; readonly sealer: Sealer; readonly writer: RecordWriter },
): AuditLog {
  const { origin, sealer, writer } = context;
  return {
    origin,
    async append(entries) {
      if (entries.length === 0) {
        return err(problem("audit_nothing_to_append", "there is no entry to append"));
      }
      const written = await writer.write({ entries, decision: null });
      if (!written.ok) return written;
      const { first, checkpoint, root, warnings } = written.value;
      return ok({ first, count: entries.length, checkpoint, root, warnings });
    },
    start: () => attempt("the audit log cannot be read", () => readStart(database)),
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
  const warning = file === null ? null : await file.write(batch.checkpoint);
  return {
    size: batch.state.size,
    root: batch.root,
    checkpoint: batch.checkpoint,
    warnings: warning === null ? [] : [warning],
  };
}
