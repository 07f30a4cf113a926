import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { err, messageOf, ok, problem } from "../../base/index.ts";
import { replaceSynced } from "../synced-file.ts";
import { checkpointFileName, type Publish } from "./published.ts";

/** One file for each checkpoint in a folder: a mounted share, a write-once disk. */
export function publishToFolder(folder: string): Publish {
  return async (checkpoint) => {
    const file = join(folder, checkpointFileName(checkpoint));
    try {
      await mkdir(folder, { recursive: true });
      await replaceSynced(file, checkpoint.note);
      return ok({ where: file });
    } catch (cause) {
      return err(
        problem("checkpoint_unpublished", `the checkpoint cannot be written: ${messageOf(cause)}`, {
          place: { file },
        }),
      );
    }
  };
}
