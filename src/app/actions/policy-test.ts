import { err, ok, type Problem, type Result } from "../../base/index.ts";
import { type PolicyTestReport, readPolicyFolder, testPolicies } from "../../judge/policy/index.ts";
import { policyFolder } from "../load-policies.ts";
import { type AppOptions, openSession, POLICY_TIMEOUT_MS } from "../session.ts";

export interface PolicyTestRequest {
  /** Empty: the configured sets. */
  readonly folders: readonly string[];
  /** Only tests whose `package.name` holds this text; `null`: all. */
  readonly run: string | null;
}

export async function policyTest(
  options: AppOptions,
  request: PolicyTestRequest,
): Promise<Result<readonly PolicyTestReport[], readonly Problem[]>> {
  const opened = await openSession(options);
  if (!opened.ok) return opened;
  const { config, fromRoot, fromCwd, now } = opened.value;
  const folders =
    request.folders.length > 0
      ? request.folders.map((path) => ({ folder: fromCwd(path), shown: path }))
      : config.policies.map((place) => policyFolder(place, fromRoot));
  const bounds = { now, monotonic: options.monotonic, timeoutMs: POLICY_TIMEOUT_MS };
  const holds = (name: string): boolean => request.run === null || name.includes(request.run);
  const reports: PolicyTestReport[] = [];
  const problems: Problem[] = [];
  for (const { folder, shown } of folders) {
    const files = await readPolicyFolder(folder);
    if (!files.ok) {
      problems.push({ ...files.error, place: { file: shown } });
      continue;
    }
    const report = testPolicies(shown, files.value, bounds, holds);
    if (report.ok) reports.push(report.value);
    else problems.push(...report.error);
  }
  return problems.length > 0 ? err(problems) : ok(reports);
}
