import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { codeOf, err, ok, type Problem, problem, type Result } from "../../base/index.ts";
import { CONFIG_FILE, starterConfig, type TofuSource } from "../config/index.ts";
import { type AppOptions, openSession } from "../session.ts";
import { type Survey, surveyPlace } from "./risk.ts";

export interface InitRequest {
  readonly source: TofuSource["from"];
  /** `null`: the folder's name. */
  readonly workspace: string | null;
  readonly force: boolean;
}

export interface InitOutcome {
  readonly file: string;
  /** What the estate holds; `null` where the source is a folder, which only a scan reads. */
  readonly survey: Survey | null;
}

/** Writes `trueup.yaml` and tells what there is to govern. Never overwrites one unless told to. */
export async function init(
  options: AppOptions,
  request: InitRequest,
): Promise<Result<InitOutcome, readonly Problem[]>> {
  const workspace = request.workspace ?? basename(options.cwd);
  const text = starterConfig({ workspace, source: request.source });
  const path = join(options.cwd, CONFIG_FILE);
  try {
    await writeFile(path, text, { flag: request.force ? "w" : "wx" });
  } catch (cause) {
    return err([unwritten(codeOf(cause) ?? "unknown error")]);
  }
  if (request.source.kind === "dir") return ok({ file: CONFIG_FILE, survey: null });
  const opened = await openSession({ ...options, configFile: CONFIG_FILE });
  if (!opened.ok) return opened;
  const survey = await surveyPlace(opened.value, request.source.path);
  return survey.ok ? ok({ file: CONFIG_FILE, survey: survey.value }) : survey;
}

function unwritten(code: string): Problem {
  const place = { file: CONFIG_FILE };
  if (code === "EEXIST") {
    return problem("config_exists", "the file exists already", {
      place,
      hint: "edit it, or use --force to replace it",
    });
  }
  return problem("config_unwritable", `the file cannot be written (${code})`, { place });
}
