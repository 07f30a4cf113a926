import { randomBytes } from "node:crypto";
import { newAuditEntry } from "../../../audit/index.ts";
import { err, type Json, ok, type Problem, problem, type Result, rfc3339 } from "../../../base/index.ts";
import { type AuditEntry, actorOfPrincipal, type Principal } from "../../../domain/index.ts";
import { checkCron } from "../../../schedule/index.ts";
import {
  checkSettings,
  type DiscoveryRule,
  discoverWorkspaces,
  type Workspace,
  type WorkspaceSettings,
  type WorkspaceSource,
} from "../../../workspaces/index.ts";
import type { Service } from "../service.ts";
import { scheduleScans, unscheduleScans } from "./schedule-scans.ts";
import { placeOf, type ScanSurroundings } from "./workspace-place.ts";

/** Adds a workspace. Problems: `workspace_invalid`, `git_url_refused`, `cron_invalid`, `timezone_unknown`, `workspace_name_taken`. */
export async function addWorkspace(
  service: Service,
  principal: Principal,
  settings: WorkspaceSettings,
): Promise<Result<Workspace, Problem>> {
  const faults = faultsOf(settings);
  if (faults !== null) return err(faults);
  const workspace = fresh(service, settings, null);
  const added = await service.store.workspaces.add(
    [workspace],
    [entry(service, principal, workspace, "added")],
  );
  if (!added.ok) return added;
  return settled(service, workspace);
}

/** Replaces a workspace's settings where `version` is still the one that was read. Problem: `version_conflict`. */
export async function changeWorkspace(
  service: Service,
  principal: Principal,
  request: { readonly workspace: string; readonly version: number; readonly settings: WorkspaceSettings },
): Promise<Result<Workspace, Problem>> {
  const { settings, version } = request;
  const faults = faultsOf(settings);
  if (faults !== null) return err(faults);
  const held = await known(service, request.workspace);
  if (!held.ok) return held;
  if (held.value.name !== settings.name) {
    const hint = "findings keep the name under which they were found; add a workspace with the new name";
    return err(problem("workspace_invalid", "a workspace keeps its name", { place: { path: "name" }, hint }));
  }
  const next: Workspace = {
    ...held.value,
    ...settings,
    version: version + 1,
    changedAt: rfc3339(service.clock.now()),
  };
  const audit = [entry(service, principal, next, "changed", held.value)];
  const written = await service.store.workspaces.replace([next], audit);
  if (!written.ok) return written;
  return settled(service, next);
}

/** Removes a workspace; what was found in it stays in the record. Problems: `workspace_missing`, `version_conflict`. */
export async function removeWorkspace(
  service: Service,
  principal: Principal,
  request: { readonly workspace: string; readonly version: number | null },
): Promise<Result<Workspace, Problem>> {
  const held = await known(service, request.workspace);
  if (!held.ok) return held;
  const workspace = { ...held.value, version: request.version ?? held.value.version };
  const audit = [entry(service, principal, workspace, "removed")];
  const removed = await service.store.workspaces.remove(workspace, audit);
  if (!removed.ok) return removed;
  const unscheduled = await unscheduleScans(service, workspace);
  if (!unscheduled.ok) return unscheduled;
  service.changed({ kind: "workspace", id: workspace.id, workspace: workspace.name });
  return ok(workspace);
}

export interface DiscoverRequest extends DiscoveryRule {
  /** The tree to look through: a folder, or a repository at a protected ref. */
  readonly source: WorkspaceSource;
  /** What every workspace that is found starts with. */
  readonly settings: Omit<WorkspaceSettings, "name" | "source">;
  /** Only tell, change nothing. */
  readonly dryRun: boolean;
}

export interface Discovered {
  readonly added: readonly string[];
  /** There before, found again. */
  readonly kept: readonly string[];
  /** Missing before, found again. */
  readonly returned: readonly string[];
  /** There before and not found: kept with their findings, and marked, until somebody removes them. */
  readonly missing: readonly string[];
}

