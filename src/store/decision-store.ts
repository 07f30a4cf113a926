import * as z from "zod";
import type { Sealer } from "../audit/ports.ts";
import { err, ok, problem } from "../base/index.ts";
import { ENFORCEMENT_POINTS } from "../domain/index.ts";
import type {
  DecisionQuery,
  DecisionStore,
  PipelineRunStore,
  RecordedDecision,
} from "../govern/decisions/ports.ts";
import { appendEntries } from "./audit-log.ts";
import { attempt, type Database, Refusal, type Sql, searchable } from "./database.ts";
import { RUN_COLUMNS, readDecision, recordedRun, runRows, writeRun } from "./decision-rows.ts";
import type { RecordWriter } from "./record-writer.ts";

const documentRows = z.array(z.object({ document: z.string() }));
const pageRows = z.array(z.object({ seq: z.coerce.number().int(), document: z.string() }));
const countRows = z.array(
  z.object({
    point: z.enum(ENFORCEMENT_POINTS),
    kind: z.enum(["allow", "deny", "require_approval"]),
    count: z.coerce.number().int(),
  }),
);
/** One change is asked about a few times; a digest that was asked about more often shows its newest. */
const MOST_OF_ONE = 100;

export function decisionStoreOver(
  database: Database,
  context: { readonly writer: RecordWriter },
): DecisionStore {
  const documents = async (statement: string, value: string): Promise<readonly RecordedDecision[]> =>
    documentRows
      .parse(await database.query(statement, [value, MOST_OF_ONE]))
      .map((row) => readDecision(row.document));
  return {
    async record(step) {
      const written = await context.writer.write({ entries: step.audit, decision: step });
      if (!written.ok) return written;
      const { repeated, checkpoint, warnings } = written.value;
      if (!repeated) return ok({ record: step.record, repeated, checkpoint, warnings });
      const earlier = await attempt("the decision cannot be read", () =>
        earlierWith(database, step.record.idempotencyKey),
      );
      if (!earlier.ok) return earlier;
      if (earlier.value !== null) {
        return ok({ record: earlier.value, repeated, checkpoint: null, warnings: [] });
      }
      return err(
        problem("decision_repeated", `the store holds decision \`${step.record.decision.id}\` already`),
      );
    },
    find: (id) =>
      attempt("the decision cannot be read", async () => {
        const [found] = await documents(
          "select document from decisions where id = $1 limit $2",
          searchable(id),
        );
        return found ?? null;
      }),
    byDigest: (digest) =>
      attempt("the decisions cannot be read", () =>
        documents(
          "select document from decisions where digests @> array[$1::text] order by seq desc limit $2",
          searchable(digest),
        ),
      ),
    byRequest: (request) =>
      attempt("the decisions cannot be read", () =>
        documents(
          "select document from decisions where request = $1 order by seq desc limit $2",
          searchable(request),
        ),
      ),
    page: (query) => attempt("the decisions cannot be read", () => page(database, query)),
    counts: (since) =>
      attempt("the decisions cannot be counted", async () =>
        countRows.parse(
          await database.query(
            `select point, kind, count(*) as count from decisions where made_at >= $1
             group by point, kind order by point, kind`,
            [since],
          ),
        ),
      ),
  };
}

async function earlierWith(sql: Sql, key: string | null): Promise<RecordedDecision | null> {
  if (key === null) return null;
  const [row] = documentRows.parse(
    await sql.query("select document from decisions where idempotency_key = $1", [searchable(key)]),
  );
  return row === undefined ? null : readDecision(row.document);
}

async function page(sql: Sql, query: DecisionQuery) {
  const rows = pageRows.parse(
    await sql.query(
      `select seq, document from decisions
       where ($1::text[] is null or workspace = any($1)) and ($2::text is null or point = $2)
         and ($3::text is null or kind = $3) and ($4::text is null or verdict = $4)
         and ($5::text is null or principal = $5) and ($6::text is null or digests @> array[$6::text])
         and ($7::timestamptz is null or made_at >= $7) and ($8::timestamptz is null or made_at < $8)
         and ($9::bigint is null or seq < $9)
       order by seq desc limit $10`,
      [
        query.workspaces?.map(searchable) ?? null,
        query.point ?? null,
        query.kind ?? null,
        query.verdict ?? null,
        query.principal === undefined ? null : searchable(query.principal),
        query.digest === undefined ? null : searchable(query.digest),
        query.from ?? null,
        query.until ?? null,
        query.before ?? null,
        query.limit + 1,
      ],
    ),
  );
  const items = rows.slice(0, query.limit);
  return {
    items: items.map((row) => readDecision(row.document)),
    next: rows.length > query.limit ? (items.at(-1)?.seq ?? null) : null,
  };
}

export function pipelineRunStoreOver(
  database: Database,
  context: { readonly sealer: Sealer },
): PipelineRunStore {
  return {
    record: (run, audit) =>
      attempt("the pipeline run was not recorded", () =>
        database.transaction(async (sql) => {
          await writeRun(sql, run);
          await appendEntries(sql, context.sealer, audit);
        }),
      ),
    markApplied: (applied, audit) =>
      attempt("the pipeline run was not marked as applied", () =>
        database.transaction(async (sql) => {
          const [row] = runRows.parse(
            await sql.query(`select ${RUN_COLUMNS} from pipeline_runs where decision = $1 for update`, [
              searchable(applied.decision),
            ]),
          );
          if (row === undefined) {
            throw new Refusal(problem("run_unknown", `no run belongs to decision \`${applied.decision}\``));
          }
          if (row.plan_sha256 !== null && row.plan_sha256 !== applied.planSha256) {
            throw new Refusal(
              problem("plan_not_decided", "the plan that was applied is not the one that was decided on", {
                hint: "apply the plan file that was checked",
              }),
            );
          }
          if (row.applied_at !== null) return recordedRun(row);
          await sql.query("update pipeline_runs set applied_at = $2 where decision = $1", [
            applied.decision,
            applied.appliedAt,
          ]);
          await appendEntries(sql, context.sealer, audit);
          return recordedRun({ ...row, applied_at: new Date(applied.appliedAt).toISOString() });
        }),
      ),
    byDecision: (decision) =>
      attempt("the pipeline run cannot be read", async () => {
        const [row] = runRows.parse(
          await database.query(`select ${RUN_COLUMNS} from pipeline_runs where decision = $1`, [
            searchable(decision),
          ]),
        );
        return row === undefined ? null : recordedRun(row);
      }),
    within: (workspace, from, until) =>
      attempt("the pipeline runs cannot be read", async () =>
        runRows
          .parse(
            await database.query(
              `select ${RUN_COLUMNS} from pipeline_runs
               where workspace = $1 and recorded_at < $3 and (applied_at is null or applied_at >= $2) order by seq`,
              [searchable(workspace), from, until],
            ),
          )
          .map(recordedRun),
      ),
  };
}
