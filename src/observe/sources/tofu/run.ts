import { existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";
import { err, ok, type Problem, problem, type Result, sha256Hex } from "../../../base/index.ts";
import { makeScrubber, type Scrubber } from "../../secrets/index.ts";
import { type PlanCommand, planArguments, showArguments } from "./run/arguments.ts";
import { borrowDataFolder } from "./run/data-folder.ts";
import { environmentSecrets, toolEnvironment } from "./run/environment.ts";
import { findProgram, type ProgramOutcome, runProgram } from "./run/program.ts";
import { openTempFolder, type TempFolder } from "./run/temp-folder.ts";

export interface RunProgress {
  readonly stage: "plan" | "refresh_only" | "show";
  /** `aws_vpc.main: Refreshing state... [id=vpc-1]`. */
  readonly line: string;
}

export interface RunTofuOptions {
  /** The workspace's folder, initialised. */
  readonly dir: string;
  /** `tofu` or `terraform` by name or path; without it the first of both that PATH has. */
  readonly binary?: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: RunProgress) => void;
  /** Passed as `-var-file`, relative to `dir`. */
  readonly varFiles?: readonly string[];
  /** Names of further environment variables that a provider needs. */
  readonly passEnv?: readonly string[];
  /** The environment to choose from; the process's own by default. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The most JSON that is taken from `show -json`. */
  readonly maxOutputBytes?: number;
}

export interface RunTofuOutput {
  /**
   * `show -json` of a normal plan (it holds `resource_drift` too); of the refresh-only plan where planning
   * failed.
   */
  readonly planJson: Buffer;
  /** SHA-256 of the binary plan file behind it. */
  readonly planFileSha256: string;
  /** Full path of the program that ran. */
  readonly binary: string;
  /** Why there is only a refresh-only plan; `null` when the normal plan worked. */
  readonly degraded: Problem | null;
}

const MAX_OUTPUT = 2 ** 30;

/**
 * The only lines that are passed on: the rest of what the tool prints are attribute values, unmarked secrets
 * among them.
 */
const PROGRESS_LINE = /: (?:Refreshing state|Reading|Still reading|Read complete|Preparing import)/;

/**
 * Plans a workspace and reads the plan, without changing anything: fixed read-only argument lists, no lock, a
 * data folder of its own, a minimal environment, the plan file in a 0700 folder that is removed on every
 * exit. Planning still runs code of providers and modules with the credentials in the environment: give it
 * ones that can only read.
 *
 * One normal plan tells both drift and unapplied code. Where it fails (code that does not plan) a
 * refresh-only plan still tells the drift.
 */
export async function runTofu(options: RunTofuOptions): Promise<Result<RunTofuOutput, Problem>> {
  const dir = resolve(options.dir);
  const env = options.env ?? process.env;
  if (!existsSync(dir) || !statSync(dir).isDirectory())
    return err(
      problem("workspace_missing", `the workspace folder \`${options.dir}\` does not exist`, place(dir)),
    );
  const binary = findBinary(options.binary, env["PATH"]);
  if (binary === null) return err(noBinary(options.binary));
  const temp = openTempFolder();
  const timeout = AbortSignal.timeout(options.timeoutMs);
  try {
    const data = borrowDataFolder(dir, env["TF_DATA_DIR"], temp.path);
    const tool = toolEnvironment(env, { dataFolder: data, tempFolder: temp.path }, options.passEnv ?? []);
    const run = new ToolRun(options, dir, binary, tool, temp, timeout);
    return await run.both();
  } finally {
    temp.remove();
  }
}

class ToolRun {
  private readonly options: RunTofuOptions;
  private readonly dir: string;
  private readonly binary: string;
  private readonly env: Record<string, string>;
  private readonly temp: TempFolder;
  private readonly timeout: AbortSignal;
  private readonly scrubber: Scrubber;

  constructor(
    options: RunTofuOptions,
    dir: string,
    binary: string,
    env: Record<string, string>,
    temp: TempFolder,
    timeout: AbortSignal,
  ) {
    this.options = options;
    this.dir = dir;
    this.binary = binary;
    this.env = env;
    this.temp = temp;
    this.timeout = timeout;
    this.scrubber = makeScrubber(environmentSecrets(env), "environment");
  }

