import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { codeOf, err, ok, type Problem, problem, type Result } from "../../base/index.ts";
import type { DeclaredState, RedactedChange, RiskAssessment } from "../../domain/index.ts";
import {
  explainRisk,
  type RiskExplanation,
  type SurveyRow,
  survey,
  withAccessKeysOf,
} from "../../judge/risk/index.ts";
import { detect, makeScrubber, redact } from "../../observe/changes/index.ts";
import { readPlanFile, readStateFile } from "../../observe/sources/tofu/index.ts";
import { type AppOptions, openSession, type Session } from "../session.ts";

export interface ExplainedChange {
  readonly change: RedactedChange;
  readonly risk: RiskAssessment;
  readonly explanation: RiskExplanation;
}

/** Which risk rules fire for each change of a plan, and why. Planned changes, and drift where the plan tells any. */
export async function riskExplain(
  options: AppOptions,
  file: string,
): Promise<Result<readonly ExplainedChange[], readonly Problem[]>> {
  const opened = await openSession(options);
  if (!opened.ok) return opened;
  const session = opened.value;
  const policies = await session.policies([]);
  if (!policies.ok) return policies;
  const key = await session.estateKey();
  if (!key.ok) return key;
  const { environment, secretPaths } = session.config;
  const reading = await readPlanFile(file, { secretPaths, keep: [] });
  if (!reading.ok) return err([reading.error]);
  const { planned, drift, declared, secrets } = reading.value;
  const riskRules = withAccessKeysOf(policies.value.riskRules, declared);
  const detection = { workspace: environment.workspace, estateKey: key.value, secretPaths };
  const changes = [...detect(planned, detection), ...detect(drift, detection)];
  const scrubber = makeScrubber(secrets, key.value);
  return ok(
    changes.map((change) => {
      const explanation = explainRisk(change, environment, riskRules);
      return { change: redact(change, scrubber), risk: explanation.assessment, explanation };
    }),
  );
}

export interface Survey {
  readonly rows: readonly SurveyRow[];
  readonly resources: number;
  readonly files: readonly string[];
}

/** An estate's types with counts, class and covering policies, from a state, a plan, or a folder of them. */
export async function riskSurvey(
  options: AppOptions,
  place: string,
): Promise<Result<Survey, readonly Problem[]>> {
  const opened = await openSession(options);
  if (!opened.ok) return opened;
  return surveyPlace(opened.value, place);
}

export async function surveyPlace(
  session: Session,
  place: string,
): Promise<Result<Survey, readonly Problem[]>> {
  const policies = await session.policies([]);
  if (!policies.ok) return policies;
  const files = await stateFiles(place);
  if (!files.ok) return files;
  const declared: DeclaredState[] = [];
  for (const file of files.value) {
    const read = await readDeclared(file);
    if (!read.ok) return err([read.error]);
    declared.push(...read.value);
  }
  const coverage = policies.value.sets.flatMap((set) =>
    set.policies.map((policy) => ({
      policy: `${set.name}/${policy.name}`,
      types: policy.applies.types ?? [],
    })),
  );
  const rows = survey(declared, policies.value.riskRules, coverage);
  return ok({ rows, resources: declared.length, files: files.value });
}

async function readDeclared(file: string): Promise<Result<readonly DeclaredState[], Problem>> {
  const state = await readStateFile(file);
  if (state.ok) return ok(state.value.declared);
  // A plan holds the estate as well; if it is neither, the state reader's sentence is the one to show.
  const plan = await readPlanFile(file, { keep: ["prior_state", "planned_values"] });
  return plan.ok ? ok(plan.value.declared) : state;
}

const STATE_FILE = /\.(?:tfstate|json)$/;

async function stateFiles(place: string): Promise<Result<readonly string[], readonly Problem[]>> {
  try {
    if (!(await stat(place)).isDirectory()) return ok([place]);
    const names = (await readdir(place)).filter((name) => STATE_FILE.test(name)).sort();
    if (names.length > 0) return ok(names.map((name) => join(place, name)));
    const hint = "name a .tfstate file, or the JSON of `tofu show -json`";
    return err([problem("state_missing", "the folder holds no state", { place: { file: place }, hint })]);
  } catch (cause) {
    const code = codeOf(cause) ?? "unknown error";
    return err([problem("state_missing", `the place cannot be read (${code})`, { place: { file: place } })]);
  }
}
