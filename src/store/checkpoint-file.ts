import { readFile } from "node:fs/promises";
import { replaceSynced } from "../audit/index.ts";
import type { Sealer } from "../audit/ports.ts";
import { codeOf, err, messageOf, ok, type Problem, problem, type Result } from "../base/index.ts";
import type { Checkpoint } from "../domain/index.ts";

/**
 * The newest signed checkpoint as a synced host file. The database does not survive a power cut, this file does: on the next
 * open a table that is behind it is seen (`store_behind_checkpoint`).
 */
export interface CheckpointFile {
  /** Writes after the commit, never before: the file may be behind the table, not ahead of it. `null` when it worked. */
  write(checkpoint: Checkpoint): Promise<Problem | null>;
}

export function checkpointFileAt(file: string): CheckpointFile {
  let written = 0;
  let queue: Promise<unknown> = Promise.resolve();
  return {
    write(checkpoint) {
      const turn = queue.then(async () => {
        if (checkpoint.size <= written) return null;
        try {
          await replaceSynced(file, checkpoint.note);
          written = checkpoint.size;
          return null;
        } catch (cause) {
          return problem(
            "checkpoint_unwritten",
            `the checkpoint file cannot be written: ${messageOf(cause)}`,
            {
              place: { file },
              hint: "the record itself is stored; make room or permission so that a power cut stays visible",
            },
          );
        }
      });
      queue = turn;
      return turn;
    },
  };
}

/** `null` when there is no such file yet. */
export async function readCheckpointFile(
  file: string,
  sealer: Sealer,
): Promise<Result<Checkpoint | null, Problem>> {
  let note: string;
  try {
    note = await readFile(file, "utf8");
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return ok(null);
    return err(
      problem("store_corrupt", `the checkpoint file cannot be read: ${messageOf(cause)}`, {
        place: { file },
      }),
    );
  }
  const parsed = sealer.parse(note);
  if (parsed.ok) return parsed;
  return err(
    problem("store_corrupt", "the checkpoint file holds no checkpoint", {
      place: { file },
      hint: "restore the data directory from a backup; without one, move this file aside to go on",
    }),
  );
}
