import type { CheckReport, Finding, JudgedChange, ScanReport } from "../domain/index.ts";
import {
  anEnvironment,
  aPlannedChange,
  aPropertyChange,
  aRedactedChange,
  aResource,
  aRisk,
  REPORT_TIME,
} from "./changes.ts";
import {
  aDecision,
  aFinding,
  aJudgedChange,
  anAllowedVerdict,
  aPassingResult,
  aReviewVerdict,
  STARTER_REVISION,
} from "./judgements.ts";

const SETS = [{ name: "starter", revision: STARTER_REVISION, engine: "rego", policies: 8 }];
const ROOT = "3f1c5d7e9a0b2c4d6e8f0a1b3c5d7e9f1a2b4c6d8e0f1a3b5c7d9e1f3a5b7c9d";

/** A finding that waits for review: a database instance made larger by an unknown hand. */
export function aReviewFinding(over: Partial<Finding> = {}): Finding {
  return aFinding({
    id: "fnd_77aa00bb11cc",
    triage: "review",
    delta: "unchanged",
    change: aRedactedChange({
      id: "77aa00bb11cc",
      resource: aResource({
        type: "aws_db_instance",
        address: "aws_db_instance.orders",
        name: "orders",
        module: null,
        id: "orders",
      }),
      properties: [
        aPropertyChange({ path: ["instance_class"], before: "db.t4g.medium", after: "db.r7g.large" }),
      ],
      actor: {
        kind: "unknown",
        principal: null,
        person: null,
        personRule: null,
        groups: [],
        sourceIp: null,
        userAgent: null,
        session: null,
      },
      channel: "unknown",
      time: null,
      cause: { kind: "unknown", confidence: "low", evidence: [] },
    }),
    risk: aRisk({
      class: "medium",
      rules: [
        {
          rule: "aws/db-instance/size",
          class: "medium",
          path: ["instance_class"],
          reason: "capacity and cost change",
        },
      ],
      properties: { instance_class: "medium" },
    }),
    results: [aPassingResult()],
    verdict: aReviewVerdict(),
    owner: null,
    due: "2026-12-01T09:30:00.000Z",
    firstSeen: "2026-11-20T09:30:00.000Z",
    advice: "decide whether to adopt the new size or to roll it back",
    ...over,
  });
}

/** A finding that is known and allowed: a description. */
export function anAllowedFinding(over: Partial<Finding> = {}): Finding {
  return aFinding({
    id: "fnd_0011223344ff",
    triage: "known_and_allowed",
    delta: "unchanged",
    change: aRedactedChange({
      id: "0011223344ff",
      resource: aResource({
        type: "aws_iam_role",
        address: "aws_iam_role.ci",
        name: "ci",
        module: null,
        id: "ci",
      }),
      properties: [aPropertyChange({ path: ["description"], before: "CI", after: "CI role" })],
    }),
    risk: aRisk({
      class: "low",
      rules: [{ rule: "common/description", class: "low", path: ["description"], reason: "text for people" }],
      properties: { description: "low" },
    }),
    results: [aPassingResult()],
    verdict: anAllowedVerdict(),
    due: null,
    advice: "nothing to do",
    ...over,
  });
}

/** Counts are taken from the findings unless overridden. */
export function aScanReport(over: Partial<ScanReport> = {}): ScanReport {
  const findings = over.findings ?? [aFinding(), aReviewFinding(), anAllowedFinding()];
  return {
    schema: "trueup.scan/v1",
    id: "scn_0123456789abcdef01234567",
    time: REPORT_TIME,
    environment: anEnvironment(),
    source: { name: "tofu", place: "estate/edge" },
    findings,
    gone: [],
    gaps: [],
    noise: [],
    policySets: SETS,
    counts: {
      compared: 42,
      drifted: findings.length,
      violations: findings.filter((f) => f.verdict.kind === "violation").length,
      review: findings.filter((f) => f.verdict.kind === "review").length,
      allowed: findings.filter((f) => f.verdict.kind === "allowed").length,
      accepted: findings.filter((f) => f.status === "accepted").length,
      new: findings.filter((f) => f.delta === "new").length,
      noise: over.noise?.length ?? 0,
    },
    problems: [],
    audit: { entries: 4, root: ROOT },
    ...over,
  };
}

export function aReviewChange(over: Partial<JudgedChange> = {}): JudgedChange {
  const { change, risk, results, verdict } = aReviewFinding();
  return {
    change: aPlannedChange({ id: change.id, resource: change.resource, properties: change.properties }),
    risk,
    results,
    verdict,
    ...over,
  };
}

export function anAllowedChange(over: Partial<JudgedChange> = {}): JudgedChange {
  const { change, risk, results, verdict } = anAllowedFinding();
  return {
    change: aPlannedChange({ id: change.id, resource: change.resource, properties: change.properties }),
    risk,
    results,
    verdict,
    ...over,
  };
}

/** Counts are taken from the changes unless overridden. */
export function aCheckReport(over: Partial<CheckReport> = {}): CheckReport {
  const changes = over.changes ?? [aJudgedChange(), aReviewChange(), anAllowedChange()];
  return {
    schema: "trueup.check/v1",
    id: "chk_0123456789abcdef01234567",
    time: REPORT_TIME,
    environment: anEnvironment(),
    plan: { file: "plan.json", sha256: ROOT, formatVersion: "1.2", toolVersion: "1.9.1" },
    decision: aDecision(),
    changes,
    planViolations: [],
    planVerdict: null,
    gaps: [],
    policySets: SETS,
    counts: {
      changes: changes.length,
      violations: changes.filter((c) => c.verdict.kind === "violation").length,
      review: changes.filter((c) => c.verdict.kind === "review").length,
      allowed: changes.filter((c) => c.verdict.kind === "allowed").length,
      waived: changes.filter((c) => c.verdict.covers.length > 0).length,
      warnings: changes.reduce((sum, c) => sum + c.results.reduce((n, r) => n + r.warnings.length, 0), 0),
    },
    problems: [],
    audit: { file: ".trueup/checks.log", entries: 2, root: ROOT },
    ...over,
  };
}
