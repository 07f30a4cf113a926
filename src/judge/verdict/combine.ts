import { rfc3339 } from "../../base/index.ts";
import type {
  Cover,
  CoverRef,
  DeterminingRule,
  Permit,
  PolicyRef,
  PolicyResult,
  RiskClass,
  Verdict,
  VerdictRow,
} from "../../domain/index.ts";
import { type CoveredChange, couldHold, holdsChange, waives } from "./covers.ts";
import { rowOf, type Situation, VERDICT_OF_ROW } from "./truth-table.ts";

export interface CombineInput extends CoveredChange {
  readonly results: readonly PolicyResult[];
  readonly covers: readonly Cover[];
  /** Classes that the set `risk` lets through for planned and approved changes. */
  readonly letThrough: readonly RiskClass[];
  /** Epoch milliseconds until which an unknown actor or time may still be found; `null` when nothing is awaited. */
  readonly attributionDeadline: number | null;
  /** Epoch milliseconds of this judgement. */
  readonly now: number;
}

interface Failure {
  readonly policy: PolicyRef;
  readonly rule: string;
  readonly message: string;
  readonly cover: Cover | null;
}

/** Every rule and cover into one Verdict. Total and pure: same input, same answer. */
export function combine(input: CombineInput): Verdict {
  const judged = judge(input, input.covers);
  const { row } = judged;
  const bare = input.covers.length === 0 ? row : judge(input, []).row;
  return {
    kind: VERDICT_OF_ROW[row],
    row,
    because: because(row, judged),
    determining: determining(row, judged),
    erroring: judged.errors.map(({ policy, message }) => ({ policy, message })),
    permit: row === 6 || row === 8 ? judged.permit : null,
    covers: judged.used,
    withoutCovers: { kind: VERDICT_OF_ROW[bare], row: bare },
    attributionDeadline:
      row === 3 && input.attributionDeadline !== null ? rfc3339(input.attributionDeadline) : null,
  };
}

interface Judged {
  readonly row: VerdictRow;
  readonly hard: readonly Failure[];
  readonly soft: readonly Failure[];
  readonly errors: readonly Failure[];
  readonly reviews: readonly Failure[];
  readonly permit: Permit | null;
  readonly used: readonly CoverRef[];
}

function judge(input: CombineInput, covers: readonly Cover[]): Judged {
  const coverOf = (rule: string): Cover | null =>
    covers.find((cover) => waives(cover, rule, input, input.now)) ?? null;
  const hard = failures(input.results, "hard-mandatory", () => null);
  const hardErrors = errors(input.results, "hard-mandatory", () => null);
  const soft = failures(input.results, "soft-mandatory", coverOf);
  const softErrors = errors(input.results, "soft-mandatory", coverOf);
  const reviews = input.results.flatMap((result) =>
    result.reviews.map((said) => ({
      policy: result.policy,
      rule: said.rule,
      message: said.message,
      cover: null,
    })),
  );
  const holding = covers.find((cover) => holdsChange(cover, input, input.now)) ?? null;
  const waiving = [...soft, ...softErrors].map((failure) => failure.cover).filter((cover) => cover !== null);
  const own = ownPermit(input);
  const situation: Situation = {
    hardFails: hard.length > 0,
    hardErrors: hardErrors.length > 0,
    awaitsAttribution: awaitsAttribution(input, covers, soft),
    softFailsUncovered: soft.some((failure) => failure.cover === null),
    softErrorsUncovered: softErrors.some((failure) => failure.cover === null),
    softCovered: waiving.length > 0,
    reviewFires: reviews.length > 0,
    coverHolds: holding !== null,
    permitted: own !== null || planPermit(input) !== null,
  };
  const row = rowOf(situation);
  const cover = row === 6 ? (waiving[0] ?? null) : holding;
  // A review rule that fired is answered by a cover only, so that the cover is what the record must name.
  const named = row === 6 || situation.reviewFires ? null : own;
  const permit =
    named ?? (cover === null ? planPermit(input) : { kind: "cover" as const, cover: refOf(cover) });
  const used =
    row === 6 ? waiving : row === 8 && permit?.kind === "cover" && holding !== null ? [holding] : [];
  return { row, hard, soft, errors: [...hardErrors, ...softErrors], reviews, permit, used: refs(used) };
}

function failures(
  results: readonly PolicyResult[],
  level: PolicyResult["level"],
  coverOf: (rule: string) => Cover | null,
): Failure[] {
  return results
    .filter((result) => result.level === level && result.outcome === "fail")
    .flatMap((result) =>
      result.violations.map(({ rule, message }) => ({
        policy: result.policy,
        rule,
        message,
        cover: coverOf(ruleName(result.policy, rule)),
      })),
    );
}

