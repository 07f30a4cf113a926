import { setTimeout as sleep } from "node:timers/promises";
import type { ClientBase, Pool, PoolClient, PoolConfig } from "pg";
import { codeOf, messageOf, type Problem, problem } from "../base/index.ts";
import { type Database, OutcomeUnknown, Refusal, type Sql, type SqlValue } from "./database.ts";

export interface PostgresTarget {
  /** Where to connect. Values that the pool needs (sizes, timeouts, parsers) are set here below. */
  readonly connection: Pick<
    PoolConfig,
    "connectionString" | "host" | "port" | "user" | "database" | "password" | "ssl"
  >;
  /** Connections of this process at most. Default 10. */
  readonly poolSize?: number;
  /** How long a caller waits for a database that does not answer before it is told so, in milliseconds. Default 5,000. */
  readonly patienceMs?: number;
  /** Called between two tries to connect: where this program runs the database itself, it starts it again. */
  readonly revive?: () => Promise<void>;
}

const STATEMENT_TIMEOUT_MS = 60_000;
const IDLE_IN_TRANSACTION_MS = 120_000;
const TRIES = 3;

/**
 * Opens a pool on a Postgres server. Rejects with a {@link Refusal} (`store_unavailable`, `store_refused`) when it cannot be reached.
 * A database that goes away is waited for with growing pauses; what was not sent yet is tried again, what may have been written is
 * told as `store_unavailable` and not tried again.
 */
export async function openPostgres(target: PostgresTarget): Promise<Database> {
  const { default: pg } = await import("pg");
  const pool = new pg.Pool({
    ...target.connection,
    max: target.poolSize ?? 10,
    // Kept: a process that runs beside others must be seen by them, and a connection costs more than it holds.
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    application_name: "trueup",
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    options: "-c TimeZone=UTC",
    types: { getTypeParser: parserOf(pg.types.getTypeParser) },
  });
  // Without listeners a connection that breaks while nobody waits on it would end the process.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  const connect = connector(pool, target);
  try {
    (await connect()).release();
  } catch (cause) {
    await pool.end();
    throw cause;
  }
  return databaseOver(pool, connect);
}

function databaseOver(pool: Pool, connect: () => Promise<PoolClient>): Database {
  let closing: Promise<void> | null = null;
  /** One statement by itself. Only a `select` may be asked twice: it is not known whether another one was done. */
  const once = async <T>(statement: string, run: (sql: Sql) => Promise<T>): Promise<T> => {
    for (let tries = 1; ; tries++) {
      const client = await connect();
      try {
        const value = await run(sqlOver(client));
        client.release();
        return value;
      } catch (cause) {
        const lost = isLost(cause);
        client.release(lost);
        if (!lost) throw cause;
        if (tries >= TRIES || !/^\s*select\b/i.test(statement)) throw new Refusal(unavailable(cause));
      }
    }
  };
  return {
    engine: "postgres",
    query: (statement, values = []) => once(statement, (sql) => sql.query(statement, values)),
    script: (statements) => once("", (sql) => sql.script(statements)),
    transaction: (work) => transaction(connect, work),
    async listen(channel, onText) {
      return listener(connect, channel, onText);
    },
    dump: null,
    close() {
      closing ??= pool.end();
      return closing;
    },
  };
}

async function transaction<T>(
  connect: () => Promise<PoolClient>,
  work: (sql: Sql) => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    const client = await connect();
    let committing = false;
    try {
      await client.query("begin");
      const value = await work(sqlOver(client));
      committing = true;
      await client.query("commit");
      client.release();
      return value;
    } catch (cause) {
      const lost = isLost(cause);
      await giveBack(client, lost);
      if (lost && committing) throw new OutcomeUnknown(unknownOutcome(cause));
      // A deadlock victim has done nothing; neither has a transaction that never reached its commit.
      if ((lost || codeOf(cause) === DEADLOCK) && tries < TRIES) continue;
      throw lost ? new Refusal(unavailable(cause)) : cause;
    }
  }
}

async function giveBack(client: PoolClient, lost: boolean): Promise<void> {
  if (lost) {
    client.release(true);
    return;
  }
  try {
    await client.query("rollback");
    client.release();
  } catch {
    client.release(true);
  }
}

