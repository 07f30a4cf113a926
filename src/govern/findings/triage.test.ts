import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Finding, JudgedChange, RedactedChange, RiskClass, Verdict } from "../../domain/index.ts";
import {
  aDeterminingRule,
  aJudgedChange,
  anActor,
  anAllowedVerdict,
  aPolicyRef,
  aPropertyChange,
  aRedactedChange,
  aResource,
  aReviewVerdict,
  aRisk,
  aVerdict,
  aWaivedVerdict,
  CHANGE_TIME,
  REPORT_TIME,
} from "../../testing/index.ts";
import { acceptFindings, EMPTY_BASELINE } from "./baseline.ts";
import { DEFAULT_DUE_RULES, type OwnerRule } from "./rules.ts";
import { findingId, type TriageInput, triage } from "./triage.ts";

const LATER = "2026-11-25T09:30:00.000Z";

function input(over: Partial<TriageInput> = {}): TriageInput {
  return {
    workspace: "prod-edge",
    judged: [],
    known: [],
    baseline: EMPTY_BASELINE,
    owners: [],
    dueRules: DEFAULT_DUE_RULES,
    gaps: [],
    now: REPORT_TIME,
    ...over,
  };
}

function judged(change: Partial<RedactedChange> = {}, over: Partial<JudgedChange> = {}): JudgedChange {
  return aJudgedChange({ change: aRedactedChange(change), ...over });
}

function only(findings: readonly Finding[]): Finding {
  expect(findings).toHaveLength(1);
  const [finding] = findings;
  if (finding === undefined) throw new Error("no finding");
  return finding;
}

/** The finding after a first scan, and then after a second one that differs as told. */
function twice(second: JudgedChange | null, first = judged(), over: Partial<TriageInput> = {}) {
  const before = triage(input({ judged: [first] })).findings;
  return triage(input({ judged: second === null ? [] : [second], known: before, now: LATER, ...over }));
}

describe("a finding seen for the first time", () => {
  const cases: readonly (readonly [string, Verdict, RiskClass, Finding["triage"], string | null])[] = [
    ["a violation of critical risk", aVerdict(), "critical", "remediate", "2026-11-24T13:30:00.000Z"],
    ["a violation of high risk", aVerdict(), "high", "remediate", "2026-11-25T09:30:00.000Z"],
    ["a review of medium risk", aReviewVerdict(), "medium", "review", "2026-12-01T09:30:00.000Z"],
    ["a violation of low risk", aVerdict(), "low", "remediate", "2026-12-24T09:30:00.000Z"],
    ["an allowed change", anAllowedVerdict(), "low", "known_and_allowed", null],
    ["a waived violation", aWaivedVerdict(), "critical", "known_and_allowed", null],
  ];
  it.each(cases)("%s", (_name, verdict, riskClass, kind, due) => {
    const result = { verdict, risk: aRisk({ class: riskClass }) };
    const finding = only(triage(input({ judged: [judged({}, result)] })).findings);
    expect(finding).toMatchObject({
      status: "open",
      triage: kind,
      delta: "new",
      due,
      firstSeen: REPORT_TIME,
      lastSeen: REPORT_TIME,
      cause: { kind: "bypassed_pipeline" },
      verdict,
    });
    expect(finding.id).toMatch(/^fnd_[0-9a-f]{12}$/);
  });

  it("has an unknown cause when nobody could tell one", () => {
    const finding = only(triage(input({ judged: [judged({ cause: null })] })).findings);
    expect(finding.cause).toEqual({ kind: "unknown", confidence: "low", evidence: [] });
  });

  it("uses the hours of the configuration", () => {
    const dueRules = { ...DEFAULT_DUE_RULES, critical: 1 };
    const finding = only(triage(input({ judged: [judged()], dueRules })).findings);
    expect(finding.due).toBe("2026-11-24T10:30:00.000Z");
  });
});

