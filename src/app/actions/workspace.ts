import { join, relative, resolve } from "node:path";
import { err, ok, type Problem, type Result } from "../../base/index.ts";
import type { Principal } from "../../domain/index.ts";
import { WORKSPACE_DEFAULTS, type Workspace, type WorkspaceSource } from "../../workspaces/index.ts";
import { localPrincipal } from "../local-principal.ts";
import { openService } from "../service/open-service.ts";
import { addWorkspace, type Discovered, discoverAll, removeWorkspace } from "../service/scan/workspaces.ts";
import type { Service } from "../service/service.ts";
import type { AppOptions } from "../session.ts";

export interface WorkspaceAddRequest {
  readonly name: string;
  readonly source: WorkspaceSource;
  readonly tool: "tofu" | "terraform";
  readonly labels: Readonly<Record<string, string>>;
  readonly account: string | null;
  readonly owners: readonly string[];
  readonly schedule: { readonly cron: string; readonly timezone: string } | null;
}

export interface WorkspaceDiscoverRequest extends Omit<WorkspaceAddRequest, "name"> {
  readonly name: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly dryRun: boolean;
}

/** `trueup workspace add`. */
export function workspaceAdd(
  options: AppOptions,
  request: WorkspaceAddRequest,
): Promise<Result<Workspace, readonly Problem[]>> {
  return withService(options, (service, principal) =>
    addWorkspace(service, principal, {
      ...settingsOf(request),
      name: request.name,
      source: fromHere(options, service, request.source),
    }),
  );
}

/** `trueup workspace list`. */
export function workspaceList(
  options: AppOptions,
): Promise<Result<readonly Workspace[], readonly Problem[]>> {
  return withService(options, (service) => service.store.workspaces.list({}));
}

/** `trueup workspace remove`. */
export function workspaceRemove(
  options: AppOptions,
  workspace: string,
): Promise<Result<Workspace, readonly Problem[]>> {
  return withService(options, (service, principal) =>
    removeWorkspace(service, principal, { workspace, version: null }),
  );
}

/** `trueup workspace discover`. */
export function workspaceDiscover(
  options: AppOptions,
  request: WorkspaceDiscoverRequest,
): Promise<Result<Discovered, readonly Problem[]>> {
  const { name, source, include, exclude, dryRun } = request;
  return withService(options, (service, principal) =>
    discoverAll(service, principal, {
      name,
      source: fromHere(options, service, source),
      include,
      exclude,
      dryRun,
      settings: settingsOf(request),
      surroundings: { cache: join(service.root, ".trueup", "checkouts"), variables: options.variables },
      signal: options.signal,
    }),
  );
}

/** A folder of the command line, as the configuration writes it: below its own folder where it lies there, else absolute. */
function fromHere(options: AppOptions, service: Service, source: WorkspaceSource): WorkspaceSource {
  if (source.kind !== "directory") return source;
  const folder = resolve(options.cwd, source.path);
  const below = relative(service.root, folder);
  const isInside = below !== ".." && !below.startsWith("../") && resolve(service.root, below) === folder;
  return { ...source, path: isInside ? below || "." : folder };
}

const JITTER_SECONDS = 300;

function settingsOf({
  tool,
  labels,
  account,
  owners,
  schedule,
}: Omit<WorkspaceAddRequest, "name" | "source">) {
  return {
    ...WORKSPACE_DEFAULTS,
    tool: { ...WORKSPACE_DEFAULTS.tool, name: tool },
    labels,
    account,
    owners,
    schedule: schedule === null ? null : { ...schedule, jitterSeconds: JITTER_SECONDS },
  };
}

async function withService<T>(
  options: AppOptions,
  use: (service: Service, principal: Principal) => Promise<Result<T, Problem>>,
): Promise<Result<T, readonly Problem[]>> {
  const opened = await openService(options, {
    logLevel: "silent",
    logTo: { write: () => undefined },
    threads: 1,
  });
  if (!opened.ok) return opened;
  try {
    const done = await use(opened.value.service, localPrincipal());
    return done.ok ? ok(done.value) : err([done.error]);
  } finally {
    await opened.value.close();
  }
}
