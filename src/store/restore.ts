import { rename } from "node:fs/promises";
import { err, messageOf, type Problem, problem, type Result } from "../base/index.ts";
import { bringUp } from "./bring-up.ts";
import { checkRecord } from "./check-record.ts";
import { readCheckpointFile } from "./checkpoint-file.ts";
import { dataDirAt, exists, sweep, writeMarker } from "./data-dir.ts";
import { Refusal } from "./database.ts";
import { withLockedDirectory } from "./open-directory.ts";
import type { OpenOptions } from "./open-store.ts";
import { openPglite } from "./pglite-database.ts";

/**
 * Makes a `pglite:` directory from what `Store.backup` gave. Refuses (`store_exists`) where a database is, and, where the directory
 * still has its checkpoint file, a backup that is older than what was signed (`store_behind_checkpoint`): moving the file aside says
 * that the gap is known. Other addresses are restored by Postgres's own tools (`store_restore_by_server`).
 */
export async function restoreStore(
  address: string,
  backup: Uint8Array,
  options: OpenOptions,
): Promise<Result<void, Problem>> {
  const path = /^pglite:(.+)$/su.exec(address)?.[1];
  if (path === undefined) {
    return err(
      problem("store_restore_by_server", "only a `pglite:` store is restored from such a file", {
        hint: "use pg_restore for `postgres://`, a copy of the stopped directory for `embedded:`",
      }),
    );
  }
  const dir = dataDirAt(path);
  const done = await withLockedDirectory(
    dir,
    "pglite",
    options,
    async (lock) => {
      if (await exists(dir.database)) {
        throw new Refusal(
          problem("store_exists", "there is a database already", {
            place: { file: dir.database },
            hint: "restore into another directory, or move this one aside",
          }),
        );
      }
      const known = await readCheckpointFile(dir.checkpoint, options.sealer);
      if (!known.ok) throw new Refusal(known.error);
      await sweep(dir);
      const database = await openPglite(dir.nursery, backup);
      try {
        await bringUp(database, options);
        const fault = await checkRecord(database, known.value, dir);
        if (fault !== null) throw new Refusal(fault);
      } finally {
        await database.close();
      }
      await writeMarker(dir, "pglite");
      await rename(dir.nursery, dir.database);
      await lock.release();
    },
    (cause) => problem("backup_unreadable", `the backup holds no database: ${messageOf(cause)}`),
  );
  if (!done.ok) await sweep(dir).catch(() => undefined);
  return done;
}