function errors(
  results: readonly PolicyResult[],
  level: PolicyResult["level"],
  coverOf: (rule: string) => Cover | null,
): Failure[] {
  return results
    .filter((result) => result.level === level && result.outcome === "error")
    .map((result) => ({
      policy: result.policy,
      rule: "error",
      message: result.error?.message ?? "the policy could not be evaluated",
      cover: coverOf(ruleName(result.policy, "error")),
    }));
}

/** The name that exceptions are written against. */
export function ruleName(policy: PolicyRef, rule: string): string {
  return `${policy.set}/${policy.policy}/${rule}`;
}

function awaitsAttribution(input: CombineInput, covers: readonly Cover[], soft: readonly Failure[]): boolean {
  const { change, attributionDeadline, now } = input;
  if (change.origin !== "observed" || attributionDeadline === null || now >= attributionDeadline)
    return false;
  if (change.time !== null && change.actor.kind !== "unknown") return false;
  if (!soft.some((failure) => failure.cover === null)) return false;
  return covers.some((cover) => cover.kind === "grant" && couldHold(cover, input, now));
}

/** What the change brings itself: its class, or a rule that speaks for it. */
function ownPermit(input: CombineInput): Permit | null {
  if (input.riskClass === "low") return { kind: "low_risk" };
  for (const result of input.results) {
    const allow = result.allows[0];
    if (allow !== undefined) return { kind: "allow_rule", policy: result.policy, rule: allow.rule };
  }
  return null;
}

/** Planned, or observed and matched to an approved run, of a class that the set `risk` lets through. */
function planPermit(input: CombineInput): Permit | null {
  if (!input.letThrough.includes(input.riskClass)) return null;
  if (input.change.origin === "planned") return { kind: "planned", riskClass: input.riskClass };
  const { pipeline } = input.change;
  return pipeline?.approved === true ? { kind: "approved_run", run: pipeline.run } : null;
}

function refs(covers: readonly Cover[]): CoverRef[] {
  const seen = new Map(covers.map((cover) => [`${cover.kind}/${cover.id}`, refOf(cover)]));
  return [...seen.values()];
}

function refOf(cover: Cover): CoverRef {
  return { kind: cover.kind, id: cover.id, verified: cover.kind === "exception" ? cover.verified : true };
}

function determining(row: VerdictRow, judged: Judged): DeterminingRule[] {
  const of = (list: readonly Failure[]): DeterminingRule[] =>
    list.map(({ policy, rule, message, cover }) => ({
      policy,
      rule,
      message,
      waivedBy: cover === null ? null : refOf(cover),
    }));
  switch (row) {
    case 1:
      return of(judged.hard);
    case 2:
    case 5:
      return of(judged.errors);
    case 3:
    case 4:
      return of(judged.soft);
    case 6:
      return of([...judged.soft, ...judged.errors]);
    case 7:
      return of(judged.reviews);
    case 8:
    case 9:
      return [];
  }
}

function because(row: VerdictRow, judged: Judged): string {
  const first = (list: readonly Failure[]): string => list[0]?.message ?? "";
  switch (row) {
    case 1:
      return `${first(judged.hard)} (hard-mandatory, nothing can cover it)`;
    case 2:
      return `a hard-mandatory policy could not be evaluated: ${first(judged.errors)}`;
    case 3:
      return "who did it, or when, is not known yet, and an open break-glass grant could hold it";
    case 4:
      return first(judged.soft.filter((failure) => failure.cover === null));
    case 5:
      return `a soft-mandatory policy could not be evaluated: ${first(judged.errors)}`;
    case 6:
      return `would be a violation, covered by ${judged.used.map((ref) => `${ref.kind} ${ref.id}`).join(", ")}`;
    case 7:
      return first(judged.reviews);
    case 8:
      return permitText(judged.permit);
    case 9:
      return "no rule speaks for it";
  }
}

function permitText(permit: Permit | null): string {
  switch (permit?.kind) {
    case "low_risk":
      return "low risk";
    case "allow_rule":
      return `allowed by rule ${permit.policy.policy}/${permit.rule}`;
    case "cover":
      return `held by ${permit.cover.kind} ${permit.cover.id}`;
    case "planned":
      return `planned change of class ${permit.riskClass}, no mandatory rule fails`;
    case "approved_run":
      return `made by approved pipeline run ${permit.run}`;
    case undefined:
      return "permitted";
  }
}