describe("a finding seen again", () => {
  const moved = judged({ digest: "e".repeat(64) });
  const otherRule = judged(
    {},
    { verdict: aVerdict({ determining: [aDeterminingRule({ rule: "another" })] }) },
  );
  const newRevision = aPolicyRef({ revision: "sha256:other" });
  const cases: readonly (readonly [string, JudgedChange, Finding["delta"]])[] = [
    ["the same", judged(), "unchanged"],
    ["moved on", moved, "changed"],
    ["with another verdict", judged({}, { verdict: aReviewVerdict() }), "changed"],
    ["waived meanwhile", judged({}, { verdict: aWaivedVerdict() }), "changed"],
    ["failing another rule", otherRule, "changed"],
    [
      "put down to somebody else meanwhile",
      judged({ actor: anActor({ principal: "arn:other" }) }),
      "changed",
    ],
    ["with a time that is known now", judged({ time: "2026-11-04T00:00:00.000Z" }), "changed"],
    [
      "under a new revision that says the same",
      judged({}, { verdict: aVerdict({ determining: [aDeterminingRule({ policy: newRevision })] }) }),
      "unchanged",
    ],
  ];
  it.each(cases)("%s is %s", (_name, second, delta) => {
    const finding = only(twice(second).findings);
    expect(finding).toMatchObject({ delta, firstSeen: REPORT_TIME, lastSeen: LATER });
  });

  it("keeps its due date, however often the drift moves", () => {
    expect(only(twice(judged()).findings).due).toBe("2026-11-24T13:30:00.000Z");
    expect(only(twice(moved).findings).due).toBe("2026-11-24T13:30:00.000Z");
  });

  it("is due sooner when the risk rises and later when it falls", () => {
    const high = judged({}, { risk: aRisk({ class: "high" }) });
    const raised = twice(
      judged({ digest: "e".repeat(64) }),
      judged({}, { risk: aRisk({ class: "medium" }) }),
    );
    expect(only(raised.findings).due).toBe("2026-11-25T13:30:00.000Z");
    const lowered = twice(judged({ digest: "e".repeat(64) }, { risk: high.risk }));
    expect(only(lowered.findings).due).toBe("2026-11-26T09:30:00.000Z");
  });

  it("is due sooner when the rules of risk or of time become stricter, although it did not move", () => {
    const stricter = judged({}, { risk: aRisk({ class: "critical" }) });
    const { findings } = twice(stricter, judged({}, { risk: aRisk({ class: "low" }) }));
    expect(only(findings)).toMatchObject({ delta: "unchanged", due: "2026-11-25T13:30:00.000Z" });
  });

  it("gets a due date when it stops being allowed", () => {
    const outcome = twice(judged(), judged({}, { verdict: anAllowedVerdict() }));
    expect(only(outcome.findings)).toMatchObject({ delta: "changed", due: "2026-11-25T13:30:00.000Z" });
  });
});

describe("a finding that is not there any more", () => {
  it("is gone and resolved, once", () => {
    const outcome = twice(null);
    expect(outcome.findings).toEqual([]);
    expect(only(outcome.gone)).toMatchObject({
      status: "resolved",
      delta: "gone",
      due: null,
      lastSeen: REPORT_TIME,
    });
    const third = triage(input({ known: outcome.gone, now: LATER }));
    expect(third).toEqual({ findings: [], gone: [], unseen: [] });
  });

  it("is reopened as new when it comes back, and remembers since when", () => {
    const { gone } = twice(null);
    const back = only(triage(input({ judged: [judged()], known: gone, now: LATER })).findings);
    expect(back).toMatchObject({
      delta: "new",
      status: "open",
      firstSeen: REPORT_TIME,
      due: "2026-11-25T13:30:00.000Z",
    });
  });

  it.each([
    ["its address", "module.edge.aws_security_group.bastion"],
    ["its type", "aws_security_group"],
    ["the whole source", null],
  ])("is not gone when %s could not be read", (_name, subject) => {
    const gaps = [{ source: "tofu", subject, code: "unreadable", message: "no access" }];
    const outcome = twice(null, judged(), { gaps });
    expect(outcome.gone).toEqual([]);
    expect(only(outcome.unseen)).toMatchObject({ status: "open", delta: "new" });
  });

  it("is gone although something else could not be read", () => {
    const gaps = [{ source: "tofu", subject: "aws_iam_role", code: "unreadable", message: "no access" }];
    expect(twice(null, judged(), { gaps }).gone).toHaveLength(1);
  });
});

describe("the baseline", () => {
  const by = { acceptedAt: REPORT_TIME, acceptedBy: "dana@example.com", reason: "since May" };
  const first = triage(input({ judged: [judged()] })).findings;
  const baseline = new Map(acceptFindings(first, by).entries.map((entry) => [entry.finding, entry]));

  it("accepts what is there, and shows what it would be", () => {
    const finding = only(triage(input({ judged: [judged()], known: first, baseline })).findings);
    expect(finding).toMatchObject({ status: "accepted", triage: "known_and_allowed", due: null });
    expect(finding.verdict.kind).toBe("violation");
  });

  it("leaves findings as the next scan will find them", () => {
    const [accepted] = acceptFindings(first, by).findings;
    const finding = only(triage(input({ judged: [judged()], known: first, baseline })).findings);
    expect({ ...accepted, delta: "unchanged" }).toEqual(finding);
  });

  it("tells when it moves again", () => {
    const accepted = triage(input({ judged: [judged()], known: first, baseline })).findings;
    const moved = judged({ digest: "e".repeat(64) });
    const finding = only(triage(input({ judged: [moved], known: accepted, baseline, now: LATER })).findings);
    expect(finding).toMatchObject({ status: "open", delta: "changed", triage: "remediate" });
    expect(finding.due).toBe("2026-11-25T13:30:00.000Z");
  });

  it("never silences a hard-mandatory violation", () => {
    const hard = judged({}, { verdict: aVerdict({ row: 1 }) });
    const findings = triage(input({ judged: [hard], baseline })).findings;
    expect(only(findings)).toMatchObject({ status: "open", triage: "remediate" });
    const accepted = acceptFindings(findings, by);
    expect(accepted.entries).toEqual([]);
    expect(accepted.refused).toEqual(findings);
  });

  it("does not accept what is gone", () => {
    expect(acceptFindings(twice(null).gone, by)).toEqual({ entries: [], findings: [], refused: [] });
  });
});

