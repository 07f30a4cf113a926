import { err, ok, type Problem, type Result } from "../../base/index.ts";
import type { CheckReport } from "../../domain/index.ts";
import { checkPlan } from "../check-plan.ts";
import { fileRecorder } from "../file-recorder.ts";
import { type AppOptions, openSession, POLICY_TIMEOUT_MS } from "../session.ts";

export interface CheckRequest {
  readonly plan: string;
  /** Policy folders of the command line; given, they take the place of the configured ones. */
  readonly policies: readonly string[];
}

/** `trueup check`: opens no database, needs no server. */
export async function check(
  options: AppOptions,
  request: CheckRequest,
): Promise<Result<CheckReport, readonly Problem[]>> {
  const opened = await openSession(options);
  if (!opened.ok) return opened;
  const session = opened.value;
  const { config } = session;
  const policies = await session.policies(request.policies);
  if (!policies.ok) return policies;
  const covers = await session.covers();
  if (!covers.ok) return covers;
  const key = await session.estateKey();
  if (!key.ok) return key;
  const recorder = await fileRecorder(session);
  if (!recorder.ok) return recorder;
  options.onProgress(`judging ${request.plan}`);
  const report = await checkPlan({
    planFile: request.plan,
    environment: config.environment,
    sets: policies.value.sets,
    riskRules: policies.value.riskRules,
    covers: covers.value,
    letThrough: config.risk.letThrough,
    settings: config.points.ci,
    asker: session.caller.asker,
    pipeline: session.caller.pipeline,
    estateKey: key.value,
    secretPaths: config.secretPaths,
    policyTimeoutMs: POLICY_TIMEOUT_MS,
    now: session.now,
    monotonic: options.monotonic,
    record: recorder.value,
  });
  return report.ok ? ok(report.value) : err([report.error]);
}
