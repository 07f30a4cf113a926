import { err, ok, type Problem, problem, type Result, rfc3339 } from "../../base/index.ts";
import type { Finding, FindingStatus } from "../../domain/index.ts";
import type { FindingEvent } from "../../govern/findings/index.ts";
import { type AppOptions, openSession } from "../session.ts";

export interface FindingsRequest {
  /** Empty: open and accepted ones. */
  readonly statuses: readonly FindingStatus[];
}

export interface FoundFindings {
  readonly workspace: string;
  /** RFC 3339. */
  readonly time: string;
  readonly findings: readonly Finding[];
}

export async function findingsList(
  options: AppOptions,
  request: FindingsRequest,
): Promise<Result<FoundFindings, readonly Problem[]>> {
  const opened = await openSession(options);
  if (!opened.ok) return opened;
  const { config, now, withStore } = opened.value;
  const { workspace } = config.environment;
  const statuses: readonly FindingStatus[] =
    request.statuses.length > 0 ? request.statuses : ["open", "accepted"];
  return withStore(async ({ findings }) => {
    const found = await findings.list({ workspace, statuses });
    return found.ok ? ok({ workspace, time: rfc3339(now), findings: found.value }) : err([found.error]);
  });
}

export interface ShownFinding {
  readonly finding: Finding;
  readonly history: readonly FindingEvent[];
}

/** By its id, or by the beginning of it that only one finding has. */
export async function findingsShow(
  options: AppOptions,
  id: string,
): Promise<Result<ShownFinding, readonly Problem[]>> {
  const opened = await openSession(options);
  if (!opened.ok) return opened;
  return opened.value.withStore(async ({ findings }) => {
    const found = await findings.find(id);
    if (!found.ok) return err([found.error]);
    if (found.value === null) return err([missing(id)]);
    const history = await findings.history(found.value.id);
    return history.ok ? ok({ finding: found.value, history: history.value }) : err([history.error]);
  });
}

function missing(id: string): Problem {
  const hint = "`trueup findings list` shows the ids";
  return problem("finding_missing", `there is no finding \`${id}\``, { hint });
}