  async both(): Promise<Result<RunTofuOutput, Problem>> {
    const normal = await this.planned("plan");
    if (normal.ok || !mayRetry(normal.error)) return normal;
    const refresh = await this.planned("refreshOnly");
    return refresh.ok ? ok({ ...refresh.value, degraded: normal.error }) : normal;
  }

  private async planned(command: PlanCommand): Promise<Result<RunTofuOutput, Problem>> {
    const stage = command === "plan" ? "plan" : "refresh_only";
    const planFile = join(this.temp.path, `${stage}.tfplan`);
    const plan = await this.run(stage, planArguments(command, planFile, this.options.varFiles ?? []));
    if (plan.code !== 0 || plan.stopped !== null) return err(this.failure(stage, plan));
    const show = await this.run("show", showArguments(planFile));
    if (show.code !== 0 || show.stopped !== null) return err(this.failure("show", show));
    const planFileSha256 = sha256Hex(await readFile(planFile));
    return ok({ planJson: show.stdout, planFileSha256, binary: this.binary, degraded: null });
  }

  private run(stage: RunProgress["stage"], args: readonly string[]): Promise<ProgramOutcome> {
    const { signal, onProgress, maxOutputBytes } = this.options;
    return runProgram({
      binary: this.binary,
      args,
      cwd: this.dir,
      env: this.env,
      signal: signal === undefined ? this.timeout : AbortSignal.any([signal, this.timeout]),
      maxOutputBytes: maxOutputBytes ?? MAX_OUTPUT,
      onLine: (line) => {
        if (PROGRESS_LINE.test(line)) onProgress?.({ stage, line: this.scrubber.scrub(plainText(line)) });
      },
      onStart: (stop) => this.temp.onAbandon(stop),
    });
  }

  private failure(stage: RunProgress["stage"], outcome: ProgramOutcome): Problem {
    const name = this.binary.split(/[\\/]/).at(-1) ?? this.binary;
    const doing = `\`${name} ${stage === "show" ? "show" : "plan"}\` in \`${this.dir}\``;
    if (outcome.stopped === "not_started")
      return problem("tofu_not_started", `\`${this.binary}\` could not be started`, place(this.dir));
    if (outcome.stopped === "too_much_output")
      return problem("plan_too_large", `${doing} wrote more JSON than allowed`, place(this.dir));
    if (outcome.stopped === "aborted") {
      if (!this.timeout.aborted) return problem("tofu_cancelled", `${doing} was cancelled`, place(this.dir));
      const what = `${doing} did not end within ${this.options.timeoutMs / 1000} s`;
      return problem("tofu_timeout", what, { ...place(this.dir), hint: "allow more time with `--timeout`" });
    }
    const said = this.scrubber.scrub(plainText(outcome.stderr)).trim().slice(-4000);
    const how = outcome.code === null ? "was ended by a signal" : `failed with exit code ${outcome.code}`;
    const what = `${doing} ${how}${said === "" ? "" : `: ${said}`}`;
    return problem("tofu_failed", what, { ...place(this.dir), ...hintFor(said, name) });
  }
}

/**
 * A plan that failed for what the code says may still refresh; one that was stopped or never started will
 * not.
 */
function mayRetry({ code }: Problem): boolean {
  return code === "tofu_failed";
}

function hintFor(said: string, name: string): { hint?: string } {
  if (
    /init(?:ialization)? required|please run "?(?:tofu|terraform) init|run\s+"?(?:tofu|terraform) init/i.test(
      said,
    )
  )
    return { hint: `run \`${name} init\` in the workspace first` };
  return {};
}

/** Without colours, carriage returns and other control characters that a terminal would obey. */
function plainText(text: string): string {
  return text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, "").replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, "");
}

/** Full path of the program that a run would start, by name or path; `null` when there is none. */
export function findBinary(binary: string | undefined, path: string | undefined): string | null {
  if (binary === undefined) return findProgram(["tofu", "terraform"], path);
  if (!/[\\/]/.test(binary)) return findProgram([binary], path);
  const file = isAbsolute(binary) ? binary : resolve(binary);
  return existsSync(file) ? file : null;
}

function noBinary(binary: string | undefined): Problem {
  const what =
    binary === undefined
      ? "neither `tofu` nor `terraform` was found on the PATH"
      : `the program \`${binary}\` was not found`;
  return problem("tofu_missing", what, {
    hint: "install OpenTofu or Terraform, or pass a plan as JSON with `--plan`",
  });
}

function place(dir: string): { place: { file: string } } {
  return { place: { file: dir } };
}
