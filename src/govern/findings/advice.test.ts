import { describe, expect, it } from "vitest";
import type { Finding } from "../../domain/index.ts";
import {
  aFinding,
  anActor,
  anAllowedVerdict,
  aPolicyRef,
  aPolicyResult,
  aRedactedChange,
  aReviewVerdict,
  aVerdict,
  aViolation,
  aWaivedVerdict,
} from "../../testing/index.ts";
import { adviceFor } from "./advice.ts";

const unknownActor = { actor: anActor({ principal: null, person: null }) };
const unknown = { kind: "unknown", confidence: "low", evidence: [] } as const;

const CASES: readonly (readonly [string, Partial<Finding>, string])[] = [
  [
    "a violation by somebody",
    {},
    "roll back by applying the code again, or adopt a form of it that the rules accept; ask dana@example.com why",
  ],
  [
    "a violation by nobody known",
    { change: aRedactedChange(unknownActor) },
    "roll back by applying the code again, or adopt a form of it that the rules accept; no recorded event says who did it: look at the platform's audit log",
  ],
  [
    "an unmanaged violation",
    { change: aRedactedChange({ drift: "unmanaged" }) },
    "delete the resource, or import it into the code in a form that the rules accept; ask dana@example.com why",
  ],
  [
    "a missing resource",
    { change: aRedactedChange({ drift: "missing" }) },
    "apply the code to create the resource again, or remove it from the code; ask dana@example.com why",
  ],
  [
    "a violation that the code declares as well",
    { results: [aPolicyResult({ violations: [aViolation({ introduced: false })] })] },
    "correct the code and apply it: the rule fails for what `module.edge.aws_security_group.bastion` declares as well, so rolling back does not cure it",
  ],
  [
    "an unapplied commit",
    { cause: { ...unknown, kind: "unapplied_commit" } },
    "apply the code: it moved and what is there did not follow",
  ],
  [
    "an emergency change",
    { cause: { ...unknown, kind: "break_glass_pending_adoption" } },
    "end the emergency change: adopt it into the code or roll it back together with dana@example.com",
  ],
  [
    "a verdict that awaits attribution",
    {
      triage: "review",
      verdict: aReviewVerdict({ row: 3, attributionDeadline: "2026-11-25T09:30:00.000Z" }),
    },
    "wait until 2026-11-25T09:30:00.000Z for the audit log to say who did it; after that it counts as a violation",
  ],
  [
    "an erroring policy",
    {
      triage: "review",
      verdict: aReviewVerdict({ row: 5, erroring: [{ policy: aPolicyRef(), message: "x" }] }),
    },
    "repair policy `starter/no-open-admin-ports`, which could not be evaluated, and scan again",
  ],
  [
    "a review",
    { triage: "review", verdict: aReviewVerdict() },
    "ask dana@example.com whether it is meant, then adopt it into the code or roll it back",
  ],
  [
    "a review with an owner only",
    { triage: "review", verdict: aReviewVerdict(), change: aRedactedChange(unknownActor) },
    "ask team-edge whether it is meant, then adopt it into the code or roll it back",
  ],
  [
    "a review with nobody to ask",
    { triage: "review", verdict: aReviewVerdict(), owner: null, change: aRedactedChange(unknownActor) },
    "find out who did it and why, then adopt it into the code or roll it back",
  ],
  [
    "an unmanaged review",
    { triage: "review", verdict: aReviewVerdict(), change: aRedactedChange({ drift: "unmanaged" }) },
    "ask dana@example.com whether it is meant, then import the resource into the code or delete it",
  ],
  [
    "a deleted review",
    { triage: "review", verdict: aReviewVerdict(), change: aRedactedChange({ action: "delete" }) },
    "ask dana@example.com whether it is meant, then remove the resource from the code or apply the code to create it again",
  ],
  [
    "low risk",
    { triage: "known_and_allowed", verdict: anAllowedVerdict() },
    "nothing to do: the change is of low risk; adopt it into the code when you pass by",
  ],
  [
    "a waived violation",
    { triage: "known_and_allowed", verdict: aWaivedVerdict() },
    "nothing to do while exception `exc-bastion-2026` lasts; adopt it or roll it back before it ends",
  ],
  [
    "an allow rule",
    {
      triage: "known_and_allowed",
      verdict: anAllowedVerdict({ permit: { kind: "allow_rule", policy: aPolicyRef(), rule: "tags" } }),
    },
    "nothing to do: rule `tags` of `starter/no-open-admin-ports` allows it",
  ],
  [
    "an approved run",
    {
      triage: "known_and_allowed",
      verdict: anAllowedVerdict({ permit: { kind: "approved_run", run: "r1" } }),
    },
    "nothing to do: the approved pipeline run `r1` made it",
  ],
  [
    "no permit",
    { triage: "known_and_allowed", verdict: anAllowedVerdict({ permit: null }) },
    "nothing to do: known and allowed",
  ],
  [
    "an accepted violation",
    { status: "accepted", verdict: aVerdict() },
    "nothing to do: accepted in the baseline, and told again when it moves",
  ],
  ["what is gone", { status: "resolved", delta: "gone" }, "nothing to do: reality and code agree again"],
];

describe("adviceFor", () => {
  it.each(CASES)("%s", (_name, over, advice) => {
    expect(adviceFor(aFinding(over))).toBe(advice);
  });
});
