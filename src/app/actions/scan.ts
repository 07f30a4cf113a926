import { join } from "node:path";
import { err, ok, type Problem, problem, type Result } from "../../base/index.ts";
import type { ReadGap, ScanReport } from "../../domain/index.ts";
import {
  type PlanReading,
  readPlanFile,
  readPlanJson,
  readStateFile,
  runTofu,
} from "../../observe/sources/tofu/index.ts";
import type { TofuSource } from "../config/index.ts";
import { localPrincipal } from "../local-principal.ts";
import { publishCheckpoint } from "../publish-checkpoint.ts";
import { type ReadEvents, readEventFiles } from "../read-events.ts";
import { type ScanInput, scanWorkspace } from "../scan-workspace.ts";
import { afterScan, localDirectory, storedCovers } from "../service/govern/index.ts";
import { type AppOptions, openSession, POLICY_TIMEOUT_MS, type Session } from "../session.ts";

export interface ScanRequest {
  /** Workspace folder; `null`: as configured. */
  readonly dir: string | null;
  /** Plan JSON; `null`: as configured. */
  readonly plan: string | null;
  /** The workspace's state file, to see that it is the same estate as last time; `null`: the one beside the code, if any. */
  readonly state: string | null;
  readonly cloudtrail: readonly string[];
  readonly kubernetesAudit: readonly string[];
  readonly policies: readonly string[];
}

/** `trueup scan`: what is there against what the code declares, judged and kept as findings. */
export async function scan(
  options: AppOptions,
  request: ScanRequest,
): Promise<Result<ScanReport, readonly Problem[]>> {
  const opened = await openSession(options);
  if (!opened.ok) return opened;
  const session = opened.value;
  const source = sourceOf(session, request);
  if (!source.ok) return source;
  const policies = await session.policies(request.policies);
  if (!policies.ok) return policies;
  const covers = await session.covers();
  if (!covers.ok) return covers;
  const key = await session.estateKey();
  if (!key.ok) return key;
  const events = await readEvents(session, request);
  if (!events.ok) return events;
  const read = await readSource(session, source.value);
  if (!read.ok) return err([read.error]);
  const state = await readLineage(session, source.value, request.state);
  if (!state.ok) return err([state.error]);
  options.onProgress("judging");
  const { config } = session;
  return session.withStore(async (store) => {
    const stored = await storedCovers(store, localDirectory, session.now);
    if (!stored.ok) return err([stored.error]);
    const report = await scanWorkspace({
      ...read.value,
      state: state.value,
      events: events.value.events,
      runs: [],
      gaps: [...events.value.gaps, ...read.value.gaps],
      environment: config.environment,
      sets: policies.value.sets,
      riskRules: policies.value.riskRules,
      covers: [...covers.value, ...stored.value],
      letThrough: config.risk.letThrough,
      owners: config.owners,
      dueRules: config.due,
      pipelineIdentities: config.pipeline.identities,
      asker: session.caller.asker,
      estateKey: key.value,
      secretPaths: config.secretPaths,
      policyTimeoutMs: POLICY_TIMEOUT_MS,
      now: session.now,
      monotonic: options.monotonic,
      store,
      publish: (checkpoint) => publishCheckpoint(checkpoint, config.audit.publish, session.fromRoot),
    });
    if (!report.ok) return err([report.error]);
    const { clock } = options;
    const service = {
      config,
      clock,
      store,
      policies: { sets: policies.value.sets },
      changed: () => undefined,
    };
    const after = await afterScan(service, localPrincipal(), report.value, events.value.events);
    return after.ok ? ok(report.value) : err([after.error]);
  });
}

type Source =
  | { readonly kind: "plan"; readonly path: string; readonly shown: string }
  | {
      readonly kind: "dir";
      readonly path: string;
      readonly shown: string;
      readonly settings: TofuSource | null;
    };

