import * as z from "zod";
import type { Sealer } from "../audit/ports.ts";
import { canonicalJson, type Json, ok, problem } from "../base/index.ts";
import type { ScanRecord, ScanStore, ScanSummary } from "../govern/findings/ports.ts";
import { appendEntries, recorded } from "./audit-log.ts";
import type { CheckpointFile } from "./checkpoint-file.ts";
import { attempt, batches, type Database, Refusal, type Sql, searchable } from "./database.ts";
import { ensureWorkspace, writeEvents, writeFindings } from "./finding-store.ts";
import { writeNotices } from "./notification-store.ts";

const scanRows = z
  .array(
    z.object({
      id: z.string(),
      kind: z.enum(["scan", "check"]),
      made_at: z.date(),
      workspace: z.string(),
      summary: z.string(),
      result_count: z.number().int(),
      results_root: z.string(),
    }),
  )
  .max(1);
const resultRows = z.array(z.object({ row_text: z.string() }));

const COLUMNS = "id, kind, made_at, workspace, summary, result_count, results_root";

export function scanStoreOver(
  database: Database,
  context: { readonly sealer: Sealer; readonly checkpointFile: CheckpointFile | null },
): ScanStore {
  return {
    async record(scan) {
      const written = await attempt("the scan was not recorded", () =>
        database.transaction(async (sql) => {
          await writeScan(sql, scan);
          await writeFindings(sql, scan.findings);
          const moved = scan.findings.filter((finding) => finding.delta !== "unchanged");
          await writeEvents(sql, moved, scan.id, scan.time);
          await writeNotices(sql, scan.notices ?? []);
          return appendEntries(sql, context.sealer, scan.audit);
        }),
      );
      if (!written.ok) return written;
      return ok(await recorded(database, written.value, context.checkpointFile));
    },
    last: (workspace) =>
      attempt("the last scan cannot be read", async () =>
        summary(
          await database.query(
            `select ${COLUMNS} from scans where workspace = $1 and kind = 'scan' order by seq desc limit 1`,
            [searchable(workspace)],
          ),
        ),
      ),
    get: (id) =>
      attempt("the scan cannot be read", async () =>
        summary(await database.query(`select ${COLUMNS} from scans where id = $1`, [searchable(id)])),
      ),
    results: (id) =>
      attempt("the scan's results cannot be read", async () =>
        resultRows
          .parse(
            await database.query("select row_text from scan_results where scan = $1 order by row_index", [
              searchable(id),
            ]),
          )
          .map((row) => row.row_text),
      ),
  };
}

async function writeScan(sql: Sql, scan: ScanRecord): Promise<void> {
  const taken = await sql.query("select 1 from scans where id = $1", [scan.id]);
  if (taken.length > 0) {
    throw new Refusal(problem("scan_repeated", `the store holds scan \`${scan.id}\` already`));
  }
  await ensureWorkspace(sql, scan.workspace, scan.time);
  await sql.query(
    `insert into scans (id, kind, made_at, workspace, summary, result_count, results_root)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      scan.id,
      scan.kind,
      scan.time,
      searchable(scan.workspace),
      canonicalJson(scan.summary),
      scan.resultRows.length,
      scan.resultsRoot,
    ],
  );
  let first = 0;
  for (const batch of batches(scan.resultRows)) {
    await sql.query(
      `insert into scan_results (scan, row_index, row_text)
       select $1::text, $2::integer + n::integer - 1, t from unnest($3::text[]) with ordinality as r (t, n)`,
      [scan.id, first, batch],
    );
    first += batch.length;
  }
}

function summary(rows: readonly unknown[]): ScanSummary | null {
  const [row] = scanRows.parse(rows);
  if (row === undefined) return null;
  const facts: Json = JSON.parse(row.summary);
  return {
    id: row.id,
    kind: row.kind,
    time: row.made_at.toISOString(),
    workspace: row.workspace,
    summary: facts,
    resultCount: row.result_count,
    resultsRoot: row.results_root,
  };
}
