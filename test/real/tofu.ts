import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CommandResult, command, mustRun } from "./command.ts";

export interface TofuPrograms {
  readonly tofu: string;
  /** CLI configuration that names the provider mirror. */
  readonly tofuConfig: string;
}

/** A copy of an estate's HCL in a temporary folder, with tofu to run on it. */
export interface Workspace {
  readonly folder: string;
  /** The environment that a person working here would have. */
  readonly env: NodeJS.ProcessEnv;
  tofu(...args: readonly string[]): Promise<CommandResult>;
  /** Applies what the code says, then takes a refreshed state as the baseline, as the provider fills in defaults. */
  apply(): Promise<void>;
  /** Plan JSON of `plan` with these flags. */
  planJson(...flags: readonly string[]): Promise<string>;
  /** State JSON of `show`. */
  stateJson(): Promise<string>;
  rawState(): string;
  remove(): void;
}

/** Copies the `.tf` files of `estate` into a fresh folder and initialises it from the mirror, without a network. */
export async function openWorkspace(estate: string, programs: TofuPrograms): Promise<Workspace> {
  const folder = mkdtempSync(join(tmpdir(), "trueup-workspace-"));
  cpSync(estate, folder, { recursive: true });
  const env: NodeJS.ProcessEnv = {
    PATH: process.env["PATH"] ?? "",
    HOME: process.env["HOME"] ?? "",
    TF_CLI_CONFIG_FILE: programs.tofuConfig,
    TF_IN_AUTOMATION: "1",
    CHECKPOINT_DISABLE: "1",
  };
  const tofu = (...args: readonly string[]): Promise<CommandResult> =>
    mustRun(programs.tofu, args, { cwd: folder, env });
  const show = async (file: readonly string[]): Promise<string> =>
    (await tofu("show", "-json", ...file)).stdout;
  try {
    await tofu("init", "-input=false", "-no-color");
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return {
    folder,
    env,
    tofu,
    async apply() {
      await tofu("apply", "-input=false", "-no-color", "-auto-approve");
      await tofu("apply", "-refresh-only", "-input=false", "-no-color", "-auto-approve");
    },
    async planJson(...flags) {
      const file = join(folder, "plan.tfplan");
      await tofu("plan", "-input=false", "-no-color", `-out=${file}`, ...flags);
      try {
        return await show([file]);
      } finally {
        rmSync(file, { force: true });
      }
    },
    stateJson: () => show([]),
    rawState: () => readFileSync(join(folder, "terraform.tfstate"), "utf8"),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The version line of a program, for what the tier prints about itself. */
export async function versionOf(program: string, ...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await command(program, args);
  return (stdout || stderr).split("\n")[0] ?? "";
}
