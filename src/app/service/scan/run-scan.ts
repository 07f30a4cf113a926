import { join } from "node:path";
import {
  err,
  type JsonObject,
  ok,
  type Problem,
  problem,
  type Result,
  rfc3339,
  stringMember,
} from "../../../base/index.ts";
import { type Environment, type Principal, type ScanReport, UNKNOWN_ACTOR } from "../../../domain/index.ts";
import { findBinary, readPlanJson, readStateFile, runTofu } from "../../../observe/sources/tofu/index.ts";
import type { RunningJob } from "../../../schedule/index.ts";
import type { ScanRun, Workspace } from "../../../workspaces/index.ts";
import { publishCheckpoint } from "../../publish-checkpoint.ts";
import { readEventFiles } from "../../read-events.ts";
import { type ScanInput, scanWorkspace } from "../../scan-workspace.ts";
import { POLICY_TIMEOUT_MS } from "../../session.ts";
import { afterScan } from "../govern/index.ts";
import type { Service } from "../service.ts";
import { initTool } from "./init-tool.ts";
import { scanOfJob } from "./scan-ids.ts";
import { placeOf, type ScanSurroundings, toolVariables } from "./workspace-place.ts";

/** How far back runs of pipelines are looked for. */
const RUNS_MS = 90 * 24 * 3_600_000;
/** Progress is written at most so often. */
const TELL_MS = 1_000;
/** Problems that another try may not have: a network, a lock, a judge that is busy. */
const PASSING = new Set([
  "git_failed",
  "init_failed",
  "checkout_busy",
  "tofu_cancelled",
  "store_failed",
  "store_unavailable",
  "judge_unavailable",
]);

/**
 * One scan of a declared workspace, as a job: code, plan, judgement, record. The scan's id comes from the job and is the same in
 * every try, so that a try whose worker died after the record finds it there, and two tries at once record it once.
 */
export async function runScanJob(
  service: Service,
  surroundings: ScanSurroundings,
  job: RunningJob,
): Promise<Result<JsonObject, Problem>> {
  const name = stringMember(job.data, "workspace") ?? "";
  const id = scanOfJob(job.id);
  const held = await service.store.scanRuns.find(id);
  if (!held.ok) return held;
  if (held.value?.status === "cancelled") return ok({ scan: id, status: "cancelled" });
  const now = rfc3339(service.clock.now());
  const first: ScanRun = held.value ?? {
    id,
    workspace: name,
    status: "queued",
    reason: "schedule",
    askedBy: "trueup",
    askedAt: now,
    startedAt: null,
    endedAt: null,
    tries: 0,
    progress: null,
    commit: null,
    problem: null,
  };
  const run = tracked(service, {
    ...first,
    status: "running",
    startedAt: first.startedAt ?? now,
    tries: job.retry + 1,
  });
  await run.tell("starting");
  const recorded = await isRecorded(service, id);
  if (!recorded.ok) return recorded;
  if (recorded.value) return run.end("done", null);
  const found = await service.store.workspaces.find(name);
  if (!found.ok) return found;
  if (found.value === null || !found.value.enabled) {
    const missing = problem("workspace_missing", `there is no workspace \`${name}\` to scan`);
    return run.end("failed", missing);
  }
  const report = await scan(service, surroundings, found.value, id, job.signal, run);
  if (report.ok) {
    service.changed({ kind: "finding", id, workspace: name });
    return run.end("done", null);
  }
  const again = await isRecorded(service, id);
  if (again.ok && again.value) return run.end("done", null);
  const now2 = await service.store.scanRuns.find(id);
  if (now2.ok && now2.value?.status === "cancelled") return ok({ scan: id, status: "cancelled" });
  if (!job.lastTry && (job.signal.aborted || PASSING.has(report.error.code))) {
    await run.tell(`waiting for another try: ${report.error.message}`, "queued");
    return err(report.error);
  }
  return run.end("failed", report.error);
}

async function isRecorded(service: Service, id: string): Promise<Result<boolean, Problem>> {
  const there = await service.store.scans.get(id);
  return there.ok ? ok(there.value !== null) : there;
}

interface Tracked {
  /** Writes what is being done, for people. */
  tell(progress: string, status?: ScanRun["status"]): Promise<void>;
  /** The same, without waiting and not too often. */
  note(progress: string): void;
  setCommit(commit: string | null): void;
  end(status: "done" | "failed", why: Problem | null): Promise<Result<JsonObject, Problem>>;
}

function tracked(service: Service, start: ScanRun): Tracked {
  let run = start;
  let told = 0;
  const write = async (next: ScanRun): Promise<Result<boolean, Problem>> => {
    run = next;
    const written = await service.store.scanRuns.put(next);
    service.changed({ kind: "scan", id: run.id, workspace: run.workspace });
    return written;
  };
  return {
    async tell(progress, status = "running") {
      await write({ ...run, progress, status });
    },
    note(progress) {
      const now = service.monotonic();
      if (now - told < TELL_MS) return;
      told = now;
      // A lost line of progress costs nothing.
      void write({ ...run, progress });
    },
    setCommit(commit) {
      run = { ...run, commit };
    },
    async end(status, why) {
      const endedAt = rfc3339(service.clock.now());
      const says = why === null ? null : `${why.code}: ${why.message}`;
      const written = await write({ ...run, status, endedAt, progress: null, problem: says });
      return written.ok ? ok({ scan: run.id, status }) : written;
    },
  };
}

