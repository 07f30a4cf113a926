import {
  err,
  isJsonObject,
  type JsonObject,
  member,
  ok,
  type Problem,
  problem,
  type Result,
  sha256Hex,
  stringMember,
} from "../../../base/index.ts";
import { decodeDocument, parseDocument } from "../../documents/index.ts";
import { withoutWarnings } from "./leading-warnings.ts";
import { DEFAULT_LIMITS, keptMembers } from "./limits.ts";
import { PlanReader } from "./plan-reader.ts";
import type { PlanReading, ReadLimits, ReadOptions } from "./reading.ts";
import { majorOf, PLAN_MEMBERS } from "./schema.ts";
import { SectionReader } from "./sections.ts";

/** Reads a plan document (`tofu show -json PLANFILE`, Terraform's too). Values in the reading are clear. */
export function readPlanJson(input: Uint8Array | string, options: ReadOptions): Result<PlanReading, Problem> {
  const limits = options.limits ?? DEFAULT_LIMITS;
  if (typeof input !== "string" && input.length > limits.wholeBytes)
    return readLargePlan(input, options, limits);
  return readPlanBytes(input, sha256Hex(input), options);
}

/** The same for a document that may be parsed whole and whose hash is known. */
export function readPlanBytes(
  input: Uint8Array | string,
  sha256: string,
  options: ReadOptions,
): Result<PlanReading, Problem> {
  const document = withoutWarnings(input);
  const text = typeof document === "string" ? ok(document) : decodeDocument(document, options.file, "plan");
  if (!text.ok) return text;
  const plan = parseDocument(text.value, options.file, "plan");
  return plan.ok ? readPlan(plan.value, sha256, options) : plan;
}

/** Bytes that are in memory already, but would not fit a second time as one text and its objects. */
function readLargePlan(
  bytes: Uint8Array,
  options: ReadOptions,
  limits: ReadLimits,
): Result<PlanReading, Problem> {
  const { file, keep } = options;
  const reader = new SectionReader({ file, keep: keptMembers(keep), keptBytes: limits.keptBytes });
  const fault = reader.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  if (fault !== null) return err(fault);
  const plan = reader.finish();
  return plan.ok ? readPlan(plan.value, sha256Hex(bytes), options) : plan;
}

/** A parsed plan document → its reading. */
export function readPlan(
  plan: JsonObject,
  sha256: string,
  options: ReadOptions,
): Result<PlanReading, Problem> {
  const refused = refusal(plan, options.file);
  if (refused !== null) return err(refused);
  const reader = new PlanReader(plan, options);
  return ok(reader.read(sha256));
}

function refusal(plan: JsonObject, file: string): Problem | null {
  const place = { file };
  const version = stringMember(plan, "format_version");
  const major = majorOf(version);
  const isPlan = PLAN_MEMBERS.some((name) => Object.hasOwn(plan, name));
  if (!isPlan && (Object.hasOwn(plan, "lineage") || isJsonObject(member(plan, "values"))))
    return problem("plan_is_state", `\`${file}\` is a state, not a plan`, {
      place,
      hint: "pass the output of `tofu show -json PLANFILE`",
    });
  if (version !== null && major !== 0 && major !== 1)
    return problem(
      "plan_unsupported_format",
      `\`${file}\` has plan format \`${version.slice(0, 40)}\`, known are 0.x and 1.x`,
      {
        place: { file, path: "format_version" },
        hint: "use a newer trueup, or an OpenTofu or Terraform whose `show -json` writes format 1",
      },
    );
  if (!isPlan && version === null)
    return problem(
      "not_a_plan",
      `\`${file}\` is JSON, but no plan: it has no \`format_version\` and no \`resource_changes\``,
      {
        place,
        hint: "pass the output of `tofu show -json PLANFILE`",
      },
    );
  return null;
}