function connector(pool: Pool, target: PostgresTarget): () => Promise<PoolClient> {
  const patience = target.patienceMs ?? 5_000;
  return async () => {
    const deadline = performance.now() + patience;
    for (let pause = 50; ; pause = Math.min(pause * 2, 1_000)) {
      try {
        return await pool.connect();
      } catch (cause) {
        if (!isLost(cause)) throw new Refusal(refused(cause));
        if (performance.now() + pause > deadline) throw new Refusal(unavailable(cause));
      }
      await sleep(pause);
      await target.revive?.();
    }
  };
}

function sqlOver(client: ClientBase): Sql {
  return {
    async query(statement: string, values: readonly SqlValue[] = []) {
      const { rows } = await client.query<Record<string, unknown>>(statement, [...values]);
      return rows;
    },
    async script(statements: string) {
      await client.query(statements);
    },
  };
}

/** Listens on a connection of its own and takes a new one when that breaks. What was said meanwhile is not heard. */
async function listener(
  connect: () => Promise<PoolClient>,
  channel: string,
  onText: (text: string) => void,
): Promise<() => Promise<void>> {
  let stopped = false;
  let current: PoolClient | null = null;
  const start = async (): Promise<void> => {
    const client = await connect();
    current = client;
    client.on("notification", (message) => onText(message.payload ?? ""));
    client.once("end", () => {
      client.release(true);
      if (!stopped) void restart();
    });
    await client.query(`listen "${channel.replaceAll('"', "")}"`);
  };
  const restart = async (): Promise<void> => {
    for (let pause = 100; !stopped; pause = Math.min(pause * 2, 5_000)) {
      try {
        await start();
        return;
      } catch {
        await sleep(pause);
      }
    }
  };
  await start();
  return async () => {
    stopped = true;
    current?.removeAllListeners("end");
    current?.release(true);
  };
}

const DEADLOCK = "40P01";
/** The system's, the driver's and Postgres's own words for a connection that is not there (any more). */
const LOST_CODES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ENOENT",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EAI_AGAIN",
  "57P01",
  "57P02",
  "57P03",
  "53300",
]);
const LOST_TEXT =
  /connection terminated|timeout exceeded when trying to connect|connection timeout|not queryable|client was closed/i;

function isLost(cause: unknown): boolean {
  if (cause instanceof AggregateError) return cause.errors.some(isLost);
  const code = codeOf(cause);
  if (code !== undefined && (LOST_CODES.has(code) || code.startsWith("08"))) return true;
  return cause instanceof Error && LOST_TEXT.test(cause.message);
}

function saying(cause: unknown): string {
  return messageOf(cause instanceof AggregateError ? cause.errors[0] : cause);
}

export function unavailable(cause: unknown): Problem {
  return problem("store_unavailable", `the database does not answer: ${saying(cause)}`, {
    hint: "it is tried again by itself; see whether the database runs and can be reached",
  });
}

function unknownOutcome(cause: unknown): Problem {
  return problem(
    "store_unavailable",
    `the database went away while it wrote, so this may or may not be recorded: ${saying(cause)}`,
    { hint: "do it again: what is recorded already is not recorded twice" },
  );
}

function refused(cause: unknown): Problem {
  return problem("store_refused", `the database refuses the connection: ${saying(cause)}`, {
    hint: "check user, password, database name and TLS of the store's address",
  });
}

/** Postgres types whose values must be the same in JavaScript whichever driver reads them; PGlite's way is the measure. */
function parserOf(standard: typeof import("pg").types.getTypeParser): typeof standard {
  const own: ReadonlyMap<number, (text: string) => unknown> = new Map<number, (text: string) => unknown>([
    [20, integer],
    [1082, (text) => new Date(`${text}T00:00:00Z`)],
    [1114, (text) => new Date(`${text.replace(" ", "T")}Z`)],
    [1186, (text) => text],
    [1016, integers],
  ]);
  return (oid: number, format?: "text" | "binary") =>
    (format === "binary" ? undefined : own.get(oid)) ?? standard(oid, "text");
}

function integer(text: string): number | bigint {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}

/** `{1,NULL,3}` */
function integers(text: string): readonly (number | bigint | null)[] {
  const inner = text.slice(1, -1);
  return inner === "" ? [] : inner.split(",").map((item) => (item === "NULL" ? null : integer(item)));
}
