import * as z from "zod";
import type { Json } from "../../../base/index.ts";
import type { PolicySetSummary, ReadGap, Violation } from "../../../domain/index.ts";
import type { DecidedChange } from "../judge/judge-task.ts";

/** What of a recorded document an answer repeats. */
export interface DecisionContent {
  readonly changes: readonly DecidedChange[];
  readonly planViolations: readonly Violation[];
  readonly policySets: readonly PolicySetSummary[];
  readonly gaps: readonly ReadGap[];
  readonly notes: readonly string[];
}

const text = z.string();
const kind = z.enum(["allowed", "violation", "review"]);
const changes = z.array(
  z.object({
    id: text,
    digest: text,
    address: text,
    type: text,
    action: z.enum(["create", "update", "delete", "replace", "read", "no_op", "forget"]),
    risk: z.enum(["low", "medium", "high", "critical"]),
    verdict: kind,
    row: z.literal([1, 2, 3, 4, 5, 6, 7, 8, 9]),
    because: text,
    rules: z.array(text),
    covers: z.array(text),
    withoutCovers: kind,
  }),
);
const violations = z.array(
  z.object({
    rule: text,
    message: text,
    path: z.array(z.union([text, z.number()])).nullable(),
    severity: text.nullable(),
    policy: z.object({
      set: text,
      revision: text,
      policy: text,
      engine: z.enum(["rego", "sentinel", "built-in", "opa-server", "opa-wasm"]),
    }),
    level: z.enum(["advisory", "soft-mandatory", "hard-mandatory"]),
    introduced: z.boolean().nullable(),
    planLevel: z.boolean(),
  }),
);
const document = z.object({
  ask_sha256: text,
  changes,
  plan_violations: violations,
  policy_sets: z.array(z.object({ name: text, revision: text, engine: text, policies: z.number() })),
  gaps: z.array(z.object({ source: text, subject: text.nullable(), code: text, message: text })),
  notes: z.array(text),
});

/** A document as `decideChange` recorded it; `null` for one that something else made. */
export function readDecisionDocument(
  recorded: Json,
): { readonly asked: string; readonly rest: DecisionContent } | null {
  const parsed = document.safeParse(recorded);
  if (!parsed.success) return null;
  const { ask_sha256, plan_violations, policy_sets, changes: list, gaps, notes } = parsed.data;
  return {
    asked: ask_sha256,
    rest: { changes: list, planViolations: plan_violations, policySets: policy_sets, gaps, notes },
  };
}

/** Plain JSON of domain values, lazy members read. Empty lists, the usual case, cost nothing. */
export function jsonOf(values: readonly object[]): Json {
  return values.length === 0 ? [] : (JSON.parse(JSON.stringify(values)) as Json);
}
