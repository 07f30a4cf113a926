import { mkdir, readFile } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";
import { takeFileLock } from "../../../audit/index.ts";
import {
  codeOf,
  err,
  ok,
  type Problem,
  problem,
  type Result,
  rfc3339,
  sha256Hex,
} from "../../../base/index.ts";
import { checkout, commitOf, type Workspace } from "../../../workspaces/index.ts";
import type { Service } from "../service.ts";

export type Variables = Readonly<Record<string, string | undefined>>;

export interface ScanSurroundings {
  /** Folder of mirrors and work trees, absolute. */
  readonly cache: string;
  readonly variables: Variables;
}

export interface WorkspacePlace {
  /** Where the tool runs, absolute. */
  readonly folder: string;
  /** As people know it. */
  readonly shown: string;
  readonly commit: string | null;
  /** The tree is ours: the tool may be initialised in it. */
  readonly isOurs: boolean;
}

const LOCK_MS = 10 * 60_000;

/** Brings a workspace's code to this machine. Directories are used where they are, repositories are checked out. */
export async function placeOf(
  service: Service,
  { cache, variables }: ScanSurroundings,
  workspace: Pick<Workspace, "name" | "source" | "protectedRefs">,
  signal: AbortSignal,
): Promise<Result<WorkspacePlace, Problem>> {
  const { source } = workspace;
  if (source.kind === "directory") {
    const folder = isAbsolute(source.path) ? source.path : resolve(service.root, source.path);
    const commit = await commitOf(folder, { variables, signal });
    return ok({ folder, shown: source.path, commit, isOurs: false });
  }
  const mirrors = join(cache, "mirrors");
  await mkdir(mirrors, { recursive: true, mode: 0o700 });
  // One fetch at a time for a repository, whichever process of this machine does it.
  const lock = await takeFileLock(join(mirrors, `${sha256Hex(source.url).slice(0, 32)}.lock`), {
    what: "repository's mirror",
    codes: { inUse: "checkout_busy", unwritable: "checkout_unwritable" },
    now: rfc3339(service.clock.now()),
    waitMs: LOCK_MS,
  });
  if (!lock.ok) return lock;
  try {
    const own = workspace.protectedRefs;
    const protectedRefs = own.length > 0 ? own : service.config.pipeline.protectedRefs;
    const done = await checkout(
      cache,
      { workspace: workspace.name, url: source.url, ref: source.ref, path: source.path, protectedRefs },
      { variables, signal },
    );
    if (!done.ok) return done;
    const { folder, commit } = done.value;
    return ok({ folder, shown: `${source.url}//${source.path}`, commit, isOurs: true });
  } finally {
    await lock.value.release();
  }
}

/** The tool's environment: the worker's, with the credentials that the workspace names. Values are read now and kept nowhere. */
export async function toolVariables(
  workspace: Workspace,
  variables: Variables,
): Promise<Result<Variables, Problem>> {
  const values: Record<string, string | undefined> = { ...variables };
  for (const credential of workspace.credentials) {
    if (credential.from === "env") {
      const value = variables[credential.name];
      if (value === undefined) return err(noCredential(`the worker has no variable \`${credential.name}\``));
      values[credential.variable] = value;
      continue;
    }
    try {
      values[credential.variable] = (await readFile(credential.path, "utf8")).replace(/\r?\n$/, "");
    } catch (cause) {
      return err(noCredential(`\`${credential.path}\` cannot be read (${codeOf(cause) ?? "unknown error"})`));
    }
  }
  return ok(values);
}

function noCredential(message: string): Problem {
  return problem("credential_missing", message, { hint: "set it on every worker that scans this workspace" });
}
