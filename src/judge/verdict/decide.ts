import type {
  DecisionKind,
  Obligation,
  PointSettings,
  PolicyResult,
  Verdict,
  VerdictKind,
} from "../../domain/index.ts";
import { isErroring } from "./truth-table.ts";

/** What a Decision is made from: a change's verdict, or that of the plan as a whole, with the results behind it. */
export interface DecidedOn {
  readonly verdict: Verdict;
  readonly results: readonly PolicyResult[];
  /** Shown in the reasons: an address, or "the plan as a whole". */
  readonly subject: string;
}

export interface Decided {
  readonly kind: DecisionKind;
  readonly wouldBe: DecisionKind;
  readonly verdict: VerdictKind;
  readonly erroring: boolean;
  readonly reasons: readonly string[];
  readonly obligations: readonly Obligation[];
}

const VERDICT_ORDER: readonly VerdictKind[] = ["allowed", "review", "violation"];
const DECISION_ORDER: readonly DecisionKind[] = ["allow", "require_approval", "deny"];

/**
 * Verdicts → what an enforcement point does. The worst change decides. A verdict that rests on a policy which could not
 * be evaluated is never let through and recorded: the point's FailMode answers.
 */
export function decide(items: readonly DecidedOn[], settings: PointSettings): Decided {
  let wouldBe: DecisionKind = "allow";
  let verdict: VerdictKind = "allowed";
  let erroring = false;
  const reasons: string[] = [];
  const obligations: Obligation[] = [];
  for (const item of items) {
    const answer = answerTo(item, settings);
    if (DECISION_ORDER.indexOf(answer) > DECISION_ORDER.indexOf(wouldBe)) wouldBe = answer;
    if (VERDICT_ORDER.indexOf(item.verdict.kind) > VERDICT_ORDER.indexOf(verdict))
      verdict = item.verdict.kind;
    if (item.verdict.kind === "allowed") continue;
    reasons.push(reasonOf(item));
    const erring = isErroring(item.verdict.row);
    erroring ||= erring;
    if (answer === "require_approval") obligations.push({ kind: "request_approval", text: item.subject });
    else if (answer === "allow") {
      obligations.push({ kind: erring ? "record_fail_open" : "record_review", text: item.subject });
    }
  }
  const passes = settings.action !== "deny" && wouldBe !== "allow";
  if (passes) obligations.push({ kind: "warn_user", text: `action ${settings.action}: would be ${wouldBe}` });
  return { kind: passes ? "allow" : wouldBe, wouldBe, verdict, erroring, reasons, obligations };
}

/** Most policies name the resource in their message: once is enough. */
function reasonOf({ subject, verdict }: DecidedOn): string {
  return verdict.because.includes(subject) ? verdict.because : `${subject}: ${verdict.because}`;
}

function answerTo({ verdict, results }: DecidedOn, settings: PointSettings): DecisionKind {
  if (verdict.kind === "allowed") return "allow";
  if (isErroring(verdict.row)) return settings.failMode === "closed" ? "deny" : "allow";
  if (verdict.kind === "violation") {
    const hard = results.some((result) => result.level === "hard-mandatory" && result.outcome === "fail");
    return !hard && settings.offersApproval ? "require_approval" : "deny";
  }
  return settings.onReview === "allow_and_record" ? "allow" : "require_approval";
}
