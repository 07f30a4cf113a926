import { access, mkdir, realpath } from "node:fs/promises";
import { join, posix, relative, sep } from "node:path";
import {
  codeOf,
  err,
  globMatches,
  ok,
  type Problem,
  problem,
  type Result,
  sha256Hex,
} from "../base/index.ts";
import { isRefName } from "./check-settings.ts";
import { type GitOptions, git } from "./git.ts";
import { checkGitUrl } from "./git-url.ts";

/** A work tree at one commit of a protected ref. */
export interface Checkout {
  /** The workspace's folder, absolute, real. */
  readonly folder: string;
  /** Top of the work tree. */
  readonly top: string;
  readonly commit: string;
  /** `refs/heads/main`. */
  readonly ref: string;
}

export interface CheckoutRequest {
  /** Names the work tree: one workspace, one tree. */
  readonly workspace: string;
  readonly url: string;
  readonly ref: string | null;
  readonly path: string;
  /** Globs over the ref, short (`main`) or in full; empty: the remote's default branch alone. */
  readonly protectedRefs: readonly string[];
}

/**
 * Brings a repository's protected ref to this machine: a bare mirror for each repository, a work tree for each workspace, both kept
 * below `cache`. Only branches and tags are fetched, so that a pull request's code is not even here; hooks, filters and submodules
 * stay off; a path or a symbolic link that leads out of the tree is refused.
 * Problems: `git_url_refused`, `ref_unprotected`, `ref_missing`, `checkout_outside`, `workspace_missing`, `git_failed`, `git_missing`.
 * One call at a time for a repository: the caller holds the lock.
 */
export async function checkout(
  cache: string,
  request: CheckoutRequest,
  options: GitOptions,
): Promise<Result<Checkout, Problem>> {
  const refused = checkGitUrl(request.url);
  if (refused !== null) return err(refused);
  if (request.ref !== null && !isRefName(request.ref)) return err(unprotected(request.ref));
  const mirror = join(cache, "mirrors", sha256Hex(request.url).slice(0, 32));
  const fetched = await fetchMirror(mirror, request.url, options);
  if (!fetched.ok) return fetched;
  const main = await defaultBranch(request.url, options);
  if (!main.ok) return main;
  const ref = fullRef(request.ref ?? main.value);
  const isProtected =
    request.protectedRefs.length === 0
      ? ref === main.value
      : request.protectedRefs.some((glob) => globMatches(glob, ref) || globMatches(glob, shortRef(ref)));
  if (!isProtected) return err(unprotected(ref));
  const commit = await git(
    [`--git-dir=${mirror}`, "rev-parse", "--verify", "--quiet", `${ref}^{commit}`],
    options,
  );
  if (!commit.ok) {
    return err(
      problem("ref_missing", `the repository has no \`${ref}\``, {
        hint: "name a branch or tag that is there",
      }),
    );
  }
  return unpack(cache, mirror, request, ref, commit.value.trim(), options);
}

async function fetchMirror(mirror: string, url: string, options: GitOptions): Promise<Result<void, Problem>> {
  await mkdir(mirror, { recursive: true, mode: 0o700 });
  if (!(await exists(join(mirror, "HEAD")))) {
    const made = await git(["init", "--bare", "--quiet", "--template=", mirror], options);
    if (!made.ok) return made;
  }
  const fetched = await git(
    [
      `--git-dir=${mirror}`,
      "fetch",
      "--quiet",
      "--force",
      "--prune",
      "--no-tags",
      "--no-recurse-submodules",
      "--",
      url,
      "+refs/heads/*:refs/heads/*",
      "+refs/tags/*:refs/tags/*",
    ],
    options,
  );
  return fetched.ok ? ok(undefined) : fetched;
}

async function defaultBranch(url: string, options: GitOptions): Promise<Result<string, Problem>> {
  const told = await git(["ls-remote", "--symref", "--", url, "HEAD"], options);
  if (!told.ok) return told;
  const ref = /^ref: (refs\/heads\/\S+)\tHEAD$/m.exec(told.value)?.[1];
  return ref === undefined
    ? err(problem("ref_missing", "the repository has no default branch", { hint: "name a ref" }))
    : ok(ref);
}

