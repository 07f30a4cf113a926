import { execFile } from "node:child_process";
import { mkdir, realpath } from "node:fs/promises";
import { join, relative } from "node:path";
import { err, messageOf, ok, type Problem, problem, type Result } from "../../base/index.ts";
import { replaceSynced } from "../synced-file.ts";
import { checkpointFileName, type Publish } from "./published.ts";

export interface GitTarget {
  /** An existing work tree. */
  readonly repository: string;
  /** Folder within it. Default `checkpoints`. */
  readonly folder?: string;
  /** Pushed to after the commit when given: only then the checkpoint stands where this machine cannot rewrite it. */
  readonly remote?: string;
  readonly branch?: string;
  readonly timeoutMs?: number;
}

/** Commits each checkpoint as a file of its own. Runs `git` without a shell, with no hook of the repository. */
export function publishToGit(target: GitTarget): Publish {
  const folder = target.folder ?? "checkpoints";
  return async (checkpoint) => {
    const file = join(target.repository, folder, checkpointFileName(checkpoint));
    try {
      await mkdir(join(target.repository, folder), { recursive: true });
      const inside = relative(
        await realpath(target.repository),
        await realpath(join(target.repository, folder)),
      );
      if (inside.startsWith("..")) throw new Error("the folder leads out of the repository");
      await replaceSynced(file, checkpoint.note);
    } catch (cause) {
      return err(unpublished(target, messageOf(cause)));
    }
    const path = relative(target.repository, file);
    const message = `Checkpoint of ${checkpoint.origin} at ${checkpoint.size}`;
    const added = await git(target, ["add", "--", path]);
    if (!added.ok) return added;
    const staged = await git(target, ["diff", "--cached", "--name-only", "--", path]);
    if (!staged.ok) return staged;
    if (staged.value !== "") {
      const committed = await git(target, ["commit", "--quiet", "--no-verify", "-m", message, "--", path]);
      if (!committed.ok) return committed;
    }
    if (target.remote !== undefined) {
      const ref = target.branch === undefined ? "HEAD" : `HEAD:refs/heads/${target.branch}`;
      const pushed = await git(target, ["push", "--quiet", "--no-verify", "--", target.remote, ref]);
      if (!pushed.ok) return pushed;
    }
    const commit = await git(target, ["rev-parse", "HEAD"]);
    return commit.ok ? ok({ where: `${target.repository} at ${commit.value}` }) : commit;
  };
}

const IDENTITY = [
  "-c",
  "user.name=trueup",
  "-c",
  "user.email=trueup@localhost",
  "-c",
  "commit.gpgsign=false",
];

function git(target: GitTarget, args: readonly string[]): Promise<Result<string, Problem>> {
  const all = ["-C", target.repository, "-c", "core.hooksPath=/dev/null", ...IDENTITY, ...args];
  const { PATH, HOME, SSH_AUTH_SOCK, GIT_SSH_COMMAND } = process.env;
  const env = { PATH, HOME, SSH_AUTH_SOCK, GIT_SSH_COMMAND, GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" };
  return new Promise((resolve) => {
    execFile("git", all, { env, timeout: target.timeoutMs ?? 30_000 }, (failure, stdout, stderr) => {
      if (failure === null) resolve(ok(stdout.trim()));
      else resolve(err(unpublished(target, `git ${args[0]}: ${firstLine(stderr) || messageOf(failure)}`)));
    });
  });
}

function firstLine(text: string): string {
  return text.trim().split("\n")[0] ?? "";
}

function unpublished(target: GitTarget, why: string): Problem {
  return problem("checkpoint_unpublished", `the checkpoint was not published: ${why}`, {
    place: { file: target.repository },
  });
}
