import { describe, expect, it } from "vitest";
import { exportLog, newAuditEntry, verifyEd25519 } from "../audit/index.ts";
import { type VerifyReport, verifyExport } from "../audit/verify/index.ts";
import { UNKNOWN_ACTOR } from "../domain/index.ts";
import type { Store } from "../store/index.ts";
import { aDecisionStep } from "./decision-contract.ts";
import { aDecision, aFinding } from "./index.ts";
import { aScanRecord, freshEntry, okValue, problemIn } from "./record.ts";
import type { StorePlace } from "./stores.ts";

const OLD = "2025-01-01T00:00:00.000Z";
const CUT = "2026-01-01T00:00:00.000Z";
const NEW = "2026-11-24T09:30:00.000Z";

async function exported(store: Store): Promise<string> {
  let text = "";
  okValue(
    await exportLog(store.audit, (piece) => {
      text += piece;
    }),
  );
  return text;
}

/** What every store must do when it forgets. The log's partitions must hold four entries each. */
export function retentionContract(current: () => Store, place: () => StorePlace): void {
  const verified = (log: string): VerifyReport =>
    okValue(
      verifyExport({
        log,
        publicKeys: [place().options.sealer.vkey],
        checkpoints: [],
        verifySignature: verifyEd25519,
      }),
    );

  describe("retention", () => {
    it("takes whole old partitions off the log, once it says so, and what is left verifies", async () => {
      const store = current();
      expect(okValue(await store.retention.prunable(CUT))).toBeNull();
      for (let n = 0; n < 5; n++)
        okValue(await store.audit.append([freshEntry({ time: OLD }), freshEntry({ time: OLD })]));
      okValue(await store.audit.append([freshEntry({ time: NEW })]));
      const whole = okValue(await store.audit.entriesFrom(0, 100));
      const start = okValue(await store.retention.prunable(CUT));
      expect(start).toMatchObject({ from: 0, size: 8 });
      if (start === null) throw new Error("nothing to prune");

      const tombstone = newAuditEntry({
        kind: "tombstone",
        time: NEW,
        workspace: "default",
        actor: UNKNOWN_ACTOR,
        channel: "cli",
        subject: "audit log",
        answer: null,
        because: "older than the record is kept, `\u0000`",
        revisions: {},
        details: { prunedTo: start.size, root: start.root, peaks: start.peaks },
      });
      const cut = { ...start, tombstone: tombstone.id, at: NEW };
      expect(problemIn(await store.retention.prune(cut)).message).toContain("no tombstone in the log");
      okValue(await store.audit.append([tombstone]));
      const other = { ...cut, root: "0".repeat(64) };
      expect(problemIn(await store.retention.prune(other)).message).toContain("no tombstone in the log");
      expect(okValue(await store.audit.entriesFrom(0, 100))).toHaveLength(12);

      expect(okValue(await store.retention.prune(cut))).toBe(2);
      expect(okValue(await store.audit.entriesFrom(0, 3))).toEqual(whole.slice(8, 11));
      expect(okValue(await store.audit.start())).toMatchObject({ size: 8, tombstone: tombstone.id });
      expect(okValue(await store.retention.prunable(CUT))).toBeNull();
      expect(okValue(await store.audit.append([freshEntry()])).first).toBe(12);
      const log = await exported(store);
      expect(verified(log)).toMatchObject({
        status: "consistent",
        entries: 13,
        pruned: { entries: 8, tombstone: tombstone.id, time: NEW },
        says: expect.stringContaining("entries 0 to 7 were pruned on 2026-11-24"),
      });

      const lines = log.split("\n");
      const header = JSON.parse(lines[0] ?? "");
      const forged = (start: object) =>
        [JSON.stringify({ ...header, start: { ...header.start, ...start } }), ...lines.slice(1)].join("\n");
      expect(verified(forged({ peaks: [header.start.peaks[0].replaceAll(/./g, "0")] })).status).toBe(
        "broken",
      );
      expect(verified(forged({ peaks: [] })).status).toBe("broken");
      const unsaid = verified(forged({ tombstone: "aud_000000000000000000000000" }));
      expect(unsaid.faults.map(({ code }) => code)).toContain("start_unproven");
      expect(
        verified(
          [JSON.stringify({ format: header.format, origin: header.origin }), ...lines.slice(1)].join("\n"),
        ).status,
      ).toBe("broken");
    });

    it("prunes a second time from where the log begins, and opens again", async () => {
      const store = current();
      for (let n = 0; n < 4; n++) okValue(await store.audit.append([freshEntry({ time: OLD })]));
      const start = okValue(await store.retention.prunable("2027-01-01T00:00:00.000Z"));
      expect(start?.from).toBe(8);
      if (start === null) throw new Error("nothing to prune");
      const { size: prunedTo, root } = start;
      const tombstone = freshEntry({ kind: "tombstone", time: NEW, details: { prunedTo, root } });
      okValue(await store.audit.append([tombstone]));
      okValue(await store.retention.prune({ ...start, tombstone: tombstone.id, at: NEW }));
      expect(verified(await exported(store))).toMatchObject({
        status: "consistent",
        pruned: { entries: prunedTo },
      });
    });

    it("forgets results, resolved findings and decisions that are old, and nothing else", async () => {
      const { scans, findings, decisions, runs, retention } = current();
      const gone = aFinding({ id: "fnd_0000000000a1", status: "resolved", lastSeen: OLD, firstSeen: OLD });
      const open = aFinding({ id: "fnd_0000000000a2", lastSeen: OLD, firstSeen: OLD });
      const first = aScanRecord({
        workspace: "old",
        time: OLD,
        findings: [gone, open].map((f) => ({ ...f, workspace: "old" })),
      });
      const last = aScanRecord({ workspace: "old", time: OLD, findings: [], resultRows: ["{}"] });
      for (const scan of [first, last]) okValue(await scans.record(scan));
      const comment = {
        id: "cmt_0000000000000000000000a1",
        finding: gone.id,
        time: OLD,
        author: "d",
        text: "t",
      };
      okValue(await findings.comment(comment, []));
      const [before, after] = [OLD, NEW].map((time, n) =>
        aDecisionStep({ decision: aDecision({ id: `dec_0000000000000000000000b${n}`, time }) }),
      );
      for (const step of [before, after]) if (step !== undefined) okValue(await decisions.record(step));

      expect(okValue(await retention.scanResults(CUT, 100))).toBe(1);
      expect(okValue(await scans.results(first.id))).toEqual([]);
      expect(okValue(await scans.results(last.id))).toEqual(["{}"]);
      expect(okValue(await retention.findings(CUT, 100))).toBe(1);
      expect(okValue(await findings.find(gone.id))).toBeNull();
      expect(okValue(await findings.history(gone.id))).toEqual([]);
      expect(okValue(await findings.find(open.id))).not.toBeNull();
      expect(okValue(await retention.decisions(CUT, 100))).toBe(1);
      expect(okValue(await decisions.find("dec_0000000000000000000000b0"))).toBeNull();
      expect(okValue(await decisions.find("dec_0000000000000000000000b1"))).not.toBeNull();
      expect(okValue(await runs.byDecision("dec_0000000000000000000000b0"))).toBeNull();
    });
  });
}
