import * as z from "zod";
import { canonicalJson, type Json } from "../base/index.ts";
import { ENFORCEMENT_POINTS, type PipelineRun } from "../domain/index.ts";
import type { DecisionStep, RecordedDecision, RecordedRun } from "../govern/decisions/ports.ts";
import { batches, type Sql, searchable } from "./database.ts";

/* Decisions and runs as rows: columns to find them by, and the whole record as a document. */

const idRows = z.array(z.object({ id: z.string() }));
const instant = z.date().transform((date) => date.toISOString());

export const runRows = z.array(
  z.object({
    workspace: z.string(),
    run: z.string(),
    commit_hash: z.string().nullable(),
    ref: z.string().nullable(),
    verified: z.boolean(),
    approved: z.boolean(),
    identity: z.string().nullable(),
    decision: z.string().nullable(),
    plan_sha256: z.string().nullable(),
    change_digests: z.array(z.string()),
    recorded_at: instant,
    applied_at: instant.nullable(),
  }),
);

export const RUN_COLUMNS =
  "workspace, run, commit_hash, ref, verified, approved, identity, decision, plan_sha256, change_digests, recorded_at, applied_at";

/**
 * Writes decisions and their runs within the caller's transaction; gives back those that were new. One whose id or idempotency key is
 * there, in the table or earlier in the list, is left out.
 */
export async function writeDecisions(
  sql: Sql,
  steps: readonly DecisionStep[],
): Promise<ReadonlySet<DecisionStep>> {
  const fresh = new Set<DecisionStep>();
  for (const batch of batches(steps)) {
    const rows = idRows.parse(
      await sql.query(
        `insert into decisions (id, made_at, point, workspace, principal, kind, verdict, request, idempotency_key, digests, document)
         select id, made_at, point, workspace, principal, kind, verdict, request, key, string_to_array(digests, ','), document
         from unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
           $9::text[], $10::text[], $11::text[])
           with ordinality as d (id, made_at, point, workspace, principal, kind, verdict, request, key, digests, document, place)
         order by place on conflict do nothing returning id`,
        [
          batch.map(({ record }) => record.decision.id),
          batch.map(({ record }) => record.decision.time),
          batch.map(({ record }) => record.decision.point),
          batch.map(({ record }) => searchable(record.workspace)),
          batch.map(({ record }) => maybe(record.principal)),
          batch.map(({ record }) => record.decision.kind),
          batch.map(({ record }) => record.decision.verdict),
          batch.map(({ record }) => maybe(record.request)),
          batch.map(({ record }) => maybe(record.idempotencyKey)),
          batch.map(({ record }) => record.digests.map((digest) => digest.replaceAll(",", " ")).join(",")),
          batch.map(({ record }) => canonicalJson(record)),
        ],
      ),
    );
    const written = new Set(rows.map(({ id }) => id));
    // A second step with the same id was left out; the first one with it is the one that was written.
    for (const step of batch) if (written.delete(step.record.decision.id)) fresh.add(step);
  }
  for (const { record, run } of fresh) {
    if (run === null) continue;
    await writeRun(sql, { run, planSha256: record.planSha256, recordedAt: record.decision.time });
  }
  return fresh;
}

export async function writeRun(sql: Sql, { run, planSha256, recordedAt }: RecordedRun): Promise<void> {
  await sql.query(
    `insert into pipeline_runs (${RUN_COLUMNS})
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::text[], $11, $12)
     on conflict (decision) do update set run = excluded.run, commit_hash = excluded.commit_hash, ref = excluded.ref,
       verified = excluded.verified, approved = excluded.approved, identity = excluded.identity,
       plan_sha256 = excluded.plan_sha256, change_digests = excluded.change_digests,
       applied_at = coalesce(pipeline_runs.applied_at, excluded.applied_at)`,
    [
      searchable(run.workspace),
      searchable(run.run),
      maybe(run.commit),
      maybe(run.ref),
      run.verified,
      run.approved,
      maybe(run.identity),
      run.decision,
      planSha256,
      run.changeDigests,
      recordedAt,
      run.appliedAt,
    ],
  );
}

export function recordedRun(row: z.infer<typeof runRows>[number]): RecordedRun {
  const run: PipelineRun = {
    workspace: row.workspace,
    run: row.run,
    commit: row.commit_hash,
    ref: row.ref,
    verified: row.verified,
    approved: row.approved,
    identity: row.identity,
    decision: row.decision,
    appliedAt: row.applied_at,
    changeDigests: row.change_digests,
  };
  return { run, planSha256: row.plan_sha256, recordedAt: row.recorded_at };
}

const record = z.object({
  decision: z.object({
    id: z.string(),
    kind: z.enum(["allow", "deny", "require_approval"]),
    wouldBe: z.enum(["allow", "deny", "require_approval"]),
    point: z.enum(ENFORCEMENT_POINTS),
    action: z.enum(["deny", "warn", "dryrun"]),
    verdict: z.enum(["allowed", "violation", "review"]),
    erroring: z.boolean(),
    reasons: z.array(z.string()),
    obligations: z.array(
      z.object({
        kind: z.enum(["request_approval", "record_review", "record_fail_open", "warn_user"]),
        text: z.string(),
      }),
    ),
    revisions: z.record(z.string(), z.string()),
    time: z.string(),
  }),
  workspace: z.string(),
  principal: z.string().nullable(),
  digests: z.array(z.string()),
  request: z.string().nullable(),
  planSha256: z.string().nullable(),
  idempotencyKey: z.string().nullable(),
  document: z.custom<Json>((value) => value !== undefined),
}) satisfies z.ZodType<RecordedDecision>;

/** A decision from its stored document, as it was stored. Throws for anything else: a bug. */
export function readDecision(text: string): RecordedDecision {
  const value: unknown = JSON.parse(text);
  if (isRecord(value)) return value;
  const issue = record.safeParse(value).error?.issues[0];
  throw new TypeError(`a stored decision is not one: ${issue?.path.join(".")}: ${issue?.message}`);
}

function isRecord(value: unknown): value is RecordedDecision {
  return record.safeParse(value).success;
}

export function maybe(text: string | null): string | null {
  return text === null ? null : searchable(text);
}
