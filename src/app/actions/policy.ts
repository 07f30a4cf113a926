import { ok, type Problem, type Result } from "../../base/index.ts";
import type { PolicySet } from "../../judge/policy/index.ts";
import { type AppOptions, openSession } from "../session.ts";

/** The policy sets that would judge, loaded and compiled: the effective levels, before anything runs. */
export async function policyList(
  options: AppOptions,
  folders: readonly string[],
): Promise<Result<readonly PolicySet[], readonly Problem[]>> {
  const opened = await openSession(options);
  if (!opened.ok) return opened;
  const policies = await opened.value.policies(folders);
  return policies.ok ? ok(policies.value.sets) : policies;
}
