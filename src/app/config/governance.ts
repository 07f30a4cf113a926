import { RE2JS } from "re2js";
import type * as z from "zod";
import type { EmergencyKind, RiskClass } from "../../domain/index.ts";
import type { ApprovalRules } from "../../govern/approvals/index.ts";
import { DEFAULT_EXCEPTION_LIMITS, type ExceptionLimits } from "../../govern/exceptions/index.ts";
import { parseDuration } from "./duration.ts";
import type { rawApprovals, rawBreakGlass, rawExceptionLimits } from "./raw-governance.ts";
import type { Complain } from "./secret.ts";

export interface GovernanceConfig {
  readonly emergencies: readonly EmergencyKind[];
  readonly teams: readonly string[];
  readonly approvals: ApprovalRules;
  readonly exceptions: ExceptionLimits & {
    readonly unusedAfterDays: number;
    /** Groups by policy set name; `*` stands for the sets that are not named. */
    readonly owners: Readonly<Record<string, readonly string[]>>;
  };
}

export interface RawGovernance {
  readonly break_glass?: z.infer<typeof rawBreakGlass> | undefined;
  readonly approvals?: z.infer<typeof rawApprovals> | undefined;
  readonly exception_limits?: z.infer<typeof rawExceptionLimits> | undefined;
}

type PerClass = Readonly<Record<RiskClass, number>>;
type RawPerClass = Partial<Record<RiskClass, string | undefined>> | undefined;

const HOUR_MS = 3_600_000;
const REVIEW_HOURS: PerClass = { critical: 24, high: 72, medium: 7 * 24, low: 14 * 24 };
const CLASSES: readonly RiskClass[] = ["critical", "high", "medium", "low"];

export function toGovernance(raw: RawGovernance, complain: Complain): GovernanceConfig {
  const limits = raw.exception_limits;
  const inDays = (given: RawPerClass, path: readonly PropertyKey[], defaults: PerClass): PerClass =>
    perClass(given, path, defaults, 24 * HOUR_MS, complain);
  return {
    emergencies: Object.entries(raw.break_glass?.emergencies ?? {}).map(([name, kind]) =>
      toKind(name, kind, complain),
    ),
    teams: raw.break_glass?.teams ?? [],
    approvals: toApprovals(raw.approvals, complain),
    exceptions: {
      maxDays: inDays(limits?.max, ["exception_limits", "max"], DEFAULT_EXCEPTION_LIMITS.maxDays),
      reviewEveryDays: inDays(
        limits?.review_every,
        ["exception_limits", "review_every"],
        DEFAULT_EXCEPTION_LIMITS.reviewEveryDays,
      ),
      unusedAfterDays:
        hoursOf(limits?.unused_after, ["exception_limits", "unused_after"], 30 * 24, complain) / 24,
      owners: limits?.owners ?? {},
    },
  };
}

type RawKind = NonNullable<z.infer<typeof rawBreakGlass>["emergencies"]>[string];

function toKind(name: string, kind: RawKind, complain: Complain): EmergencyKind {
  const at = ["break_glass", "emergencies", name];
  const { risk_classes: riskClasses, ...lists } = kind.scope ?? {};
  const scope = Object.fromEntries(
    Object.entries({ ...lists, riskClasses }).filter(([, list]) => list !== undefined),
  );
  return {
    name,
    title: kind.title ?? name,
    groups: kind.groups,
    scope,
    maxMinutes: Math.floor(hoursOf(kind.max, [...at, "max"], 1, complain) * 60),
    consent: kind.consent ?? "told",
    incident: toIncident(kind.incident, [...at, "incident"], complain),
    reviewHours: perClass(kind.review, [...at, "review"], REVIEW_HOURS, HOUR_MS, complain),
  };
}

function toIncident(
  raw: RawKind["incident"],
  path: readonly PropertyKey[],
  complain: Complain,
): EmergencyKind["incident"] {
  if (raw === undefined) return null;
  if ((raw.pattern === undefined) === (raw.lookup === undefined)) {
    complain(path, "`incident` needs exactly one of `pattern` and `lookup`");
  }
  if (raw.lookup !== undefined) return { kind: "lookup", url: raw.lookup };
  const pattern = raw.pattern ?? "";
  try {
    RE2JS.compile(pattern);
  } catch {
    complain([...path, "pattern"], `\`${pattern}\` is no RE2 pattern`);
  }
  return { kind: "pattern", pattern };
}

function toApprovals(raw: RawGovernance["approvals"], complain: Complain): ApprovalRules {
  const byClass: { -readonly [K in keyof ApprovalRules["byClass"]]: ApprovalRules["byClass"][K] } = {};
  const hours: Record<RiskClass, number> = { critical: 24, high: 24, medium: 24, low: 24 };
  for (const riskClass of CLASSES) {
    const rule = raw?.[riskClass];
    if (rule === undefined) continue;
    byClass[riskClass] = { groups: rule.groups, count: rule.count ?? 1 };
    hours[riskClass] = hoursOf(rule.within, ["approvals", riskClass, "within"], 24, complain);
  }
  return { byClass, hours };
}

function perClass(
  raw: RawPerClass,
  path: readonly PropertyKey[],
  defaults: PerClass,
  unitMs: number,
  complain: Complain,
): PerClass {
  const of = (riskClass: RiskClass): number => {
    const text = raw?.[riskClass];
    if (text === undefined) return defaults[riskClass];
    return (hoursOf(text, [...path, riskClass], 0, complain) * HOUR_MS) / unitMs;
  };
  return { critical: of("critical"), high: of("high"), medium: of("medium"), low: of("low") };
}

function hoursOf(
  text: string | undefined,
  path: readonly PropertyKey[],
  otherwise: number,
  complain: Complain,
): number {
  if (text === undefined) return otherwise;
  const ms = parseDuration(text);
  if (ms === null) complain(path, `\`${String(path.at(-1))}\` must be between 1s and 3650d`);
  return (ms ?? 0) / HOUR_MS;
}