describe("the owner", () => {
  const cases: readonly (readonly [string, readonly OwnerRule[], string | null])[] = [
    ["by address", [{ owner: "edge", addresses: ["module.edge.*"] }], "edge"],
    ["by type", [{ owner: "network", types: ["aws_db_*", "aws_security_*"] }], "network"],
    ["by property path", [{ owner: "firewall", paths: ["ingress"] }], "firewall"],
    ["by all of a rule", [{ owner: "no", addresses: ["module.edge.*"], types: ["aws_db_*"] }], null],
    ["by the first rule", [{ owner: "no", paths: ["tags.**"] }, { owner: "one" }, { owner: "two" }], "one"],
    ["by no path that is one", [{ owner: "no", paths: ["a["] }], null],
    ["by nothing", [], null],
  ];
  it.each(cases)("%s", (_name, owners, owner) => {
    expect(only(triage(input({ judged: [judged()], owners })).findings).owner).toBe(owner);
  });
});

describe("groups", () => {
  const at = (minutes: number) => new Date(Date.parse(CHANGE_TIME) + minutes * 60_000).toISOString();
  const change = (name: string, over: Partial<RedactedChange> = {}) =>
    judged({ id: name, resource: aResource({ address: `x.${name}` }), cause: null, ...over });
  const nobody = { actor: anActor({ principal: null, session: null, person: null }), time: null };
  const tag = (value: string) => [aPropertyChange({ path: ["tags", "owner"], before: "a", after: value })];
  const event = (ref: string) =>
    ({ kind: "platform", confidence: "high", evidence: [{ ref, says: "x" }] }) as const;

  const cases: readonly (readonly [string, readonly JudgedChange[], readonly (readonly string[])[]])[] = [
    [
      "one actor within the window, chained",
      [change("a"), change("b", { time: at(14) }), change("c", { time: at(28) })],
      [["x.a", "x.b", "x.c"]],
    ],
    [
      "a pause beyond the window",
      [change("a", { properties: tag("1") }), change("b", { time: at(16), properties: tag("2") })],
      [],
    ],
    [
      "another session",
      [
        change("a", { properties: tag("1") }),
        change("b", { actor: anActor({ session: "s2" }), properties: tag("2") }),
      ],
      [],
    ],
    [
      "the same recorded event",
      [
        change("a", { ...nobody, cause: event("e1") }),
        change("b", { ...nobody, cause: event("e1"), properties: tag("2") }),
      ],
      [["x.a", "x.b"]],
    ],
    [
      "the same move by nobody known",
      [
        change("a", { ...nobody, properties: tag("z") }),
        change("b", { ...nobody, properties: tag("z") }),
        change("c", { ...nobody, properties: tag("y") }),
      ],
      [["x.a", "x.b"]],
    ],
    [
      "secrets, which say nothing about sameness",
      [
        change("a", { ...nobody, properties: [aPropertyChange({ sensitive: true })] }),
        change("b", { ...nobody, properties: [aPropertyChange({ sensitive: true })] }),
      ],
      [],
    ],
    [
      "the same values on a create and an update",
      [change("a", { ...nobody, action: "create" }), change("b", nobody)],
      [],
    ],
    [
      "deletions without properties",
      [
        change("a", { ...nobody, action: "delete", properties: [] }),
        change("b", { ...nobody, action: "delete", properties: [] }),
      ],
      [],
    ],
  ];
  it.each(cases)("%s", (_name, changes, expected) => {
    const { findings } = triage(input({ judged: changes }));
    const groups = new Map<string, string[]>();
    for (const { group, change: c } of findings) {
      if (group !== null) groups.set(group, [...(groups.get(group) ?? []), c.resource.address]);
    }
    expect([...groups.values()]).toEqual(expected);
    for (const name of groups.keys()) expect(name).toMatch(/^grp_[0-9a-f]{12}$/);
  });
});