async function scan(
  service: Service,
  surroundings: ScanSurroundings,
  workspace: Workspace,
  id: string,
  signal: AbortSignal,
  run: Tracked,
): Promise<Result<ScanReport, Problem>> {
  const { config, store } = service;
  await run.tell("bringing the code");
  const place = await placeOf(service, surroundings, workspace, signal);
  if (!place.ok) return place;
  const { folder, shown, commit, isOurs } = place.value;
  run.setCommit(commit);
  const variables = await toolVariables(workspace, surroundings.variables);
  if (!variables.ok) return variables;
  const timeoutMs = workspace.tool.timeoutSeconds * 1000;
  const binary = findBinary(workspace.tool.binary ?? workspace.tool.name, variables.value["PATH"]);
  if (binary === null) {
    return err(
      problem(
        "tofu_missing",
        `the worker has no program \`${workspace.tool.binary ?? workspace.tool.name}\``,
      ),
    );
  }
  if (isOurs) {
    await run.tell("initialising");
    const init = await initTool({ binary, folder, variables: variables.value, timeoutMs, signal });
    if (!init.ok) return init;
  }
  await run.tell("planning");
  const planned = await runTofu({
    dir: folder,
    binary,
    timeoutMs,
    signal,
    env: variables.value,
    varFiles: workspace.tool.varFiles,
    passEnv: workspace.credentials.map(({ variable }) => variable),
    onProgress: ({ line }) => run.note(line),
  });
  if (!planned.ok) return planned;
  const reading = readPlanJson(planned.value.planJson, { file: shown, secretPaths: config.secretPaths });
  if (!reading.ok) return reading;
  const { degraded } = planned.value;
  const events = await readEventFiles(
    config.events.map((file) => ({ ...file, shown: file.path, path: join(service.root, file.path) })),
  );
  if (!events.ok)
    return err(events.error[0] ?? problem("events_unreadable", "the recorded events cannot be read"));
  const state = await readStateFile(join(folder, "terraform.tfstate"));
  await run.tell("judging");
  const covers = await service.covers();
  if (!covers.ok) return covers;
  const now = service.clock.now();
  const runs = await store.runs.within(workspace.name, rfc3339(now - RUNS_MS), rfc3339(now));
  if (!runs.ok) return runs;
  if (signal.aborted) return err(problem("tofu_cancelled", "the scan was stopped"));
  const environment: Environment = {
    workspace: workspace.name,
    labels: workspace.labels,
    account: workspace.account,
  };
  const report = await scanWorkspace({
    id,
    commit,
    reading: reading.value,
    place: shown,
    state: state.ok ? { file: join(shown, "terraform.tfstate"), lineage: state.value.lineage } : null,
    events: events.value.events,
    runs: runs.value.map(({ run: recorded }) => recorded),
    gaps: [
      ...events.value.gaps,
      ...(degraded === null
        ? []
        : [
            {
              source: "tofu",
              subject: shown,
              code: degraded.code,
              message: `unapplied code is not told: ${degraded.message}`,
            },
          ]),
    ],
    environment,
    sets: service.policies.sets,
    riskRules: service.policies.riskRules,
    covers: covers.value,
    letThrough: config.risk.letThrough,
    owners: ownersOf(workspace, config.owners),
    dueRules: config.due,
    pipelineIdentities: config.pipeline.identities,
    asker: {
      actor: { ...UNKNOWN_ACTOR, kind: "service", principal: "trueup", person: null },
      channel: "api",
    },
    estateKey: service.estateKey,
    secretPaths: config.secretPaths,
    policyTimeoutMs: POLICY_TIMEOUT_MS,
    now,
    monotonic: service.monotonic,
    store,
    judge: (task) => {
      const { changes, plan, riskRules, attributionDeadlines, secrets } = task;
      return service.policies.judge.judge({
        want: "judgement",
        changes,
        plan,
        riskRules,
        context: {
          environment,
          covers: covers.value,
          letThrough: config.risk.letThrough,
          secretPaths: config.secretPaths,
          now,
          policyTimeoutMs: POLICY_TIMEOUT_MS,
        },
        attributionDeadlines,
        secrets,
      });
    },
    publish: (checkpoint) =>
      publishCheckpoint(checkpoint, config.audit.publish, (path) => join(service.root, path)),
  });
  if (!report.ok) return report;
  // What a grant's window holds and what a review proves is collected again by the next scan, so that it cannot undo this one.
  const after = await afterScan(service, SCANNER, report.value, events.value.events);
  if (!after.ok) service.log.warn({ problem: after.error.code, scan: id }, after.error.message);
  return report;
}

const SCANNER: Principal = {
  id: "trueup:scanner",
  kind: "service",
  name: "the scanner",
  groups: [],
  method: "command_line",
  scopes: [],
  sourceIp: null,
  userAgent: null,
  session: null,
};

/** Rules of the configuration first, then whoever owns the workspace as a whole. */
function ownersOf(workspace: Workspace, rules: ScanInput["owners"]): ScanInput["owners"] {
  const [owner] = workspace.owners;
  return owner === undefined ? rules : [...rules, { owner }];
}
