import * as z from "zod";
import type { Sealer } from "../audit/ports.ts";
import { canonicalJson, ok } from "../base/index.ts";
import type { Finding } from "../domain/index.ts";
import type { BaselineEntry, FindingEvent, FindingStore } from "../govern/findings/ports.ts";
import { appendEntries, recorded } from "./audit-log.ts";
import type { CheckpointFile } from "./checkpoint-file.ts";
import { attempt, batches, type Database, type Sql, searchable } from "./database.ts";
import { findingOf, findingPagesOver, findingRow, RISK_CLASSES, wordsOf } from "./finding-pages.ts";

const documentRows = z.array(findingRow);
const instant = z.date().transform((date) => date.toISOString());
const eventRows = z.array(
  z.object({
    at: instant,
    scan: z.string().nullable(),
    status: z.enum(["open", "accepted", "resolved"]),
    delta: z.enum(["new", "changed", "unchanged", "gone"]),
    verdict: z.enum(["allowed", "violation", "review"]),
    digest: z.string(),
  }),
);
const baselineRows = z.array(
  z.object({
    finding: z.string(),
    digest: z.string(),
    address: z.string(),
    accepted_by: z.string(),
    reason: z.string(),
    valid_from: instant,
  }),
);

export function findingStoreOver(
  database: Database,
  context: { readonly sealer: Sealer; readonly checkpointFile: CheckpointFile | null },
): FindingStore {
  return {
    ...findingPagesOver(database, context),
    list: (query) =>
      attempt("the findings cannot be read", async () =>
        documentRows
          .parse(
            await database.query(
              `select document, assigned from findings
               where ($1::text is null or workspace = $1) and ($2::text[] is null or status = any($2))
               order by workspace, address collate "C", id`,
              [query.workspace === undefined ? null : searchable(query.workspace), query.statuses ?? null],
            ),
          )
          .map(findingOf),
      ),
    find: (id) =>
      attempt("the finding cannot be read", async () => {
        const prefix = id.startsWith("fnd_") ? id : `fnd_${id}`;
        const rows = documentRows.parse(
          await database.query("select document, assigned from findings where starts_with(id, $1) limit 2", [
            searchable(prefix),
          ]),
        );
        const [first, second] = rows;
        return first === undefined || second !== undefined ? null : findingOf(first);
      }),
    history: (id) =>
      attempt("the finding's history cannot be read", async () =>
        eventRows
          .parse(
            await database.query(
              `select at, scan, status, delta, verdict, digest from finding_events
               where finding = $1 order by seq`,
              [searchable(id)],
            ),
          )
          .map(({ at, ...rest }): FindingEvent => ({ time: at, ...rest })),
      ),
    baseline: (workspace) =>
      attempt("the baseline cannot be read", async () => {
        const rows = baselineRows.parse(
          await database.query(
            `select finding, digest, address, accepted_by, reason, valid_from from baseline
             where workspace = $1 and valid_until is null order by finding`,
            [searchable(workspace)],
          ),
        );
        return new Map(rows.map((row) => [row.finding, baselineEntry(row)]));
      }),
    async accept(change) {
      const written = await attempt("the baseline was not written", () =>
        database.transaction(async (sql) => {
          for (const finding of change.findings)
            await ensureWorkspace(sql, finding.workspace, finding.lastSeen);
          await writeFindings(sql, change.findings);
          for (const entry of change.entries) await acceptOne(sql, change.workspace, entry);
          const at = change.entries[0]?.acceptedAt ?? change.audit[0]?.time;
          if (at !== undefined) await writeEvents(sql, change.findings, null, at);
          return appendEntries(sql, context.sealer, change.audit);
        }),
      );
      if (!written.ok) return written;
      return ok(await recorded(database, written.value, context.checkpointFile));
    },
  };
}

export async function ensureWorkspace(sql: Sql, workspace: string, time: string): Promise<void> {
  await sql.query("insert into workspaces (name, first_seen) values ($1, $2) on conflict (name) do nothing", [
    searchable(workspace),
    time,
  ]);
}

export async function writeFindings(sql: Sql, findings: readonly Finding[]): Promise<void> {
  for (const batch of batches(findings)) {
    await sql.query(
      `insert into findings (id, workspace, status, address, document, triage, risk_rank, owner, due_at, first_seen, last_seen, words)
       select id, workspace, status, address, document, triage, risk_rank, owner, coalesce(due_at, 'infinity'), first_seen,
         last_seen, to_tsvector('simple', words)
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::smallint[], $8::text[],
         $9::timestamptz[], $10::timestamptz[], $11::timestamptz[], $12::text[])
         as f (id, workspace, status, address, document, triage, risk_rank, owner, due_at, first_seen, last_seen, words)
       on conflict (id) do update set status = excluded.status, address = excluded.address, document = excluded.document,
         triage = excluded.triage, risk_rank = excluded.risk_rank, owner = coalesce(findings.assigned, excluded.owner),
         due_at = excluded.due_at, first_seen = excluded.first_seen, last_seen = excluded.last_seen, words = excluded.words`,
      [
        batch.map(({ id }) => id),
        batch.map(({ workspace }) => searchable(workspace)),
        batch.map(({ status }) => status),
        batch.map(({ change }) => searchable(change.resource.address)),
        batch.map((finding) => canonicalJson(finding)),
        batch.map(({ triage }) => triage),
        batch.map(({ risk }) => RISK_CLASSES.indexOf(risk.class)),
        batch.map(({ owner }) => (owner === null ? null : searchable(owner))),
        batch.map(({ due }) => due),
        batch.map(({ firstSeen }) => firstSeen),
        batch.map(({ lastSeen }) => lastSeen),
        batch.map(wordsOf),
      ],
    );
  }
}

export async function writeEvents(
  sql: Sql,
  findings: readonly Finding[],
  scan: string | null,
  time: string,
): Promise<void> {
  for (const batch of batches(findings)) {
    await sql.query(
      `insert into finding_events (finding, scan, at, status, delta, verdict, digest)
       select f, $2::text, $3::timestamptz, s, d, v, g
       from unnest($1::text[], $4::text[], $5::text[], $6::text[], $7::text[]) as e (f, s, d, v, g)`,
      [
        batch.map(({ id }) => id),
        scan,
        time,
        batch.map(({ status }) => status),
        batch.map(({ delta }) => delta),
        batch.map(({ verdict }) => verdict.kind),
        batch.map(({ change }) => change.digest),
      ],
    );
  }
}

async function acceptOne(sql: Sql, workspace: string, entry: BaselineEntry): Promise<void> {
  await sql.query(
    "update baseline set valid_until = greatest(valid_from, $2::timestamptz) where finding = $1 and valid_until is null",
    [entry.finding, entry.acceptedAt],
  );
  await sql.query(
    `insert into baseline (finding, workspace, digest, address, accepted_by, reason, valid_from)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      entry.finding,
      searchable(workspace),
      entry.digest,
      searchable(entry.address),
      searchable(entry.acceptedBy),
      searchable(entry.reason),
      entry.acceptedAt,
    ],
  );
}

function baselineEntry(row: z.infer<typeof baselineRows>[number]): BaselineEntry {
  return {
    finding: row.finding,
    digest: row.digest,
    address: row.address,
    acceptedAt: row.valid_from,
    acceptedBy: row.accepted_by,
    reason: row.reason,
  };
}
