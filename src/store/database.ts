import { codeOf, err, messageOf, ok, type Problem, problem, type Result } from "../base/index.ts";

/** Values that a statement may carry. Statements themselves are constants: nothing is ever spliced into them. */
export type SqlValue =
  | string
  | number
  | boolean
  | null
  | readonly string[]
  | readonly (string | null)[]
  | readonly number[];

export interface Sql {
  query(statement: string, values?: readonly SqlValue[]): Promise<readonly unknown[]>;
  /** Several statements without values: migrations. */
  script(statements: string): Promise<void>;
}

/** One Postgres, whichever way it runs. */
export interface Database extends Sql {
  /** `pglite`: this process alone, one transaction after the other. `postgres`: a server, several processes, several at once. */
  readonly engine: "pglite" | "postgres";
  /**
   * All or nothing. The work may run again (a deadlock, a connection that broke before the commit), so it does nothing but ask the
   * database.
   */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** Hears what `pg_notify(channel, text)` says, in any process. Best effort. Returns the way to stop. */
  listen(channel: string, onText: (text: string) => void): Promise<() => Promise<void>>;
  /** The whole database as one file; `null` where the server has its own tools for that. */
  readonly dump: (() => Promise<Uint8Array>) | null;
  close(): Promise<void>;
}

/** Thrown inside a transaction to undo it and hand a Problem to the caller; never leaves this room. */
export class Refusal extends Error {
  readonly problem: Problem;

  constructor(reason: Problem) {
    super(reason.message);
    this.name = "Refusal";
    this.problem = reason;
  }
}

/** The connection broke while a transaction was committed: it may be done or not. */
export class OutcomeUnknown extends Refusal {}

/** Runs work on the database and turns what the database says no to into a Problem. */
export async function attempt<T>(what: string, work: () => Promise<T>): Promise<Result<T, Problem>> {
  try {
    return ok(await work());
  } catch (cause) {
    if (cause instanceof Refusal) return err(cause.problem);
    if (isFull(cause)) {
      return err(
        problem("store_full", `${what}: there is no room left for the database`, {
          hint: "make room; nothing of this was kept, and what was recorded before is safe",
        }),
      );
    }
    return err(problem("store_failed", `${what}: ${messageOf(cause)}`));
  }
}

/** `disk_full` of Postgres, and what the system says where PGlite meets it first. */
function isFull(cause: unknown): boolean {
  const code = codeOf(cause);
  return code === "53100" || code === "ENOSPC" || /no space left|File too large/i.test(messageOf(cause));
}

/** Postgres text cannot hold U+0000; columns beside a document are for searching, so a stand-in does. */
export function searchable(text: string): string {
  return text.replaceAll("\u0000", "\uFFFD");
}

/** Batches for `unnest` inserts: few round trips, bounded memory. */
export function* batches<T>(items: readonly T[], size = 1_000): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}
