import type { Json } from "../../base/index.ts";
import type { HostExchange } from "./host.ts";
import {
  type EvaluationBounds,
  isSuspended,
  type Judgement,
  type PolicyDefinition,
  SILENT,
} from "./policy-engine.ts";
import type { PolicySet } from "./policy-set.ts";

/**
 * One judgement within an attempt. Where the policy needs its host, the need is written down and the answer here says
 * nothing: it never leaves the attempt, because one that asked is made again.
 */
export function ask(
  set: PolicySet,
  policy: PolicyDefinition,
  document: Json,
  bounds: EvaluationBounds,
  exchange: HostExchange,
): Judgement {
  const outcome = set.compiled.judge(policy, document, bounds, exchange.answers);
  if (!isSuspended(outcome)) return outcome;
  const { host } = set;
  if (host === null || exchange.asked === null) return needsHost(host === null);
  for (const request of outcome.requests) exchange.asked.set(request.key, { host, request });
  return SILENT;
}

function needsHost(denied: boolean): Judgement {
  const error = denied
    ? {
        code: "policy_needs_network",
        message:
          "the policy asks for something outside, which is off: policies see their document and nothing else",
      }
    : {
        code: "policy_asks_too_much",
        message: "the policy asks its host again and again without coming to an end",
      };
  return { ...SILENT, error };
}
