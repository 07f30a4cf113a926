import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { codeOf, err, messageOf, ok, type Problem, problem, type Result } from "../base/index.ts";
import { replaceSynced } from "./synced-file.ts";

/** Scan and check ids are file names here, so nothing else may be one. */
const ID = /^(scn|chk)_[0-9a-f]{24}$/;

/**
 * Keeps the result rows of a check that has no database: `<folder>/<id>.jsonl`, one canonical row a line, synced.
 * To be called before the check's audit entry is appended, so that no entry names rows that are not there.
 */
export async function writeResultRows(
  folder: string,
  id: string,
  rows: readonly string[],
): Promise<Result<string, Problem>> {
  if (!ID.test(id)) return err(problem("result_id_malformed", `\`${id}\` is no id of a scan or check`));
  const file = join(folder, `${id}.jsonl`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await replaceSynced(file, rows.map((row) => `${row}\n`).join(""));
    return ok(file);
  } catch (cause) {
    return err(
      problem("results_unwritable", `the results cannot be kept: ${messageOf(cause)}`, {
        place: { file },
        hint: "make the folder writable, or name another data directory",
      }),
    );
  }
}

/** The rows of a check, `null` when none were kept. */
export async function readResultRows(
  folder: string,
  id: string,
): Promise<Result<readonly string[] | null, Problem>> {
  if (!ID.test(id)) return err(problem("result_id_malformed", `\`${id}\` is no id of a scan or check`));
  const file = join(folder, `${id}.jsonl`);
  try {
    return ok((await readFile(file, "utf8")).split("\n").slice(0, -1));
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return ok(null);
    return err(
      problem("results_unreadable", `the results cannot be read: ${messageOf(cause)}`, { place: { file } }),
    );
  }
}