/** Looks for workspaces by globs. What people changed of one that is there already stays as it is. */
export async function discoverAll(
  service: Service,
  principal: Principal,
  request: DiscoverRequest & { readonly surroundings: ScanSurroundings; readonly signal: AbortSignal },
): Promise<Result<Discovered, Problem>> {
  const { source, settings, name, surroundings } = request;
  const faults = faultsOf({ ...settings, name, source });
  if (faults !== null) return err(faults);
  const place = await topOf(service, surroundings, request);
  if (!place.ok) return place;
  const found = await discoverWorkspaces(place.value, request);
  if (!found.ok) return found;
  const held = await service.store.workspaces.list({ discovery: name });
  if (!held.ok) return held;
  const before = new Map(held.value.map((workspace) => [workspace.name, workspace]));
  const names = new Set(found.value.map((one) => one.name));
  if (names.size < found.value.length) {
    return err(
      problem("workspace_name_taken", "two folders would get the same name", { hint: "exclude one of them" }),
    );
  }
  const added = found.value
    .filter((one) => !before.has(one.name))
    .map((one) => fresh(service, { ...settings, name: one.name, source: sourceAt(source, one.path) }, name));
  const time = rfc3339(service.clock.now());
  const moved = (workspace: Workspace, missingSince: string | null): Workspace => ({
    ...workspace,
    missingSince,
    version: workspace.version + 1,
    changedAt: time,
  });
  const returned = held.value.filter((one) => names.has(one.name) && one.missingSince !== null);
  const missing = held.value.filter((one) => !names.has(one.name));
  const result: Discovered = {
    added: added.map((one) => one.name),
    kept: held.value.filter((one) => names.has(one.name) && one.missingSince === null).map((one) => one.name),
    returned: returned.map((one) => one.name),
    missing: missing.map((one) => one.name),
  };
  if (request.dryRun) return ok(result);
  const store = service.store.workspaces;
  if (added.length > 0) {
    const audit = added.map((workspace) => entry(service, principal, workspace, "discovered"));
    const written = await store.add(added, audit);
    if (!written.ok) return written;
  }
  const changes = [
    ...returned.map((one) => ({ next: moved(one, null), what: "found again" })),
    ...missing
      .filter((one) => one.missingSince === null)
      .map((one) => ({ next: moved(one, time), what: "missing" })),
  ];
  if (changes.length > 0) {
    const audit = changes.map(({ next, what }) => entry(service, principal, next, what));
    const written = await store.replace(
      changes.map(({ next }) => next),
      audit,
    );
    if (!written.ok) return written;
  }
  for (const workspace of added) {
    const done = await settled(service, workspace);
    if (!done.ok) return done;
  }
  return ok(result);
}

async function topOf(
  service: Service,
  surroundings: ScanSurroundings,
  { source, name, settings, signal }: DiscoverRequest & { readonly signal: AbortSignal },
): Promise<Result<string, Problem>> {
  const { protectedRefs } = settings;
  const place = await placeOf(
    service,
    surroundings,
    { name: `discovery:${name}`, source, protectedRefs },
    signal,
  );
  return place.ok ? ok(place.value.folder) : place;
}

function sourceAt(source: WorkspaceSource, path: string): WorkspaceSource {
  const at = path === "." ? source.path : source.path === "." ? path : `${source.path}/${path}`;
  return { ...source, path: at };
}

function fresh(service: Service, settings: WorkspaceSettings, discovery: string | null): Workspace {
  const time = rfc3339(service.clock.now());
  return {
    ...settings,
    id: `wsp_${randomBytes(12).toString("hex")}`,
    discovery,
    missingSince: null,
    version: 1,
    createdAt: time,
    changedAt: time,
  };
}

async function settled(service: Service, workspace: Workspace): Promise<Result<Workspace, Problem>> {
  const scheduled = await scheduleScans(service, workspace);
  if (!scheduled.ok) return scheduled;
  service.changed({ kind: "workspace", id: workspace.id, workspace: workspace.name });
  return ok(workspace);
}

async function known(service: Service, idOrName: string): Promise<Result<Workspace, Problem>> {
  const found = await service.store.workspaces.find(idOrName);
  if (!found.ok) return found;
  return found.value === null
    ? err(problem("workspace_missing", `there is no workspace \`${idOrName}\``))
    : ok(found.value);
}

/** The first fault; the others follow once it is mended. */
function faultsOf(settings: WorkspaceSettings): Problem | null {
  const [fault] = checkSettings(settings);
  if (fault !== undefined) return fault;
  return settings.schedule === null ? null : checkCron(settings.schedule.cron, settings.schedule.timezone);
}

/** Who did what to which workspace; settings hold no secret, only where they are. */
function entry(
  service: Service,
  principal: Principal,
  workspace: Workspace,
  what: string,
  before: Workspace | null = null,
): AuditEntry {
  const json = (value: Workspace | null): Json => (value === null ? null : JSON.parse(JSON.stringify(value)));
  return newAuditEntry({
    kind: "workspace",
    time: rfc3339(service.clock.now()),
    workspace: workspace.name,
    actor: actorOfPrincipal(principal),
    channel: principal.method === "command_line" ? "cli" : "api",
    subject: workspace.id,
    answer: what,
    because: `the workspace was ${what} by ${principal.name}`,
    revisions: {},
    details: { workspace: json(workspace), before: json(before) },
  });
}
