import { mkdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { makeSealer, openFileLog, writeResultRows } from "../audit/index.ts";
import { codeOf, err, ok, type Problem, problem, type Result, rfc3339 } from "../base/index.ts";
import type { CheckRecorder } from "./check-plan.ts";
import type { Session } from "./session.ts";

/** Log of the checks of this folder, in the audit format; `trueup audit import` takes it into a store. */
export const CHECK_LOG = "checks.log";

/** Rows of each check, one file a check, named by its id: what the root in the log is the root of. */
const ROWS_FOLDER = "checks";

/** Records checks without a database: the rows first, then the entries that name their root, both synced. */
export async function fileRecorder(session: Session): Promise<Result<CheckRecorder, readonly Problem[]>> {
  const key = await session.signingKey();
  if (!key.ok) return key;
  const folder = session.dataFolder;
  const file = join(folder, CHECK_LOG);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const code = codeOf(cause) ?? "unknown error";
    const hint =
      "make it writable, or name another store in trueup.yaml: a decision that is not recorded is not given";
    return err([
      problem("data_dir_unwritable", `the record cannot be written (${code})`, {
        place: { file: folder },
        hint,
      }),
    ]);
  }
  const log = await openFileLog(file, {
    sealer: makeSealer(key.value.signer),
    now: () => rfc3339(session.options.clock.now()),
  });
  if (!log.ok) return err([log.error]);
  return ok({
    async append(id, entries, rows) {
      const saved = await writeResultRows(join(folder, ROWS_FOLDER), id, rows);
      if (!saved.ok) return saved;
      const appended = await log.value.append(entries);
      if (!appended.ok) return appended;
      const shown = relative(session.options.cwd, file);
      const { root, warnings } = appended.value;
      return ok({ audit: { file: shown, entries: entries.length, root }, warnings });
    },
  });
}
