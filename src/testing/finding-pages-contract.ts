import { describe, expect, it } from "vitest";
import type { Finding, RiskClass } from "../domain/index.ts";
import type { FindingPage, FindingPageQuery } from "../govern/findings/ports.ts";
import type { Store } from "../store/index.ts";
import { aFinding, aRedactedChange, aResource, aRisk, REPORT_TIME } from "./index.ts";
import { aScanRecord, freshEntry, okValue, problemIn } from "./record.ts";

const DAY = (n: number): string => `2026-11-${String(n).padStart(2, "0")}T12:00:00.000Z`;
const CLASSES: readonly RiskClass[] = ["low", "medium", "high", "critical"];

/** What every store must do with pages of findings, with who has them and with what is said of them. */
export function findingPagesContract(current: () => Store): void {
  let made = 0;
  const workspaceOf = (): string => `pages-${++made}`;
  const numbered = (workspace: string, n: number, over: Partial<Finding> = {}): Finding => {
    const address = `module.web[${n}].aws_instance.Server${n % 3}`;
    return aFinding({
      id: `fnd_${made.toString(16).padStart(4, "0")}${n.toString(16).padStart(8, "0")}`,
      workspace,
      change: aRedactedChange({ resource: aResource({ address }) }),
      risk: aRisk({ class: CLASSES[n % 4] ?? "low" }),
      due: n % 5 === 4 ? null : DAY(1 + ((n * 7) % 20)),
      lastSeen: DAY(1 + ((n * 3) % 25)),
      owner: n % 2 === 0 ? "team-web" : null,
      ...over,
    });
  };
  const all = async (query: Omit<FindingPageQuery, "cursor">): Promise<readonly Finding[]> => {
    const seen: Finding[] = [];
    let cursor: string | null = null;
    do {
      const page: FindingPage = okValue(
        await current().findings.page({ ...query, ...(cursor === null ? {} : { cursor }) }),
      );
      expect(page.items.length).toBeLessThanOrEqual(query.limit);
      seen.push(...page.items);
      cursor = page.next;
    } while (cursor !== null);
    return seen;
  };
  const by = (key: (finding: Finding) => string | number, turn: 1 | -1) => (a: Finding, b: Finding) =>
    turn * (compare(key(a), key(b)) || compare(a.id, b.id));

  describe("pages of findings", () => {
    it.each([
      ["due", by((finding) => finding.due ?? "9", 1)],
      ["risk", by((finding) => CLASSES.indexOf(finding.risk.class), -1)],
      ["last_seen", by((finding) => finding.lastSeen, -1)],
      ["address", by((finding) => finding.change.resource.address, 1)],
    ] as const)("show each finding once, by %s", async (sort, order) => {
      const workspace = workspaceOf();
      const findings = Array.from({ length: 23 }, (_, n) => numbered(workspace, n));
      okValue(await current().scans.record(aScanRecord({ workspace, findings })));
      expect(await all({ workspaces: [workspace], sort, limit: 5 })).toEqual([...findings].sort(order));
    });

    it("filter by everything that people ask for", async () => {
      const workspace = workspaceOf();
      const findings = Array.from({ length: 12 }, (_, n) =>
        numbered(workspace, n, {
          status: n < 6 ? "open" : "resolved",
          triage: n < 3 ? "review" : "remediate",
        }),
      );
      okValue(await current().scans.record(aScanRecord({ workspace, findings })));
      const numbers = async (query: Partial<FindingPageQuery>) =>
        (await all({ workspaces: [workspace], sort: "address", limit: 4, ...query }))
          .map(({ id }) => Number.parseInt(id.slice(-8), 16))
          .sort((a, b) => a - b);
      expect(await numbers({ statuses: ["open"] })).toEqual([0, 1, 2, 3, 4, 5]);
      expect(await numbers({ triages: ["review"], statuses: ["open", "accepted"] })).toEqual([0, 1, 2]);
      expect(await numbers({ riskClasses: ["critical", "high"] })).toEqual([2, 3, 6, 7, 10, 11]);
      expect(await numbers({ owner: "team-web", statuses: ["open"] })).toEqual([0, 2, 4]);
      expect(await numbers({ owner: null, statuses: ["open"] })).toEqual([1, 3, 5]);
      expect(await numbers({ text: "AWS_inst server1" })).toEqual([1, 4, 7, 10]);
      expect(await numbers({ text: "server nowhere" })).toEqual([]);
      expect(await numbers({ text: "'); drop table findings; -- & | ! :*" })).toEqual([]);
      expect(await numbers({ text: " & | ! ( " })).toHaveLength(12);
      expect(await numbers({ workspaces: [] })).toEqual([]);
    });

    it.each([
      ["nothing that can be read", "@@"],
      ["another list's", Buffer.from('["a",1]').toString("base64url")],
      ["another sort's", Buffer.from('["risk","2","fnd_000000000000"]').toString("base64url")],
      ["a place that is none", Buffer.from('["due","now()","fnd_000000000000"]').toString("base64url")],
    ])("refuse a cursor that is %s", async (_name, cursor) => {
      expect(problemIn(await current().findings.page({ cursor, limit: 5 })).code).toBe("cursor_invalid");
    });
  });

  describe("people and findings", () => {
    it("keep an owner given by hand from scan to scan, and give it back", async () => {
      const { findings, scans, audit } = current();
      const workspace = workspaceOf();
      const finding = numbered(workspace, 0);
      okValue(await scans.record(aScanRecord({ workspace, findings: [finding] })));
      const before = okValue(await audit.head()).size;
      const given = await findings.assign({ finding: finding.id, owner: "dana" }, [freshEntry()]);
      expect(okValue(given).owner).toBe("dana");
      okValue(await scans.record(aScanRecord({ workspace, findings: [{ ...finding, lastSeen: DAY(28) }] })));
      expect(okValue(await findings.find(finding.id))).toMatchObject({ owner: "dana", lastSeen: DAY(28) });
      expect(await all({ workspaces: [workspace], owner: "dana", limit: 5 })).toHaveLength(1);
      expect(okValue(await findings.list({ workspace }))[0]?.owner).toBe("dana");

      okValue(await findings.assign({ finding: finding.id, owner: null }, [freshEntry()]));
      expect(okValue(await findings.find(finding.id))?.owner).toBe("team-web");
      expect(await all({ workspaces: [workspace], owner: "team-web", limit: 5 })).toHaveLength(1);
      expect(okValue(await audit.head()).size).toBe(before + 4);
      const nobody = await findings.assign({ finding: "fnd_ffffffffffff", owner: "x" }, [freshEntry()]);
      expect(problemIn(nobody).code).toBe("finding_missing");
      expect(okValue(await audit.head()).size).toBe(before + 4);
    });

    it("say things of findings, oldest first", async () => {
      const { findings, scans } = current();
      const workspace = workspaceOf();
      const finding = numbered(workspace, 1);
      okValue(await scans.record(aScanRecord({ workspace, findings: [finding] })));
      const said = [1, 2].map((n) => ({
        id: `cmt_${made.toString(16).padStart(20, "0")}000${n}`,
        finding: finding.id,
        time: REPORT_TIME,
        author: "dana",
        text: `it is <b>${n}</b>\nfor now`,
      }));
      for (const comment of said) okValue(await findings.comment(comment, [freshEntry()]));
      expect(okValue(await findings.comments(finding.id))).toEqual(said);
      const [first] = said;
      if (first === undefined) throw new Error("no comment");
      const lost = await findings.comment({ ...first, id: "cmt_x", finding: "fnd_ffffffffffff" }, []);
      expect(problemIn(lost).code).toBe("finding_missing");
    });

    it("count what is open by class", async () => {
      const { findings, scans } = current();
      const count = async () =>
        okValue(await findings.counts(DAY(15))).filter(({ riskClass }) => riskClass === "critical");
      const sum = (counts: readonly { count: number }[]) =>
        counts.reduce((total, row) => total + row.count, 0);
      const before = await count();
      const workspace = workspaceOf();
      const made3 = [3, 7, 11].map((n) => numbered(workspace, n));
      okValue(await scans.record(aScanRecord({ workspace, findings: made3 })));
      const after = await count();
      expect(sum(after)).toBe(sum(before) + 3);
      expect(after.every(({ overdue, count: total }) => overdue <= total)).toBe(true);
    });
  });
}

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : Number(a > b);
}
