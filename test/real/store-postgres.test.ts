import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openDatabase } from "../../src/store/open-store.ts";
import { aDecisionStep } from "../../src/testing/decision-contract.ts";
import { aScanRecord, freshEntry, okValue, problemIn } from "../../src/testing/record.ts";
import { forEachPlace } from "../../src/testing/stores.ts";

const OLD = "2025-01-01T00:00:00.000Z";
const CUT = "2026-01-01T00:00:00.000Z";

forEachPlace(
  "a role that only uses the store",
  (place) => {
    let owner = "";
    let app = "";
    beforeAll(async () => {
      owner = place().address;
      const server = place().server;
      await server?.run(owner, "create role \"app 'x' %s\" login");
      app = owner.replace("postgres@", `${encodeURIComponent("app 'x' %s")}@`);
    });

    it("is let in by the owner's migrations, works, and can neither change nor prune the record", async () => {
      const variables = { TRUEUP_STORE_MIGRATION_URL: owner };
      const refused = problemIn(
        await import("../../src/store/index.ts").then((s) => s.openStore(app, place().options)),
      );
      expect(refused.code).toBe("store_failed");

      const { openStore } = await import("../../src/store/index.ts");
      const options = { ...place().options, partitionEntries: 4, variables };
      const store = okValue(await openStore(app, options));
      for (let n = 0; n < 6; n++) okValue(await store.audit.append([freshEntry({ time: OLD })]));
      okValue(await store.scans.record(aScanRecord()));
      okValue(await store.decisions.record(aDecisionStep()));
      okValue(await store.retention.scanResults(CUT, 10));
      await store.close();

      // Without the owner's address it still works, once everything is there.
      const plain = okValue(await openStore(app, { ...options, variables: {} }));
      okValue(await plain.audit.append([freshEntry()]));
      expect(problemIn(await plain.retention.prunable(CUT)).code).toBe("store_not_owner");
      await plain.close();

      const opened = await openDatabase(app, { ...options, variables: {} });
      if (!opened.ok) throw new Error(opened.error.message);
      const { database } = opened.value;
      const FORBIDDEN = [
        "update audit_entries set entry_text = ''",
        "update audit_entries_0 set entry_text = ''",
        "delete from audit_entries",
        "delete from audit_entries_0",
        "delete from audit_ids",
        "delete from audit_checkpoints",
        "delete from scan_results",
        "truncate audit_entries",
        "drop table audit_entries_0",
        "alter table audit_entries detach partition audit_entries_0",
        "alter table audit_entries disable trigger all",
        "insert into audit_pruned values (1, repeat('0', 64), '{}', 'x', now())",
        "insert into audit_partitions values (100, 200, 'x')",
        "update audit_log set origin = 'mine'",
        "delete from schema_migrations",
        "select audit_prune(4, 'x', 'y', '{}', now())",
        "create table mine (a text)",
        "set session_replication_role = replica",
      ];
      for (const statement of FORBIDDEN) {
        await expect(database.script(statement), statement).rejects.toThrow(
          /permission denied|must be owner/,
        );
      }
      await database.close();

      const again = okValue(await openStore(app, options));
      const start = okValue(await again.retention.prunable(CUT));
      expect(start).toMatchObject({ from: 0, size: 4 });
      if (start === null) throw new Error("nothing to prune");
      const tombstone = freshEntry({
        kind: "tombstone",
        details: { prunedTo: start.size, root: start.root },
      });
      okValue(await again.audit.append([tombstone]));
      expect(okValue(await again.retention.prune({ ...start, tombstone: tombstone.id, at: CUT }))).toBe(1);
      expect(okValue(await again.audit.start()).size).toBe(4);
      await again.close();
    });

    it("is given nothing by a password that belongs to another", async () => {
      const { openStore } = await import("../../src/store/index.ts");
      const options = { ...place().options, variables: { TRUEUP_STORE_PASSWORD: "canary-1" } };
      const nobody = problemIn(await openStore(owner.replace("postgres@", "nobody@"), options));
      expect(nobody.code).toBe("store_refused");
      expect(JSON.stringify(nobody)).not.toContain("canary-1");
    });
  },
  ["postgres"],
);

const folder = mkdtempSync(join(tmpdir(), "trueup-dump-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

forEachPlace(
  "backup and restore as docs/operations/storage.md says",
  (place) => {
    it("keeps the whole record", async () => {
      const { server } = place();
      if (server === null) throw new Error("no server");
      const { openStore } = await import("../../src/store/index.ts");
      const store = okValue(await openStore(place().address, place().options));
      okValue(await store.audit.append([freshEntry(), freshEntry({ because: "\u0000" })]));
      const step = aDecisionStep();
      okValue(await store.decisions.record(step));
      const head = okValue(await store.audit.head());
      const file = join(folder, "trueup.dump");
      execFileSync(join(server.bin, "pg_dump"), ["--format=custom", `--file=${file}`, place().address]);
      await store.close();

      const target = await server.createDatabase();
      execFileSync(join(server.bin, "pg_restore"), ["--exit-on-error", `--dbname=${target}`, file]);
      const restored = okValue(await openStore(target, place().options));
      expect(okValue(await restored.audit.head())).toEqual(head);
      expect(okValue(await restored.decisions.find(step.record.decision.id))).toEqual(step.record);
      expect(okValue(await restored.audit.append([freshEntry()])).first).toBe(head.size);
      await restored.close();
    });
  },
  ["postgres"],
);

forEachPlace(
  "a copy of the stopped directory as docs/operations/storage.md says",
  (place) => {
    it("is the whole store", async () => {
      const { openStore } = await import("../../src/store/index.ts");
      const store = okValue(await openStore(place().address, place().options));
      okValue(await store.audit.append([freshEntry()]));
      const head = okValue(await store.audit.head());
      await store.close();
      const from = place().address.replace("embedded:", "");
      const to = `${from}-copy`;
      execFileSync("tar", ["-C", from, "-czf", `${from}.tgz`, "."]);
      execFileSync("mkdir", [to]);
      execFileSync("tar", ["-C", to, "-xzf", `${from}.tgz`]);
      const copy = okValue(await openStore(`embedded:${to}`, place().options));
      expect(okValue(await copy.audit.head())).toEqual(head);
      await copy.close();
      expect(problemIn(await openStore(`pglite:${to}`, place().options)).code).toBe("store_other_engine");
    });
  },
  ["embedded"],
);