function sourceOf(session: Session, request: ScanRequest): Result<Source, readonly Problem[]> {
  if (request.dir !== null && request.plan !== null) {
    return err([
      problem("source_ambiguous", "both a folder and a plan are named", {
        hint: "use one of --dir and --plan",
      }),
    ]);
  }
  // A plan named by hand is read as it is written; messages then say what the person said.
  if (request.plan !== null) return ok({ kind: "plan", path: request.plan, shown: request.plan });
  const settings = session.config.source;
  if (request.dir !== null)
    return ok({ kind: "dir", path: session.fromCwd(request.dir), shown: request.dir, settings });
  if (settings === null) {
    const hint = "name one with --dir or --plan, or run `trueup init`";
    return err([problem("source_missing", "there is nothing to scan: no source is configured", { hint })]);
  }
  const { kind, path } = settings.from;
  if (kind === "dir") return ok({ kind, path: session.fromRoot(path), shown: path, settings });
  if (kind === "plan") return ok({ kind, path: session.fromRoot(path), shown: path });
  const hint =
    "a state alone says what is declared, not what is there: name a plan (tofu plan -refresh-only) or a folder";
  return err([
    problem("source_without_drift", "drift cannot be read from a state", { place: { file: path }, hint }),
  ]);
}

interface ReadSource {
  readonly reading: PlanReading;
  readonly place: string;
  readonly gaps: readonly ReadGap[];
}

async function readSource(session: Session, source: Source): Promise<Result<ReadSource, Problem>> {
  const { secretPaths } = session.config;
  if (source.kind === "plan") {
    const reading = await readPlanFile(source.path, { secretPaths });
    return reading.ok ? ok({ reading: reading.value, place: source.shown, gaps: [] }) : reading;
  }
  const { options } = session;
  options.onProgress(`planning ${source.shown}`);
  const run = await runTofu({
    dir: source.path,
    timeoutMs: source.settings?.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    ...(source.settings?.binary == null ? {} : { binary: source.settings.binary }),
    signal: options.signal,
    env: options.variables,
    onProgress: ({ line }) => options.onProgress(line),
  });
  if (!run.ok) return run;
  const reading = readPlanJson(run.value.planJson, { file: source.shown, secretPaths });
  if (!reading.ok) return reading;
  const { degraded } = run.value;
  const gaps: ReadGap[] =
    degraded === null
      ? []
      : [
          {
            source: "tofu",
            subject: source.shown,
            code: degraded.code,
            message: `unapplied code is not told: ${degraded.message}`,
          },
        ];
  return ok({ reading: reading.value, place: source.shown, gaps });
}

/** A state file that is named must be readable; the one beside the code is read where it is there. */
async function readLineage(
  session: Session,
  source: Source,
  named: string | null,
): Promise<Result<ScanInput["state"], Problem>> {
  const beside = source.kind === "dir" ? join(source.path, "terraform.tfstate") : null;
  const path = named === null ? beside : session.fromCwd(named);
  if (path === null) return ok(null);
  const state = await readStateFile(path);
  const file = named ?? join(source.shown, "terraform.tfstate");
  if (state.ok) return ok({ file, lineage: state.value.lineage });
  return named === null ? ok(null) : err({ ...state.error, place: { ...state.error.place, file } });
}

const DEFAULT_TIMEOUT_MS = 10 * 60_000;

/** Event files of the command line are added to the configured ones: more evidence never hurts. */
async function readEvents(
  session: Session,
  request: ScanRequest,
): Promise<Result<ReadEvents, readonly Problem[]>> {
  const files = [
    ...session.config.events.map((file) => ({
      ...file,
      shown: file.path,
      path: session.fromRoot(file.path),
    })),
    ...request.cloudtrail.map((path) => ({
      kind: "cloudtrail" as const,
      shown: path,
      path: session.fromCwd(path),
    })),
    ...request.kubernetesAudit.map((path) => ({
      kind: "kubernetes-audit" as const,
      shown: path,
      path: session.fromCwd(path),
    })),
  ];
  return readEventFiles(files);
}
