import * as z from "zod";
import type { Sealer } from "../audit/ports.ts";
import { ok, type Problem, problem, type Result } from "../base/index.ts";
import type { AuditEntry, Notice } from "../domain/index.ts";
import { appendEntries, recorded } from "./audit-log.ts";
import type { CheckpointFile } from "./checkpoint-file.ts";
import { attempt, type Database, Refusal, type Sql, type SqlValue } from "./database.ts";
import { writeNotices } from "./notification-store.ts";

/** What the governance stores are made over. */
export interface GovernedContext {
  readonly sealer: Sealer;
  readonly checkpointFile: CheckpointFile | null;
}

const rows = z.array(z.object({ document: z.string() }));

export function readDocuments<T>(found: readonly unknown[], schema: z.ZodType<T>): readonly T[] {
  return rows.parse(found).map((row) => schema.parse(JSON.parse(row.document)));
}

/** The change, its audit entries and what people are told of it in one transaction: what is not in the record did not happen. */
export async function govern(
  database: Database,
  context: GovernedContext,
  { audit, notices }: { readonly audit: readonly AuditEntry[]; readonly notices?: readonly Notice[] },
  work: (sql: Sql) => Promise<void>,
): Promise<Result<void, Problem>> {
  const written = await attempt("it was not written", () =>
    database.transaction(async (sql) => {
      await work(sql);
      await writeNotices(sql, notices ?? []);
      return appendEntries(sql, context.sealer, audit);
    }),
  );
  if (!written.ok) return written;
  await recorded(database, written.value, context.checkpointFile);
  return ok(undefined);
}

/**
 * Writes a document over the version that was read (`null`: there is none yet), or refuses: of two people (or two racing uses) one is
 * told. `insert` and `update` take the same values, whose first one is the id, and return what they touch; `update` takes that
 * version behind them.
 */
export async function writeVersion(
  sql: Sql,
  { insert, update }: { readonly insert: string; readonly update: string },
  values: readonly SqlValue[],
  from: number | null,
): Promise<void> {
  const done = from === null ? await sql.query(insert, values) : await sql.query(update, [...values, from]);
  if (done.length > 0) return;
  const [id] = values;
  throw new Refusal(
    problem("stale_version", `somebody else changed ${id} meanwhile`, { hint: "read it again, then decide" }),
  );
}
