import type { SealedBatch, Sealer } from "../audit/ports.ts";
import { ok, type Problem, type Result } from "../base/index.ts";
import type { AuditEntry, Checkpoint } from "../domain/index.ts";
import type { DecisionStep } from "../govern/decisions/ports.ts";
import { sealEntries, takeLog } from "./audit-log.ts";
import type { CheckpointFile } from "./checkpoint-file.ts";
import { attempt, type Database, OutcomeUnknown } from "./database.ts";
import { writeDecisions } from "./decision-rows.ts";
import { grouped } from "./grouped.ts";

/** Entries that belong together, and the decision that they are of. */
export interface Recording {
  readonly entries: readonly AuditEntry[];
  readonly decision: DecisionStep | null;
}

export interface Written {
  /** Index of the recording's first entry. */
  readonly first: number;
  /** Over the whole group that was written in one go. */
  readonly checkpoint: Checkpoint;
  readonly root: string;
  readonly warnings: readonly Problem[];
  /** The decision was there already, and nothing of the recording was written. */
  readonly repeated: boolean;
}

/**
 * Appends to the log in groups: recordings that come while one is written share the next transaction, its lock, its signature and its
 * sync to disk. Each caller learns of its own.
 */
export interface RecordWriter {
  write(recording: Recording): Promise<Result<Written, Problem>>;
}

const MOST = 256;

interface Group {
  readonly batch: SealedBatch | null;
  /** Recordings that were taken, in order. */
  readonly taken: ReadonlySet<Recording>;
}

export function recordWriterOver(
  database: Database,
  context: { readonly sealer: Sealer; readonly checkpointFile: CheckpointFile | null },
): RecordWriter {
  const { sealer, checkpointFile } = context;

  async function commit(members: readonly Recording[]): Promise<Result<Group, Problem>> {
    return attempt("it was not recorded", async () => {
      let last: Group | null = null;
      try {
        return await database.transaction(async (sql) => {
          last = null;
          const state = await takeLog(sql);
          const steps = members.flatMap(({ decision }) => (decision === null ? [] : [decision]));
          const fresh = await writeDecisions(sql, steps);
          const taken = members.filter(({ decision }) => decision === null || fresh.has(decision));
          const entries = taken.flatMap((member) => member.entries);
          const batch = entries.length === 0 ? null : await sealEntries(sql, sealer, state, entries);
          last = { batch, taken: new Set(taken) };
          return last;
        });
      } catch (cause) {
        const known = cause instanceof OutcomeUnknown ? await settled(last) : null;
        if (known !== null) return known;
        throw cause;
      }
    });
  }

  /** The database went away during the commit: the log itself tells whether the group is in it. */
  async function settled(group: Group | null): Promise<Group | null> {
    const entry = group?.batch?.entries[0];
    if (entry === undefined) return null;
    const rows = await database.query("select 1 from audit_ids where id = $1 and leaf_index = $2", [
      entry.entry.id,
      entry.index,
    ]);
    return rows.length > 0 ? group : null;
  }

  async function run(members: readonly Recording[]): Promise<readonly Result<Written, Problem>[]> {
    const done = await commit(members);
    if (done.ok) {
      const { batch, taken } = done.value;
      const warning =
        batch === null || checkpointFile === null ? null : await checkpointFile.write(batch.checkpoint);
      return answers(members, taken, batch, warning === null ? [] : [warning]);
    }
    // One that cannot be written must not take the others along; a database that is away takes all.
    const alone = members.length === 1 || done.error.code === "store_unavailable";
    if (alone) return members.map(() => done);
    const each: Result<Written, Problem>[] = [];
    for (const member of members) each.push(...(await run([member])));
    return each;
  }

  const write = grouped(run, MOST);
  return { write };
}

const NOTHING: Checkpoint = { origin: "", size: 0, root: "", note: "" };

function answers(
  members: readonly Recording[],
  taken: ReadonlySet<Recording>,
  batch: SealedBatch | null,
  warnings: readonly Problem[],
): readonly Result<Written, Problem>[] {
  let next = batch === null ? 0 : batch.state.size - batch.entries.length;
  return members.map((member) => {
    const first = next;
    const repeated = !taken.has(member);
    if (!repeated) next += member.entries.length;
    return ok({
      first,
      checkpoint: batch?.checkpoint ?? NOTHING,
      root: batch?.root ?? "",
      warnings,
      repeated,
    });
  });
}
