import { describe, expect, it } from "vitest";
import { resultsRoot } from "../audit/index.ts";
import { canonicalJson } from "../base/index.ts";
import type { Finding } from "../domain/index.ts";
import { acceptFindings } from "../govern/findings/index.ts";
import type { Store } from "../store/index.ts";
import { auditLogContract } from "./audit-log-contract.ts";
import { aFinding, aRedactedChange, aResource, aReviewFinding, REPORT_TIME } from "./index.ts";
import { aScanRecord, freshEntry, okValue, problemIn } from "./record.ts";

/** What every store must do with scans, findings and the record, whatever database is below it. */
export function storeContract(current: () => Store): void {
  describe("scans", () => {
    it("records findings, results and audit entries together and reads them back", async () => {
      const findings = [aFinding(), aReviewFinding()];
      const scan = aScanRecord({ findings });
      const before = okValue(await current().audit.head());
      const recorded = okValue(await current().scans.record(scan));

      expect(recorded.size).toBe(before.size + 2);
      expect(recorded.checkpoint?.size).toBe(recorded.size);
      expect(okValue(await current().findings.list({ workspace: "prod-edge" }))).toEqual(
        [...findings].sort(byAddress),
      );
      expect(okValue(await current().scans.last("prod-edge"))).toMatchObject({
        id: scan.id,
        time: REPORT_TIME,
        summary: { compared: 42 },
        resultCount: 2,
        resultsRoot: scan.resultsRoot,
      });
      const rows = okValue(await current().scans.results(scan.id));
      expect(rows).toEqual(scan.resultRows);
      expect(resultsRoot(rows)).toBe(scan.resultsRoot);
    });

    it("keeps nothing of a scan whose audit entries are refused", async () => {
      const taken = freshEntry();
      okValue(await current().audit.append([taken]));
      const head = okValue(await current().audit.head());
      const lost = aFinding({ id: "fnd_00000000dead" });
      const scan = aScanRecord({ findings: [lost], audit: [freshEntry(), taken] });

      expect(problemIn(await current().scans.record(scan)).code).toBe("audit_entry_repeated");
      expect(okValue(await current().findings.find(lost.id))).toBeNull();
      expect(okValue(await current().scans.get(scan.id))).toBeNull();
      expect(okValue(await current().scans.results(scan.id))).toEqual([]);
      expect(okValue(await current().audit.head())).toEqual(head);
    });

    it("refuses a scan id twice", async () => {
      const scan = aScanRecord();
      okValue(await current().scans.record(scan));
      expect(problemIn(await current().scans.record({ ...scan, audit: [] })).code).toBe("scan_repeated");
    });

    it("stores more rows than one batch in order", async () => {
      const resultRows = Array.from({ length: 2_501 }, (_, index) => canonicalJson({ index }));
      const scan = aScanRecord({ resultRows, resultsRoot: resultsRoot(resultRows) });
      okValue(await current().scans.record(scan));
      expect(okValue(await current().scans.results(scan.id))).toEqual(resultRows);
    });
  });

  describe("findings", () => {
    it("finds by a prefix that only one has", async () => {
      const one = aFinding({ id: "fnd_aa1100000001", workspace: "prefixes" });
      const two = aFinding({ id: "fnd_aa1200000002", workspace: "prefixes" });
      okValue(await current().scans.record(aScanRecord({ workspace: "prefixes", findings: [one, two] })));

      expect(okValue(await current().findings.find("fnd_aa11"))).toEqual(one);
      expect(okValue(await current().findings.find("aa12"))).toEqual(two);
      expect(okValue(await current().findings.find("aa1"))).toBeNull();
      expect(okValue(await current().findings.find("%"))).toBeNull();
      expect(okValue(await current().findings.find("bb"))).toBeNull();
    });

    it("keeps a row of history for each move", async () => {
      const open = aFinding({ id: "fnd_aaaa00000001", workspace: "history" });
      const gone: Finding = { ...open, status: "resolved", delta: "gone", due: null };
      const first = aScanRecord({ workspace: "history", findings: [open] });
      const quiet = aScanRecord({ workspace: "history", findings: [{ ...open, delta: "unchanged" }] });
      const second = aScanRecord({ workspace: "history", findings: [gone] });
      okValue(await current().scans.record(first));
      okValue(await current().scans.record(quiet));
      okValue(await current().scans.record(second));

      expect(okValue(await current().findings.history(open.id))).toMatchObject([
        { scan: first.id, status: "open", delta: "new", time: REPORT_TIME },
        { scan: second.id, status: "resolved", delta: "gone" },
      ]);
      expect(okValue(await current().findings.list({ workspace: "history", statuses: ["open"] }))).toEqual(
        [],
      );
      expect(
        okValue(await current().findings.list({ workspace: "history", statuses: ["resolved"] })),
      ).toEqual([gone]);
    });

    it("accepts a baseline, replaces it, and writes it down in one transaction", async () => {
      const finding = aFinding({ id: "fnd_ba5e00000001", workspace: "base" });
      okValue(await current().scans.record(aScanRecord({ workspace: "base", findings: [finding] })));
      const by = { acceptedAt: REPORT_TIME, acceptedBy: "dana@example.com", reason: "known since May" };
      const { entries, findings } = acceptFindings([finding], by);
      const audit = [freshEntry({ kind: "baseline", workspace: "base" })];
      okValue(await current().findings.accept({ workspace: "base", entries, findings, audit }));

      const baseline = okValue(await current().findings.baseline("base"));
      expect(baseline.get(finding.id)).toEqual({
        finding: finding.id,
        digest: finding.change.digest,
        address: finding.change.resource.address,
        ...by,
      });
      expect(okValue(await current().findings.find(finding.id))?.status).toBe("accepted");

      const moved = entries.map((entry) => ({ ...entry, digest: "f".repeat(64), reason: "moved" }));
      okValue(await current().findings.accept({ workspace: "base", entries: moved, findings, audit: [] }));
      expect(okValue(await current().findings.baseline("base")).get(finding.id)?.reason).toBe("moved");
      expect(okValue(await current().findings.baseline("elsewhere")).size).toBe(0);
    });

    it("keeps hostile text as it is", async () => {
      const resource = aResource({ address: "x\u0000'; drop table findings; --\ud800" });
      const after = JSON.parse('{"__proto__": {"polluted": true}, "n": 1e21, "z": "\\u0000"}');
      const change = aRedactedChange({ resource, after });
      const finding = aFinding({ id: "fnd_bad000000001", workspace: "hostile\u0000", change });
      okValue(await current().scans.record(aScanRecord({ workspace: "hostile\u0000", findings: [finding] })));

      const [read] = okValue(await current().findings.list({ workspace: "hostile\u0000" }));
      expect(read?.workspace).toBe("hostile\u0000");
      expect(read?.change.resource.address).toBe("x\u0000'; drop table findings; --\uFFFD");
      expect(JSON.stringify(read?.change.after)).toBe(canonicalJson(after));
    });
  });

  auditLogContract("store", async () => current().audit);
}

function byAddress(a: Finding, b: Finding): number {
  return a.change.resource.address < b.change.resource.address ? -1 : 1;
}