async function unpack(
  cache: string,
  mirror: string,
  request: CheckoutRequest,
  ref: string,
  commit: string,
  options: GitOptions,
): Promise<Result<Checkout, Problem>> {
  const links = await innerLinks(mirror, commit, options);
  if (!links.ok) return links;
  const key = sha256Hex(request.workspace).slice(0, 32);
  const top = join(cache, "trees", key);
  await mkdir(top, { recursive: true, mode: 0o700 });
  const withTree = {
    ...options,
    env: { ...options.env, GIT_INDEX_FILE: join(cache, "trees", `${key}.index`) },
  };
  const at = [`--git-dir=${mirror}`, `--work-tree=${top}`];
  // `reset` removes what the earlier commit had; `clean` what a run left behind, besides the tool's own folder.
  const done = await git([...at, "read-tree", "--reset", "-u", commit], withTree);
  if (!done.ok) return done;
  const cleaned = await git([...at, "clean", "-ffdxq", "-e", ".terraform"], { ...withTree });
  if (!cleaned.ok) return cleaned;
  // What each link says stays inside; through another link it may lead elsewhere all the same.
  for (const link of links.value) {
    const real = await realFolder(top, link);
    if (!real.ok && real.error.code === "checkout_outside") return err(strayLink(link));
  }
  const folder = await realFolder(top, request.path);
  return folder.ok ? ok({ ...folder.value, commit, ref }) : folder;
}

/** Symbolic links of a commit, refused where one says that it leads out. Read from git, so that nothing follows one before. */
async function innerLinks(
  mirror: string,
  commit: string,
  options: GitOptions,
): Promise<Result<readonly string[], Problem>> {
  const listed = await git([`--git-dir=${mirror}`, "ls-tree", "-r", "-z", commit], options);
  if (!listed.ok) return listed;
  const links: string[] = [];
  for (const entry of listed.value.split("\0")) {
    const [, blob, path] = /^120000 blob ([0-9a-f]+)\t(.+)$/su.exec(entry) ?? [];
    if (blob === undefined || path === undefined) continue;
    const target = await git([`--git-dir=${mirror}`, "cat-file", "blob", blob], options);
    if (!target.ok) return target;
    const resolved = posix.normalize(posix.join(posix.dirname(path), target.value));
    const leadsOut = posix.isAbsolute(target.value) || resolved === ".." || resolved.startsWith("../");
    if (leadsOut) return err(strayLink(path));
    links.push(path);
  }
  return ok(links);
}

function strayLink(path: string): Problem {
  return outside(`the symbolic link \`${path}\` leads out of the repository`);
}

async function realFolder(
  top: string,
  path: string,
): Promise<Result<{ folder: string; top: string }, Problem>> {
  try {
    const root = await realpath(top);
    const folder = await realpath(join(root, path));
    const way = relative(root, folder);
    if (way === ".." || way.startsWith(`..${sep}`))
      return err(outside(`\`${path}\` leads out of the repository`));
    return ok({ folder, top: root });
  } catch (cause) {
    if (codeOf(cause) !== "ENOENT" && codeOf(cause) !== "ENOTDIR") throw cause;
    return err(problem("workspace_missing", `the repository has no folder \`${path}\` at that ref`));
  }
}

/** The commit that a folder of this machine stands at; `null` when it is in no repository. */
export async function commitOf(folder: string, options: GitOptions): Promise<string | null> {
  const head = await git(["-C", folder, "rev-parse", "--verify", "--quiet", "HEAD^{commit}"], {
    timeoutMs: 10_000,
    ...options,
  });
  return head.ok ? head.value.trim() : null;
}

function fullRef(ref: string): string {
  return ref.startsWith("refs/") ? ref : `refs/heads/${ref}`;
}

function shortRef(ref: string): string {
  return ref.replace(/^refs\/(?:heads|tags)\//, "");
}

function unprotected(ref: string): Problem {
  return problem("ref_unprotected", `\`${ref}\` is no protected ref, and the server plans only those`, {
    hint: "code of a pull request is planned in its own CI with `trueup check`",
  });
}

function outside(message: string): Problem {
  return problem("checkout_outside", message);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