const anyJudged = fc
  .record({
    name: fc.constantFrom("a", "b", "c", "d", "e"),
    digest: fc.constantFrom("1".repeat(64), "2".repeat(64)),
    verdict: fc.constantFrom(
      aVerdict(),
      aReviewVerdict(),
      anAllowedVerdict(),
      aWaivedVerdict(),
      aVerdict({ row: 1 }),
    ),
    riskClass: fc.constantFrom<RiskClass>("low", "medium", "high", "critical"),
    principal: fc.constantFrom("p", "q", null),
    time: fc.constantFrom(CHANGE_TIME, REPORT_TIME, null),
  })
  .map(({ name, digest, verdict, riskClass, principal, time }) =>
    judged(
      { id: name, digest, time, resource: aResource({ address: name }), actor: anActor({ principal }) },
      { verdict, risk: aRisk({ class: riskClass }) },
    ),
  );
const manyJudged = fc.array(anyJudged, { maxLength: 12 });

describe("triage of any changes", () => {
  it("says `unchanged` for the same changes again, and nothing is gone", () => {
    fc.assert(
      fc.property(manyJudged, (changes) => {
        const first = triage(input({ judged: changes }));
        const again = triage(input({ judged: changes, known: first.findings, now: LATER }));
        expect(again.gone).toEqual([]);
        expect(again.findings).toEqual(
          first.findings.map((finding) => ({ ...finding, delta: "unchanged", lastSeen: LATER })),
        );
      }),
    );
  });

  it("does not depend on the order of its input", () => {
    fc.assert(
      fc.property(manyJudged, manyJudged, fc.infiniteStream(fc.nat()), (old, changes, order) => {
        const known = triage(input({ judged: old })).findings;
        const shuffle = <T>(items: readonly T[]): T[] =>
          items
            .map((item) => ({ item, key: order.next().value }))
            .sort((a, b) => a.key - b.key)
            .map(({ item }) => item);
        const straight = triage(input({ judged: changes, known, now: LATER }));
        expect(triage(input({ judged: shuffle(changes), known: shuffle(known), now: LATER }))).toEqual(
          straight,
        );
      }),
    );
  });

  it("loses none, doubles none, and keeps the worst of what one resource was told twice", () => {
    fc.assert(
      fc.property(manyJudged, manyJudged, (old, changes) => {
        const known = triage(input({ judged: old })).findings;
        const { findings, gone } = triage(input({ judged: changes, known, now: LATER }));
        const ids = findings.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(new Set(ids)).toEqual(new Set(changes.map(({ change }) => findingId("prod-edge", change))));
        expect(new Set([...ids, ...gone.map(({ id }) => id)])).toEqual(
          new Set([...ids, ...known.map(({ id }) => id)]),
        );
        for (const { change, verdict } of changes) {
          const finding = findings.find(({ id }) => id === findingId("prod-edge", change));
          if (verdict.kind === "violation") expect(finding?.verdict.kind).toBe("violation");
          if (verdict.kind === "review") expect(finding?.verdict.kind).not.toBe("allowed");
        }
      }),
    );
  });

  it("lets nothing be due that is known and allowed, and everything else", () => {
    fc.assert(
      fc.property(manyJudged, (changes) => {
        for (const finding of triage(input({ judged: changes })).findings) {
          expect(finding.due === null).toBe(finding.triage === "known_and_allowed");
        }
      }),
    );
  });
});

describe("hostile text", () => {
  it("with lone surrogates and `__proto__` keys is triaged like any other", () => {
    const after = JSON.parse('{"__proto__": {"a": "\\ud800"}}');
    const hostile = judged({
      resource: aResource({ address: "x\ud800\u0000" }),
      actor: anActor({ principal: null }),
      properties: [aPropertyChange({ path: ["__proto__"], after })],
    });
    const first = triage(input({ workspace: "w\udfff", judged: [hostile] })).findings;
    const again = triage(input({ workspace: "w\udfff", judged: [hostile], known: first }));
    expect(only(again.findings).delta).toBe("unchanged");
  });
});

describe("findingId", () => {
  it("tells workspaces, resources and deposed objects apart, and nothing else", () => {
    const change = aRedactedChange();
    const id = findingId("w", change);
    expect(findingId("w", aRedactedChange({ digest: "0".repeat(64), action: "delete" }))).toBe(id);
    expect(findingId("w2", change)).not.toBe(id);
    expect(findingId("w", aRedactedChange({ resource: aResource({ account: "2" }) }))).not.toBe(id);
    expect(findingId("w", aRedactedChange({ id: "other" }))).not.toBe(id);
  });
});
