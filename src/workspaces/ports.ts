import type { Problem, Result } from "../base/index.ts";
import type { AuditEntry } from "../domain/index.ts";
import type { Workspace } from "./workspace.ts";

export type { Workspace } from "./workspace.ts";

export interface WorkspaceQuery {
  /** Only these names. */
  readonly names?: readonly string[];
  readonly account?: string;
  readonly discovery?: string;
  readonly enabled?: boolean;
  /** Names after this one. */
  readonly after?: string;
  readonly limit?: number;
}

export interface WorkspaceStore {
  /** By name. */
  list(query: WorkspaceQuery): Promise<Result<readonly Workspace[], Problem>>;
  /** By id or by name; `null` when there is none. */
  find(idOrName: string): Promise<Result<Workspace | null, Problem>>;
  /** All of them or none, with their audit entries. Problem: `workspace_name_taken`. */
  add(workspaces: readonly Workspace[], audit: readonly AuditEntry[]): Promise<Result<void, Problem>>;
  /** Takes the place of the version before. Problems: `version_conflict`, `workspace_missing`, `workspace_name_taken`. */
  replace(workspaces: readonly Workspace[], audit: readonly AuditEntry[]): Promise<Result<void, Problem>>;
  /** What was found in it stays. Problems: `version_conflict`, `workspace_missing`. */
  remove(workspace: Workspace, audit: readonly AuditEntry[]): Promise<Result<void, Problem>>;
}

export type ScanRunStatus = "queued" | "running" | "done" | "failed" | "cancelled";

export interface ScanRun {
  /** `scn_` and 24 hexadecimal characters: the id of the scan that it records. */
  readonly id: string;
  readonly workspace: string;
  readonly status: ScanRunStatus;
  readonly reason: "schedule" | "manual" | "event";
  /** Principal, or `trueup`. */
  readonly askedBy: string;
  readonly askedAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly tries: number;
  /** What it is doing. */
  readonly progress: string | null;
  readonly commit: string | null;
  /** Why it failed: code and sentence. */
  readonly problem: string | null;
}

export interface ScanRunQuery {
  /** `null`: all. */
  readonly workspaces: readonly string[] | null;
  readonly statuses?: readonly ScanRunStatus[];
  /** Position of the last one seen; newest first. */
  readonly before?: number;
  readonly limit: number;
}

export interface ScanRunStore {
  /** Writes the run as it now stands; one that has ended is left as it is. `false`: it had ended. */
  put(run: ScanRun): Promise<Result<boolean, Problem>>;
  find(id: string): Promise<Result<ScanRun | null, Problem>>;
  page(
    query: ScanRunQuery,
  ): Promise<Result<{ readonly items: readonly ScanRun[]; readonly next: number | null }, Problem>>;
}
