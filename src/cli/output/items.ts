import {
  type CheckReport,
  type CoverRef,
  compareRisk,
  type DeterminingRule,
  type EnforcementLevel,
  type Finding,
  type JudgedChange,
  type PolicyRef,
  type ScanReport,
} from "../../domain/index.ts";
import type { FindingDetail, FindingList } from "./documents.ts";

/** Reports about judged changes; the formats for machines in CI know only these. */
export type ChangeReport = ScanReport | CheckReport | FindingList | FindingDetail;

/** Where an item belongs for the reader. */
export type Standing = "action" | "review" | "allowed";

/** A Finding or a judged planned change, as every format looks at it. */
export interface Item {
  /** Finding id, or `chg_` and the change id. */
  readonly id: string;
  readonly standing: Standing;
  readonly judged: JudgedChange;
  readonly finding: Finding | null;
}

/** Every item of a report, gravest first; the same report always gives the same order. */
export function itemsOf(report: ChangeReport): readonly Item[] {
  const items =
    report.schema === "trueup.check/v1"
      ? report.changes.map(itemOfChange)
      : report.schema === "trueup.finding/v1"
        ? [itemOfFinding(report)]
        : report.findings.map(itemOfFinding);
  return items.sort(byGravity);
}

function itemOfFinding(finding: Finding): Item {
  const standing =
    finding.status === "resolved" || finding.triage === "known_and_allowed"
      ? "allowed"
      : finding.triage === "remediate"
        ? "action"
        : "review";
  return { id: finding.id, standing, judged: finding, finding };
}

function itemOfChange(judged: JudgedChange): Item {
  const standing =
    judged.verdict.kind === "violation" ? "action" : judged.verdict.kind === "review" ? "review" : "allowed";
  return { id: `chg_${judged.change.id}`, standing, judged, finding: null };
}

const STANDINGS: readonly Standing[] = ["action", "review", "allowed"];

function byGravity(left: Item, right: Item): number {
  return (
    STANDINGS.indexOf(left.standing) - STANDINGS.indexOf(right.standing) ||
    compareRisk(right.judged.risk.class, left.judged.risk.class) ||
    compareText(left.judged.change.resource.address, right.judged.change.resource.address) ||
    compareText(left.id, right.id)
  );
}

/** By code unit, so that no locale changes the order of a report. */
export function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** `set/policy/rule`, as exceptions name it. */
export function ruleId(policy: PolicyRef, rule: string): string {
  return `${policy.set}/${policy.policy}/${rule}`;
}

/** Level under which a determining rule spoke; `null` when the results do not tell. */
export function levelOf(judged: JudgedChange, determining: DeterminingRule): string | null {
  const result = judged.results.find(
    (r) => r.policy.set === determining.policy.set && r.policy.policy === determining.policy.policy,
  );
  return result?.level ?? null;
}

/** What was said of a plan as a whole. */
export interface PlanHit {
  /** `set/policy/rule`, or `set/policy` where the policy could not be evaluated. */
  readonly rule: string;
  readonly level: EnforcementLevel | null;
  readonly message: string;
  readonly waivedBy: CoverRef | null;
  readonly erroring: boolean;
}

/** Failures of the plan as a whole, waived ones marked, and plan policies that could not be evaluated. */
export function planHits(report: CheckReport): readonly PlanHit[] {
  const determining = report.planVerdict?.determining ?? [];
  const key = (rule: Pick<DeterminingRule, "policy" | "rule" | "message">) =>
    JSON.stringify([rule.policy.set, rule.policy.policy, rule.rule, rule.message]);
  const waived = new Map(determining.map((rule) => [key(rule), rule.waivedBy]));
  const failing = new Set(report.planViolations.map(key));
  return [
    ...report.planViolations.map((v) => ({
      rule: ruleId(v.policy, v.rule),
      level: v.level,
      message: v.message,
      waivedBy: waived.get(key(v)) ?? null,
      erroring: false,
    })),
    ...determining
      .filter((rule) => !failing.has(key(rule)))
      .map((rule) => ({
        rule: ruleId(rule.policy, rule.rule),
        level: null,
        message: rule.message,
        waivedBy: rule.waivedBy,
        erroring: false,
      })),
    ...(report.planVerdict?.erroring ?? []).map((e) => ({
      rule: `${e.policy.set}/${e.policy.policy}`,
      level: null,
      message: e.message,
      waivedBy: null,
      erroring: true,
    })),
  ];
}
