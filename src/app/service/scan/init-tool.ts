import { execFile } from "node:child_process";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { err, messageOf, ok, type Problem, problem, type Result } from "../../../base/index.ts";
import type { Variables } from "./workspace-place.ts";

/** Variables that would change what the tool does, or what it runs. */
const FORBIDDEN =
  /^(?:TF_CLI_ARGS.*|TF_REATTACH_PROVIDERS|TF_LOG.*|TF_DATA_DIR|LD_.*|DYLD_.*|NODE_OPTIONS|TRUEUP_.*)$/;
const MAX_OUTPUT = 4 * 1024 * 1024;

export interface InitRequest {
  readonly binary: string;
  readonly folder: string;
  readonly variables: Variables;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * `init` in a work tree of ours: backend settings, providers and modules, nothing of the estate. Where the code locks its providers
 * the lock is kept as it is. Fixed arguments, no shell. Problem: `init_failed`.
 */
export async function initTool(request: InitRequest): Promise<Result<void, Problem>> {
  const { binary, folder, variables, timeoutMs, signal } = request;
  const isLocked = await access(join(folder, ".terraform.lock.hcl")).then(
    () => true,
    () => false,
  );
  const args = [
    "init",
    "-input=false",
    "-no-color",
    "-reconfigure",
    ...(isLocked ? ["-lockfile=readonly"] : []),
  ];
  const env = Object.fromEntries(Object.entries(variables).filter(([name]) => !FORBIDDEN.test(name)));
  return new Promise((resolve) => {
    execFile(
      binary,
      args,
      {
        cwd: folder,
        env: { ...env, TF_IN_AUTOMATION: "1", TF_INPUT: "0", CHECKPOINT_DISABLE: "1" },
        timeout: timeoutMs,
        maxBuffer: MAX_OUTPUT,
        signal,
      },
      (failure, _stdout, stderr) => {
        if (failure === null) return resolve(ok(undefined));
        // The first line only: what follows may quote configuration.
        const said =
          stderr
            .trim()
            .split("\n")
            .find((line) => /\S/.test(line)) ?? messageOf(failure);
        resolve(err(problem("init_failed", `the tool could not be initialised: ${said.trim()}`)));
      },
    );
  });
}
