import type {
  AuditEntry,
  Decision,
  DeterminingRule,
  Finding,
  JudgedChange,
  PolicyRef,
  PolicyResult,
  Verdict,
  Violation,
} from "../domain/index.ts";
import { anActor, aPlannedChange, aRedactedChange, aRisk, CHANGE_TIME, REPORT_TIME } from "./changes.ts";

export const STARTER_REVISION = "sha256:9c2f4e6a8b0d1c3e5f7a9b1d3c5e7f90a2b4c6d8e0f1a3b5c7d9e1f3a5b7c9d1";

const RULE = "deny_open_admin_port";
const MESSAGE = "port 22 is open to 0.0.0.0/0 and the change did not come through the approved pipeline";

export function aPolicyRef(over: Partial<PolicyRef> = {}): PolicyRef {
  return {
    set: "starter",
    revision: STARTER_REVISION,
    policy: "no-open-admin-ports",
    engine: "rego",
    ...over,
  };
}

export function aViolation(over: Partial<Violation> = {}): Violation {
  return {
    rule: RULE,
    message: MESSAGE,
    path: ["ingress", 1, "cidr_blocks", 0],
    severity: "high",
    policy: aPolicyRef(),
    level: "soft-mandatory",
    introduced: true,
    planLevel: false,
    ...over,
  };
}

export function aPolicyResult(over: Partial<PolicyResult> = {}): PolicyResult {
  return {
    policy: aPolicyRef(),
    level: "soft-mandatory",
    outcome: "fail",
    violations: [aViolation()],
    allows: [],
    reviews: [],
    warnings: [],
    error: null,
    prints: [],
    ...over,
  };
}

export function aPassingResult(over: Partial<PolicyResult> = {}): PolicyResult {
  return aPolicyResult({ outcome: "pass", violations: [], ...over });
}

export function aDeterminingRule(over: Partial<DeterminingRule> = {}): DeterminingRule {
  return { policy: aPolicyRef(), rule: RULE, message: MESSAGE, waivedBy: null, ...over };
}

export function aVerdict(over: Partial<Verdict> = {}): Verdict {
  return {
    kind: "violation",
    row: 4,
    because: "a soft-mandatory policy fails and nothing covers it",
    determining: [aDeterminingRule()],
    erroring: [],
    permit: null,
    covers: [],
    withoutCovers: { kind: "violation", row: 4 },
    attributionDeadline: null,
    ...over,
  };
}

export function aReviewVerdict(over: Partial<Verdict> = {}): Verdict {
  return aVerdict({
    kind: "review",
    row: 9,
    because: "nothing mandatory fails and no rule speaks for it",
    determining: [],
    withoutCovers: { kind: "review", row: 9 },
    ...over,
  });
}

export function anAllowedVerdict(over: Partial<Verdict> = {}): Verdict {
  return aVerdict({
    kind: "allowed",
    row: 8,
    because: "the change is of low risk",
    determining: [],
    permit: { kind: "low_risk" },
    withoutCovers: { kind: "allowed", row: 8 },
    ...over,
  });
}

/** A violation that an exception waives: allowed, and still shown. */
export function aWaivedVerdict(over: Partial<Verdict> = {}): Verdict {
  const cover = { kind: "exception", id: "exc-bastion-2026", verified: false } as const;
  return aVerdict({
    kind: "allowed",
    row: 6,
    because: "every failing rule is covered",
    determining: [aDeterminingRule({ waivedBy: cover })],
    permit: { kind: "cover", cover },
    covers: [cover],
    ...over,
  });
}

export function aJudgedChange(over: Partial<JudgedChange> = {}): JudgedChange {
  return {
    change: aPlannedChange(),
    risk: aRisk(),
    results: [aPolicyResult()],
    verdict: aVerdict(),
    ...over,
  };
}

export function aFinding(over: Partial<Finding> = {}): Finding {
  const change = over.change ?? aRedactedChange();
  return {
    id: "fnd_5b1e0c6f9a3d",
    workspace: "prod-edge",
    status: "open",
    triage: "remediate",
    delta: "new",
    change,
    risk: aRisk(),
    results: [aPolicyResult()],
    verdict: aVerdict(),
    cause: change.cause ?? { kind: "unknown", confidence: "low", evidence: [] },
    owner: "team-edge",
    due: "2026-11-24T13:30:00.000Z",
    firstSeen: REPORT_TIME,
    lastSeen: REPORT_TIME,
    group: null,
    advice: "close the port: apply the code again, or adopt the rule into module.edge if it is meant to stay",
    ...over,
  };
}

export function aDecision(over: Partial<Decision> = {}): Decision {
  return {
    id: "dec_0123456789abcdef01234567",
    kind: "deny",
    wouldBe: "deny",
    point: "ci",
    action: "deny",
    verdict: "violation",
    erroring: false,
    reasons: [`module.edge.aws_security_group.bastion: ${MESSAGE}`],
    obligations: [],
    revisions: { starter: STARTER_REVISION },
    time: REPORT_TIME,
    ...over,
  };
}

export function anAuditEntry(over: Partial<AuditEntry> = {}): AuditEntry {
  return {
    schema: "trueup.audit/v1",
    id: "aud_0123456789abcdef01234567",
    kind: "verdict",
    time: REPORT_TIME,
    workspace: "prod-edge",
    actor: anActor(),
    channel: "console",
    subject: "module.edge.aws_security_group.bastion",
    answer: "violation",
    because: MESSAGE,
    revisions: { starter: STARTER_REVISION },
    details: { happened: CHANGE_TIME },
    ...over,
  };
}
