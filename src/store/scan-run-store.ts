import * as z from "zod";
import type { ScanRun, ScanRunStore } from "../workspaces/ports.ts";
import { attempt, type Database, searchable } from "./database.ts";

const instant = z.date().transform((date) => date.toISOString());
const runRows = z.array(
  z.object({
    seq: z.coerce.number().int(),
    id: z.string(),
    workspace: z.string(),
    status: z.enum(["queued", "running", "done", "failed", "cancelled"]),
    reason: z.enum(["schedule", "manual", "event"]),
    asked_by: z.string(),
    asked_at: instant,
    started_at: instant.nullable(),
    ended_at: instant.nullable(),
    tries: z.number().int(),
    progress: z.string().nullable(),
    commit_id: z.string().nullable(),
    problem: z.string().nullable(),
  }),
);

/** The {@link ScanRunStore} of a store. */
export function scanRunStoreOver(database: Database): ScanRunStore {
  return {
    put: (run) =>
      attempt("the scan's progress was not written", async () => {
        const done = await database.query(
          `insert into scan_runs
             (id, workspace, status, reason, asked_by, asked_at, started_at, ended_at, tries, progress, commit_id, problem)
           values ($1, $2, $3, $4, $5, $6::timestamptz, $7::timestamptz, $8::timestamptz, $9, $10, $11, $12)
           on conflict (id) do update set status = excluded.status, started_at = excluded.started_at,
             ended_at = excluded.ended_at, tries = excluded.tries, progress = excluded.progress,
             commit_id = excluded.commit_id, problem = excluded.problem
           where scan_runs.status in ('queued', 'running')
           returning id`,
          [
            run.id,
            searchable(run.workspace),
            run.status,
            run.reason,
            searchable(run.askedBy),
            run.askedAt,
            run.startedAt,
            run.endedAt,
            run.tries,
            run.progress === null ? null : searchable(run.progress),
            run.commit,
            run.problem === null ? null : searchable(run.problem),
          ],
        );
        return done.length > 0;
      }),
    find: (id) =>
      attempt("the scan cannot be read", async () => {
        const [row] = runRows.parse(
          await database.query("select * from scan_runs where id = $1", [searchable(id)]),
        );
        return row === undefined ? null : runOf(row);
      }),
    page: ({ workspaces, statuses, before, limit }) =>
      attempt("the scans cannot be read", async () => {
        const found = runRows.parse(
          await database.query(
            `select * from scan_runs
             where ($1::text[] is null or workspace = any($1)) and ($2::text[] is null or status = any($2))
               and ($3::bigint is null or seq < $3::bigint)
             order by seq desc limit $4`,
            [workspaces, statuses ?? null, before ?? null, limit + 1],
          ),
        );
        const items = found.slice(0, limit);
        return { items: items.map(runOf), next: found.length > limit ? (items.at(-1)?.seq ?? null) : null };
      }),
  };
}

function runOf(row: z.infer<typeof runRows>[number]): ScanRun {
  return {
    id: row.id,
    workspace: row.workspace,
    status: row.status,
    reason: row.reason,
    askedBy: row.asked_by,
    askedAt: row.asked_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    tries: row.tries,
    progress: row.progress,
    commit: row.commit_id,
    problem: row.problem,
  };
}
