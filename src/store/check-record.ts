import * as z from "zod";
import { type Problem, problem } from "../base/index.ts";
import type { Checkpoint } from "../domain/index.ts";
import { readState } from "./audit-log.ts";
import type { DataDir } from "./data-dir.ts";
import type { Sql } from "./database.ts";

const counted = z.tuple([z.object({ highest: z.coerce.number(), signed: z.coerce.number() })]);
const rootRows = z.array(z.object({ root: z.string() }));

/**
 * Does the record hold what the synced checkpoint file says that it held? Run at every open; `null` when it does.
 * A whole proof is the verifier's work: this sees a lost tail (power cut, restored backup) and a swapped history.
 */
export async function checkRecord(
  sql: Sql,
  known: Checkpoint | null,
  dir: Pick<DataDir, "database" | "checkpoint">,
): Promise<Problem | null> {
  const place = { place: { file: dir.database } };
  const state = await readState(sql);
  // In one statement: on a server others append while this is asked.
  const [{ highest, signed }] = counted.parse(
    await sql.query(
      `select (select coalesce(max(leaf_index) + 1, 0) from audit_entries) as highest,
              (select coalesce(max(size), 0) from audit_checkpoints) as signed`,
    ),
  );
  if (highest !== signed) {
    return problem(
      "store_corrupt",
      `the audit log ends before entry ${highest}, its newest checkpoint is signed over ${signed}`,
      { ...place, hint: "restore the directory from a backup" },
    );
  }
  if (known === null) return null;
  if (known.origin !== state.origin) {
    return problem(
      "store_rewritten",
      `the checkpoint file is of log \`${known.origin}\`, the database holds log \`${state.origin}\``,
      { place: { file: dir.checkpoint }, hint: "put the database back that belongs to the file" },
    );
  }
  if (known.size > state.size) {
    return problem(
      "store_behind_checkpoint",
      `audit entries ${state.size} to ${known.size - 1} are missing: a checkpoint was signed over ${known.size}, the database holds ${state.size}`,
      {
        ...place,
        hint: "restore the directory from a backup; without one, move `checkpoint` aside and keep it as proof of the gap",
      },
    );
  }
  const [row] = rootRows.parse(
    await sql.query("select root from audit_checkpoints where size = $1", [known.size]),
  );
  const root = Buffer.from(known.root, "base64").toString("hex");
  if (row?.root === root || known.size === 0) return null;
  return problem(
    "store_rewritten",
    `the first ${known.size} audit entries are not the ones over which the checkpoint file was signed`,
    { ...place, hint: "restore the directory from a backup" },
  );
}
