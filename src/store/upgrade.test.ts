import { expect, it, vi } from "vitest";
import { rfc3339 } from "../base/index.ts";
import { aFinding, REPORT_TIME } from "../testing/index.ts";
import { freshEntry, okValue, testOptions } from "../testing/record.ts";
import { appendEntries, auditLogOver, readOrigin } from "./audit-log.ts";
import { checkRecord } from "./check-record.ts";
import { findingPagesOver } from "./finding-pages.ts";
import { migrate, readMigrations } from "./migrate.ts";
import { openPglite } from "./pglite-database.ts";
import { recordWriterOver } from "./record-writer.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

it("brings a store of the first version up to date with everything that it holds", async () => {
  const { sealer, clock } = testOptions();
  const database = await openPglite(null);
  const migrations = await readMigrations();
  await migrate(database, REPORT_TIME, migrations.slice(0, 1));
  await database.query("insert into audit_log (origin) values ('here')");
  const entries = [freshEntry({ because: "\u0000" }), freshEntry()];
  const sealed = okValue(sealer.seal({ origin: "here", size: 0, peaks: [] }, entries));
  for (const { index, entry, text, leaf } of sealed.entries) {
    await database.query("insert into audit_entries values ($1, $2, $3, $4, $5, $6, $7)", [
      index,
      entry.id,
      entry.kind,
      entry.time,
      entry.workspace,
      text,
      leaf,
    ]);
  }
  await database.query("insert into audit_checkpoints values ($1, $2, $3::text[], $4)", [
    2,
    sealed.root,
    sealed.state.peaks,
    sealed.checkpoint.note,
  ]);
  await database.query("insert into workspaces values ('prod-edge', $1)", [REPORT_TIME]);
  const findings = [
    aFinding({ id: "fnd_000000000001", owner: "team \u0000" }),
    aFinding({ id: "fnd_000000000002", owner: "team-web", due: null }),
  ];
  for (const finding of findings) {
    await database.query("insert into findings values ($1, 'prod-edge', 'open', $2, $3)", [
      finding.id,
      finding.change.resource.address,
      JSON.stringify(finding),
    ]);
  }

  await migrate(database, rfc3339(clock.now()), migrations);

  const file = { database: "here", checkpoint: "here" };
  expect(await checkRecord(database, null, file)).toBeNull();
  const writer = recordWriterOver(database, { sealer, checkpointFile: null });
  const log = auditLogOver(database, { origin: await readOrigin(database), sealer, writer });
  expect(okValue(await log.entriesFrom(0, 9)).map(({ entry }) => entry)).toEqual(entries);
  expect([...okValue(await log.known(entries.map(({ id }) => id)))]).toHaveLength(2);
  expect(okValue(await log.append([freshEntry()])).first).toBe(2);
  await expect(database.transaction((sql) => appendEntries(sql, sealer, entries))).rejects.toThrow("already");

  const pages = findingPagesOver(database, { sealer });
  const page = okValue(await pages.page({ limit: 5 }));
  expect(page.items).toEqual(findings);
  expect(okValue(await pages.page({ owner: "team-web", limit: 5 })).items).toEqual([findings[1]]);
  expect(okValue(await pages.page({ text: "prod", limit: 5 })).items).toHaveLength(2);
  await database.close();
});
