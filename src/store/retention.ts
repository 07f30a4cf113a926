import * as z from "zod";
import { appendLeaves, type CompactRange, rootOf } from "../audit/index.ts";
import type { LogStart } from "../audit/ports.ts";
import { type Problem, problem, type Result } from "../base/index.ts";
import { readStart } from "./audit-log.ts";
import { attempt, type Database, Refusal, type Sql } from "./database.ts";

/** A beginning of the log that may be taken off: whole partitions, everything in them older than asked. */
export interface PrunableStart extends Omit<LogStart, "tombstone"> {
  /** Where the log begins now. */
  readonly from: number;
}

/** Forgetting, by class of data. Nothing of it looks at a clock: the caller says what is old. */
export interface Retention {
  /**
   * How much of the log is older than `before` (RFC 3339); `null` when not one whole partition is, or an export has not come that far.
   * Problem `store_not_owner` when this process may not take partitions off.
   */
  prunable(before: string): Promise<Result<PrunableStart | null, Problem>>;
  /** Takes it off. The log must hold its tombstone already; the database checks that itself. Gives back the number of partitions. */
  prune(
    start: Omit<LogStart, "tombstone"> & { readonly tombstone: string; readonly at: string },
  ): Promise<Result<number, Problem>>;
  /** Result rows of scans made before, but those of the last scan of each workspace; scans that lost their rows. */
  scanResults(before: string, most: number): Promise<Result<number, Problem>>;
  /** Resolved findings not seen since, with their history and comments. */
  findings(before: string, most: number): Promise<Result<number, Problem>>;
  /** Decisions made before, and runs. Their audit entries stay as long as the log does. */
  decisions(before: string, most: number): Promise<Result<number, Problem>>;
}

const size = z.coerce.number().int().nonnegative();
const partRows = z.array(z.object({ low: size, high: size }));
const newestRow = z.tuple([z.object({ newest: z.date().nullable() })]);
const limitRow = z.tuple([z.object({ head: size, exported: size.nullable(), owner: z.boolean() })]);
const leafRows = z.array(z.object({ leaf: z.string() }));
const goneRow = z.tuple([z.object({ gone: size })]);
const PAGE = 10_000;

/** `asOwner` runs work on a connection of the role that owns the tables, where that is another one. */
export function retentionOver(
  database: Database,
  asOwner: <T>(work: (owner: Database) => Promise<T>) => Promise<T>,
): Retention {
  const count = async (statement: string, before: string, most: number): Promise<number> =>
    database.transaction(async (sql) => {
      const [{ gone }] = goneRow.parse(await sql.query(statement, [before, most]));
      return gone;
    });
  return {
    prunable: (before) =>
      attempt("the audit log was not looked through", () => asOwner((owner) => prunable(owner, before))),
    prune: ({ size: upto, root, peaks, tombstone, at }) =>
      attempt("the audit log was not pruned", () =>
        asOwner((owner) =>
          owner.transaction(async (sql) => {
            const [{ gone }] = goneRow.parse(
              await sql.query("select audit_prune($1, $2, $3, $4::text[], $5) as gone", [
                upto,
                tombstone,
                root,
                peaks,
                at,
              ]),
            );
            return gone;
          }),
        ),
      ),
    scanResults: (before, most) =>
      attempt("old scan results were not removed", () =>
        count("select expire_scan_results($1, $2) as gone", before, most),
      ),
    findings: (before, most) =>
      attempt("old findings were not removed", () =>
        count(
          `with gone as (delete from findings where id in (
             select id from findings where status = 'resolved' and last_seen < $1 order by last_seen limit $2) returning 1)
           select count(*) as gone from gone`,
          before,
          most,
        ),
      ),
    decisions: (before, most) =>
      attempt("old decisions were not removed", () =>
        count(
          `with old as (select id from decisions where made_at < $1 order by made_at limit $2),
             runs as (delete from pipeline_runs where decision in (select id from old) or (decision is null and recorded_at < $1)),
             gone as (delete from decisions where id in (select id from old) returning 1)
           select count(*) as gone from gone`,
          before,
          most,
        ),
      ),
  };
}

async function prunable(sql: Sql, before: string): Promise<PrunableStart | null> {
  const [{ head, exported, owner }] = limitRow.parse(
    await sql.query(
      `select (select coalesce(max(size), 0) from audit_checkpoints) as head,
         (select min(next_index) from export_cursors) as exported,
         (select pg_has_role(relowner, 'member') from pg_class where oid = 'audit_entries'::regclass) as owner`,
    ),
  );
  if (!owner) throw new Refusal(notOwner());
  const start = await readStart(sql);
  let upto = start.size;
  const parts = partRows.parse(await sql.query("select low, high from audit_partitions order by low"));
  for (const { low, high } of parts) {
    if (high > head || (exported !== null && high > exported)) break;
    const [{ newest }] = newestRow.parse(
      await sql.query(
        "select max(made_at) as newest from audit_entries where leaf_index >= $1 and leaf_index < $2",
        [low, high],
      ),
    );
    if (newest !== null && newest.getTime() >= Date.parse(before)) break;
    upto = high;
  }
  if (upto === start.size) return null;
  let range: CompactRange = { size: start.size, peaks: start.peaks.map((peak) => Buffer.from(peak, "hex")) };
  while (range.size < upto) {
    const rows = leafRows.parse(
      await sql.query(
        "select leaf from audit_entries where leaf_index >= $1 and leaf_index < $2 order by leaf_index",
        [range.size, Math.min(range.size + PAGE, upto)],
      ),
    );
    if (rows.length === 0) throw new TypeError(`the audit log has no entry ${range.size}`);
    range = appendLeaves(
      range,
      rows.map(({ leaf }) => Buffer.from(leaf, "hex")),
    );
  }
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
  return { from: start.size, size: upto, root: hex(rootOf(range)), peaks: range.peaks.map(hex) };
}

function notOwner(): Problem {
  return problem(
    "store_not_owner",
    "this process's database role may not take partitions off the audit log",
    {
      hint: "give the address of the role that owns the tables in TRUEUP_STORE_MIGRATION_URL",
    },
  );
}
