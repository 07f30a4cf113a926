import type { Json, JsonObject, Problem, PropertyPath } from "../../../base/index.ts";
import type {
  Actor,
  Change,
  ChangeAction,
  Channel,
  Cover,
  Environment,
  JudgedChange,
  PipelineRef,
  PointSettings,
  PolicyResult,
  PolicySetSummary,
  ReadGap,
  ResourceRef,
  RiskClass,
  Verdict,
} from "../../../domain/index.ts";
import type { RiskRules } from "../../../judge/risk/index.ts";
import type { Decided } from "../../../judge/verdict/index.ts";
import type { SecretPathRule, SecretValues } from "../../../observe/changes/index.ts";

/* What goes to a thread and comes back: plain data. Clear values go in; what comes out is redacted. */

export interface JudgeContext {
  readonly environment: Environment;
  readonly covers: readonly Cover[];
  readonly letThrough: readonly RiskClass[];
  readonly secretPaths: readonly SecretPathRule[];
  /** Epoch milliseconds. */
  readonly now: number;
  readonly policyTimeoutMs: number;
}

/** Who is asking, for what is being asked: the change's own actor and transport. */
export interface AskedBy {
  readonly actor: Actor;
  readonly channel: Channel;
  readonly pipeline: PipelineRef | null;
}

/** One change as a caller of the decision API tells it. */
export interface AskedChange {
  readonly resource: ResourceRef;
  readonly action: ChangeAction;
  readonly before: Json;
  readonly after: Json;
  /** Places of secrets besides those that rules know. */
  readonly sensitive: readonly PropertyPath[];
  readonly unknown: readonly PropertyPath[];
}

/** Judge and decide: changes as told, or a plan as text. */
export interface DecideTask {
  readonly want: "decision";
  readonly subject:
    | {
        readonly kind: "changes";
        readonly origin: "planned" | "attempted";
        readonly changes: readonly AskedChange[];
      }
    | { readonly kind: "plan"; readonly text: Uint8Array; readonly file: string };
  readonly context: JudgeContext;
  readonly by: AskedBy;
  readonly settings: PointSettings;
  /** Send every judged change in full. */
  readonly explain: boolean;
}

/** Judge changes that were found: what a scan asks. */
export interface JudgeTask {
  readonly want: "judgement";
  readonly changes: readonly Change[];
  readonly plan: JsonObject;
  /** `null`: those that are loaded. */
  readonly riskRules: RiskRules | null;
  readonly context: JudgeContext;
  /** Epoch milliseconds until which an unknown actor may still be found, by change id. */
  readonly attributionDeadlines: Readonly<Record<string, number>>;
  readonly secrets: SecretValues;
}

export type ThreadTask = DecideTask | JudgeTask;

/** What is told and kept of each decided change. */
export interface DecidedChange {
  readonly id: string;
  readonly digest: string;
  readonly address: string;
  readonly type: string;
  readonly action: ChangeAction;
  readonly risk: RiskClass;
  readonly verdict: Verdict["kind"];
  /** Row of the truth table. */
  readonly row: Verdict["row"];
  readonly because: string;
  /** `set/policy/rule` of each determining rule. */
  readonly rules: readonly string[];
  /** `grant bg_…` of each cover that took part. */
  readonly covers: readonly string[];
  readonly withoutCovers: Verdict["kind"];
}

export interface PlanFacts {
  readonly sha256: string;
  readonly formatVersion: string;
  readonly toolVersion: string | null;
}

export interface DecideAnswer {
  readonly kind: "decision";
  readonly decided: Decided;
  readonly changes: readonly DecidedChange[];
  readonly planViolations: PolicyResult["violations"];
  readonly planVerdict: Verdict | null;
  /** Redacted changes in full: all of them when asked to explain, else those that are not simply allowed. */
  readonly explanation: readonly JudgedChange[];
  readonly policySets: readonly PolicySetSummary[];
  readonly warnings: number;
  readonly plan: PlanFacts | null;
  readonly gaps: readonly ReadGap[];
  readonly notes: readonly string[];
  /** RFC 8785 text of each result and the root over them. */
  readonly resultRows: readonly string[];
  readonly resultsRoot: string;
}

export interface JudgeAnswer {
  readonly kind: "judgement";
  readonly judged: readonly JudgedChange[];
  readonly planResults: readonly PolicyResult[];
  readonly planVerdict: Verdict | null;
  readonly notes: readonly string[];
  readonly policySets: readonly PolicySetSummary[];
}

export type ThreadAnswer =
  | DecideAnswer
  | JudgeAnswer
  | { readonly kind: "problem"; readonly problem: Problem };
