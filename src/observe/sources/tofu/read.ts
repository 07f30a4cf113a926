import { createHash } from "node:crypto";
import { open, readFile, stat } from "node:fs/promises";
import { err, type Problem, problem, type Result } from "../../../base/index.ts";
import type { DocumentKind } from "../../documents/index.ts";
import { DEFAULT_LIMITS, keptMembers } from "./limits.ts";
import { readPlan, readPlanJson } from "./read-plan.ts";
import { readStateJson } from "./read-state.ts";
import type { PlanReading, ReadLimits, ReadOptions, StateReading } from "./reading.ts";
import { SectionReader } from "./sections.ts";

export { DEFAULT_LIMITS } from "./limits.ts";
export { readPlanJson } from "./read-plan.ts";
export { readStateJson } from "./read-state.ts";
export type { PlanReading, PlanSection, ReadLimits, ReadOptions, StateReading } from "./reading.ts";

const CHUNK_BYTES = 2 ** 20;

/** Options of the file readers: the file's name is known. */
export type FileReadOptions = Omit<ReadOptions, "file">;

/** Reads a plan file: whole up to `limits.wholeBytes`, section by section above. */
export async function readPlanFile(
  file: string,
  options: FileReadOptions = {},
): Promise<Result<PlanReading, Problem>> {
  const limits = options.limits ?? DEFAULT_LIMITS;
  try {
    const { size } = await stat(file);
    if (size <= limits.wholeBytes) return readPlanJson(await readFile(file), { ...options, file });
    return await readInSections(file, options, limits);
  } catch (error) {
    return err(fileProblem(file, "plan", error));
  }
}

/** Reads a state file or the output of `show -json`. */
export async function readStateFile(
  file: string,
  options: FileReadOptions = {},
): Promise<Result<StateReading, Problem>> {
  const limits = options.limits ?? DEFAULT_LIMITS;
  try {
    const { size } = await stat(file);
    if (size > limits.keptBytes) {
      const most = Math.floor(limits.keptBytes / 2 ** 20);
      return err(
        problem(
          "state_too_large",
          `\`${file}\` has ${size} bytes, more than the ${most} MB allowed for a state`,
          {
            place: { file },
          },
        ),
      );
    }
    return readStateJson(await readFile(file), { ...options, file });
  } catch (error) {
    return err(fileProblem(file, "state", error));
  }
}

async function readInSections(
  file: string,
  options: FileReadOptions,
  limits: ReadLimits,
): Promise<Result<PlanReading, Problem>> {
  const reader = new SectionReader({ file, keep: keptMembers(options.keep), keptBytes: limits.keptBytes });
  const hash = createHash("sha256");
  const handle = await open(file, "r");
  try {
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES, null);
      if (bytesRead === 0) break;
      const chunk = buffer.subarray(0, bytesRead);
      hash.update(chunk);
      const fault = reader.push(chunk);
      if (fault !== null) return err(fault);
    }
  } finally {
    await handle.close();
  }
  const plan = reader.finish();
  return plan.ok ? readPlan(plan.value, hash.digest("hex"), { ...options, file }) : plan;
}

function fileProblem(file: string, kind: DocumentKind, error: unknown): Problem {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const place = { file };
  if (code === "ENOENT") return problem(`${kind}_missing`, `\`${file}\` does not exist`, { place });
  if (code === "EISDIR")
    return problem(`${kind}_unreadable`, `\`${file}\` is a folder, not a file`, { place });
  if (code === "EACCES")
    return problem(`${kind}_unreadable`, `\`${file}\` may not be read by this user`, { place });
  const what = error instanceof Error ? error.message : String(error);
  return problem(`${kind}_unreadable`, `\`${file}\` cannot be read: ${what}`, { place });
}
