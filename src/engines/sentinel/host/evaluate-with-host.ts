import type { EvaluateOptions, Evaluation, FailedEvaluation } from "../evaluator/evaluate.ts";
import type { HttpAnswer } from "../imports/define.ts";
import type { Program } from "../program.ts";
import type { Result } from "../result.ts";
import type { SentinelHost } from "./host.ts";

/** Requests that one policy may make. */
const MAX_REQUESTS = 100;

/** Evaluates, performs the requests that the policy asks for through the host, and evaluates again with the answers. */
export function evaluateWithHost(
  program: Program,
  options: EvaluateOptions,
  host: SentinelHost,
): Result<Evaluation, FailedEvaluation> {
  const answers = new Map<string, HttpAnswer | { readonly error: string }>();
  const allowedHosts = host.request === undefined ? [] : (host.allowedHosts ?? []);
  for (;;) {
    const evaluated = program.evaluate({ ...options, allowedHosts, hostAnswers: answers });
    const call = evaluated.ok ? evaluated.value.suspended : null;
    if (call === null) {
      return evaluated;
    }
    const answer = answers.size < MAX_REQUESTS ? host.request?.(call.request) : undefined;
    answers.set(call.key, answer ?? { error: `a policy may make at most ${MAX_REQUESTS} requests` });
  }
}
