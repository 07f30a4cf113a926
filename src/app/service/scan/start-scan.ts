import { err, ok, type Problem, problem, type Result, rfc3339 } from "../../../base/index.ts";
import type { Principal } from "../../../domain/index.ts";
import type { ScanRun, Workspace } from "../../../workspaces/index.ts";
import type { Service } from "../service.ts";
import { jobOfScan, newScanJob, scanKey } from "./scan-ids.ts";

/** Where something just happened goes before what somebody asks for, and that before what the clock asks for. */
export const SCAN_PRIORITY = { schedule: 0, manual: 10, event: 20 } as const;

/**
 * Asks for a scan now. One that waits already is given back instead of a second one.
 * Problems: `workspace_missing`, `workspace_disabled`.
 */
export async function startScan(
  service: Service,
  principal: Principal,
  request: { readonly workspace: string },
): Promise<Result<ScanRun, Problem>> {
  const found = await service.store.workspaces.find(request.workspace);
  if (!found.ok) return found;
  if (found.value === null) {
    return err(problem("workspace_missing", `there is no workspace \`${request.workspace}\``));
  }
  return enqueueScan(service, found.value, "manual", principal.id);
}

/** Scans every enabled workspace of an account soon, ahead of what waits: something just happened there. */
export async function scanAccountSoon(
  service: Service,
  account: string,
): Promise<Result<readonly ScanRun[], Problem>> {
  const found = await service.store.workspaces.list({ account, enabled: true });
  if (!found.ok) return found;
  const runs: ScanRun[] = [];
  for (const workspace of found.value) {
    const run = await enqueueScan(service, workspace, "event", "trueup");
    if (!run.ok) return run;
    runs.push(run.value);
  }
  return ok(runs);
}

async function enqueueScan(
  service: Service,
  workspace: Workspace,
  reason: ScanRun["reason"],
  askedBy: string,
): Promise<Result<ScanRun, Problem>> {
  const { store } = service;
  if (!workspace.enabled) {
    return err(
      problem("workspace_disabled", `\`${workspace.name}\` is switched off`, { hint: "enable it first" }),
    );
  }
  const { job, scan } = newScanJob();
  const run: ScanRun = {
    id: scan,
    workspace: workspace.name,
    status: "queued",
    reason,
    askedBy,
    askedAt: rfc3339(service.clock.now()),
    startedAt: null,
    endedAt: null,
    tries: 0,
    progress: null,
    commit: null,
    problem: null,
  };
  // The run first: a worker may take the job up before this call is over.
  const written = await store.scanRuns.put(run);
  if (!written.ok) return written;
  const queued = await store.jobs.enqueue({
    kind: "scan",
    id: job,
    key: scanKey(workspace.name),
    data: { workspace: workspace.name, scan },
    priority: SCAN_PRIORITY[reason],
  });
  if (queued.ok && queued.value !== null) {
    service.changed({ kind: "scan", id: scan, workspace: workspace.name });
    return ok(run);
  }
  const endedAt = rfc3339(service.clock.now());
  await store.scanRuns.put({ ...run, status: "cancelled", endedAt, progress: "another one waits already" });
  if (!queued.ok) return queued;
  const live = await store.scanRuns.page({
    workspaces: [workspace.name],
    statuses: ["queued", "running"],
    limit: 1,
  });
  if (!live.ok) return live;
  const [waiting] = live.value.items;
  // The clock's own job has no run before it starts.
  return waiting === undefined
    ? err(problem("scan_waiting", `a scan of \`${workspace.name}\` waits already`))
    : ok(waiting);
}

/** Ends a scan that waits or runs. Problems: `scan_missing`, `scan_ended`. */
export async function cancelScan(
  service: Service,
  principal: Principal,
  request: { readonly scan: string },
): Promise<Result<ScanRun, Problem>> {
  const { store } = service;
  const found = await store.scanRuns.find(request.scan);
  if (!found.ok) return found;
  if (found.value === null) return err(problem("scan_missing", `there is no scan \`${request.scan}\``));
  const run: ScanRun = {
    ...found.value,
    status: "cancelled",
    endedAt: rfc3339(service.clock.now()),
    progress: `cancelled by ${principal.name}`,
  };
  const written = await store.scanRuns.put(run);
  if (!written.ok) return written;
  if (!written.value) return err(problem("scan_ended", `the scan \`${run.id}\` has ended already`));
  const job = await store.jobs.cancel("scan", jobOfScan(run.id));
  if (!job.ok) return job;
  service.changed({ kind: "scan", id: run.id, workspace: run.workspace });
  return ok(run);
}
