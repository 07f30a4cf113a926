import { ok, type Problem, type Result } from "../../../base/index.ts";
import { jitterOf, nextRun, type ScheduleLine } from "../../../schedule/index.ts";
import type { Workspace } from "../../../workspaces/index.ts";
import type { Service } from "../service.ts";
import { scanKey } from "./scan-ids.ts";
import { SCAN_PRIORITY } from "./start-scan.ts";

const PREFIX = "scan:";

/** Name of a workspace's line: its id, so that a new name keeps the time. */
export function lineName(workspace: Pick<Workspace, "id">): string {
  return `${PREFIX}${workspace.id}`;
}

/** Makes a workspace's line what its settings say; one that is off or has none loses it. */
export async function scheduleScans(service: Service, workspace: Workspace): Promise<Result<void, Problem>> {
  const line = lineOf(workspace);
  const nextAt = line === null ? null : nextRun(line, service.clock.now());
  return service.store.jobs.schedule(
    lineName(workspace),
    line === null || nextAt === null ? null : { ...line, nextAt },
  );
}

export function unscheduleScans(service: Service, workspace: Workspace): Promise<Result<void, Problem>> {
  return service.store.jobs.schedule(lineName(workspace), null);
}

/** Every workspace's line as its settings say, and none of a workspace that is gone: when a worker starts. */
export async function reconcileSchedules(service: Service): Promise<Result<void, Problem>> {
  const workspaces = await service.store.workspaces.list({});
  if (!workspaces.ok) return workspaces;
  const lines = await service.store.jobs.schedules();
  if (!lines.ok) return lines;
  const known = new Set(workspaces.value.map(lineName));
  for (const { name } of lines.value) {
    if (!name.startsWith(PREFIX) || known.has(name)) continue;
    const removed = await service.store.jobs.schedule(name, null);
    if (!removed.ok) return removed;
  }
  const held = new Set(lines.value.map(({ name }) => name));
  for (const workspace of workspaces.value) {
    if (lineOf(workspace) === null && !held.has(lineName(workspace))) continue;
    const done = await scheduleScans(service, workspace);
    if (!done.ok) return done;
  }
  return ok(undefined);
}

function lineOf(workspace: Workspace): ScheduleLine | null {
  if (!workspace.enabled || workspace.schedule === null) return null;
  const { cron, timezone, jitterSeconds } = workspace.schedule;
  return {
    cron,
    timezone,
    jitterMs: jitterOf(workspace.id, jitterSeconds),
    job: {
      kind: "scan",
      key: scanKey(workspace.name),
      data: { workspace: workspace.name },
      priority: SCAN_PRIORITY.schedule,
    },
  };
}
