import { expect, it } from "vitest";
import { UNKNOWN_ACTOR } from "../../../domain/index.ts";
import { aDecisionStep } from "../../../testing/decision-contract.ts";
import { aDecision, aFinding } from "../../../testing/index.ts";
import { aScanRecord, freshEntry, okValue } from "../../../testing/record.ts";
import { testConfig } from "../../../testing/service.ts";
import { forEachStore } from "../../../testing/stores.ts";
import { pruneAudit } from "./prune-audit.ts";
import { pruneExpired } from "./prune-expired.ts";

const NOW = Date.parse("2026-11-24T12:00:00.000Z");
const OLD = "2025-06-01T00:00:00.000Z";
const asker = { actor: { ...UNKNOWN_ACTOR, principal: "dana" }, channel: "cli" } as const;

forEachStore(
  "keeping and forgetting",
  (store) => {
    it("prunes the record after saying so in it", async () => {
      const { audit } = store();
      for (let n = 0; n < 6; n++) okValue(await audit.append([freshEntry({ time: OLD })]));
      const request = { before: "2026-01-01T00:00:00.000Z", now: "2026-11-24T12:00:00.000Z", asker };
      const done = okValue(await pruneAudit(store(), request));
      expect(done).toMatchObject({ from: 0, to: 4 });
      expect(okValue(await audit.start())).toMatchObject({ size: 4, tombstone: done.tombstone });
      const [last] = okValue(await audit.entriesFrom(6, 1));
      expect(last?.entry).toMatchObject({
        id: done.tombstone,
        kind: "tombstone",
        actor: { principal: "dana" },
      });
      expect(okValue(await pruneAudit(store(), request))).toEqual({ from: 4, to: 4, tombstone: null });
      expect(okValue(await audit.head()).size).toBe(7);
    });

    it("forgets what is older than its class is kept, once", async () => {
      const finding = aFinding({ id: "fnd_0000000000f1", status: "resolved", lastSeen: OLD, firstSeen: OLD });
      for (const findings of [[finding], []]) {
        const record = { workspace: "old", time: OLD, resultRows: ["{}"] };
        okValue(
          await store().scans.record(
            aScanRecord({ ...record, findings: findings.map((f) => ({ ...f, workspace: "old" })) }),
          ),
        );
      }
      const decision = aDecision({ id: "dec_0000000000000000000000f1", time: OLD });
      okValue(await store().decisions.record(aDecisionStep({ decision })));
      const config = testConfig();
      const expected = { findings: 1, scanResults: 1, decisions: 1, notifications: 0 };
      expect(okValue(await pruneExpired(store(), config, Date.parse(OLD)))).toEqual({
        findings: 0,
        scanResults: 0,
        decisions: 0,
        notifications: 0,
      });
      expect(okValue(await pruneExpired(store(), config, NOW))).toEqual(expected);
      expect(Object.values(okValue(await pruneExpired(store(), config, NOW)))).toEqual([0, 0, 0, 0]);
    });
  },
  ["memory"],
  { partitionEntries: 4 },
);
