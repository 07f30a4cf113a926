import type { Problem } from "../../../base/index.ts";
import type { PolicySet } from "../../../judge/policy/index.ts";

const ACTIONS = ["create", "update", "delete", "replace", "read", "no_op", "forget"] as const;

/**
 * A set that stands for policies whose thread was ended: it is hard-mandatory and cannot be evaluated. So "it could not be judged"
 * goes through the truth table like everything else (row 2), and the point's FailMode answers.
 */
export function unjudgedSet(reason: Problem): PolicySet {
  return {
    name: "judge",
    place: "trueup:judge",
    engine: "built-in",
    revision: "ended",
    policies: [
      {
        name: "ended",
        description: "stands for policies that did not come to an end",
        level: "hard-mandatory",
        document: "change",
        entry: "ended",
        parameters: {},
        applies: { actions: ACTIONS },
      },
    ],
    compiled: {
      judge: () => ({
        deny: [],
        allow: [],
        review: [],
        warn: [],
        prints: [],
        error: { code: reason.code, message: reason.message },
      }),
    },
    host: null,
    planSections: [],
    riskRules: null,
  };
}
