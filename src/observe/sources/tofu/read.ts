import { createHash } from "node:crypto";
import { open, readFile, stat } from "node:fs/promises";
import { err, type Problem, problem, type Result } from "../../../base/index.ts";
import type { DocumentKind } from "../../documents/index.ts";
import { DEFAULT_LIMITS, keptMembers } from "./limits.ts";
import { readPlan, readPlanBytes } from "./read-plan.ts";
import { readStateJson } from "./read-state.ts";
import type { PlanReading, ReadLimits, ReadOptions, StateReading } from "./reading.ts";
import { SectionReader } from "./sections.ts";

export { DEFAULT_LIMITS } from "./limits.ts";
export { readPlanJson } from "./read-plan.ts";
export { readStateJson } from "./read-state.ts";
export type { PlanReading, PlanSection, ReadLimits, ReadOptions, StateReading } from "./reading.ts";

const CHUNK_BYTES = 2 ** 20;
const SMALLEST_BYTES = 2 ** 16;

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
    if (size > limits.wholeBytes) return await readInSections(file, options, limits);
    const { bytes, sha256 } = await readHashed(file, size);
    return readPlanBytes(bytes, sha256, { ...options, file });
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

/** Reads a file and hashes each part while the next one is on its way. A pipe says it has no size. */
async function readHashed(file: string, size: number): Promise<{ bytes: Buffer; sha256: string }> {
  const hash = createHash("sha256");
  const handle = await open(file, "r");
  try {
    let bytes = Buffer.allocUnsafe(Math.max(size + 1, SMALLEST_BYTES));
    let length = 0;
    let hashed = 0;
    for (;;) {
      const next = handle.read(bytes, length, Math.min(CHUNK_BYTES, bytes.length - length), null);
      hash.update(bytes.subarray(hashed, length));
      hashed = length;
      const { bytesRead } = await next;
      if (bytesRead === 0) break;
      length += bytesRead;
      if (length === bytes.length) bytes = Buffer.concat([bytes], length * 2);
    }
    return { bytes: bytes.subarray(0, length), sha256: hash.digest("hex") };
  } finally {
    await handle.close();
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
