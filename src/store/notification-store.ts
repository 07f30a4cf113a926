import { randomBytes } from "node:crypto";
import * as z from "zod";
import { canonicalJson } from "../base/index.ts";
import type {
  Claim,
  ClaimOutcome,
  Delivery,
  DeliveryTry,
  Notice,
  NotificationStore,
  PlannedDelivery,
} from "../notify/ports.ts";
import { attempt, batches, type Database, type Sql, type SqlValue, searchable } from "./database.ts";
import { readNotice } from "./notice-schema.ts";

/** Serialises routing and claiming: both are short, and order within a subject is worth more than their overlap. */
const OUTBOX_LOCK = 7_277_003;
/** Notices in one digest; what is over goes into the next message. */
const DIGEST_LIMIT = 200;

const instant = z.date().transform((date) => date.toISOString());
const position = z.coerce.number().int();
const deliveryRow = z.object({
  seq: position,
  id: z.string(),
  channel: z.string(),
  status: z.enum(["pending", "delivered", "superseded", "dropped", "dead"]),
  digest: z.string().nullable(),
  tries: z.number().int(),
  created_at: instant,
  next_try: instant,
  ended_at: instant.nullable(),
  says: z.string().nullable(),
  document: z.string(),
});
const deliveryRows = z.array(deliveryRow);
type DeliveryRow = z.infer<typeof deliveryRow>;
const claimedRows = z.array(deliveryRow.extend({ reference: z.string().nullable() }));
const tryRows = z.array(
  z.object({
    number: z.number().int(),
    started_at: instant,
    ended_at: instant.nullable(),
    outcome: z.enum(["delivered", "failed", "lost", "running"]),
    says: z.string().nullable(),
    status: z.number().int().nullable(),
    next_try: instant.nullable(),
  }),
);
const noticeRows = z.array(z.object({ document: z.string() }));
const idRows = z.array(z.object({ id: z.string() }));
const dueRow = z.tuple([z.object({ due: instant.nullable() })]);
const countRows = z.array(z.object({ channel: z.string(), pending: position, dead: position }));

const COLUMNS =
  "d.seq, d.id, d.channel, d.status, d.digest, d.tries, d.created_at, d.next_try, d.ended_at, d.says, n.document";

/**
 * Writes notices within the caller's transaction: what happened and that somebody is to be told of it is one fact.
 * For the other files of this room; a notice id that is there already is left as it is.
 */
export async function writeNotices(sql: Sql, notices: readonly Notice[]): Promise<void> {
  for (const batch of batches(notices)) {
    await sql.query(
      `insert into notices (id, kind, made_at, workspace, subject, document)
       select * from unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[])
       on conflict (id) do nothing`,
      [
        batch.map(({ id }) => id),
        batch.map(({ kind }) => kind),
        batch.map(({ time }) => time),
        batch.map(({ workspace }) => searchable(workspace)),
        batch.map(({ subject }) => searchable(subject)),
        batch.map((notice) => canonicalJson(notice)),
      ],
    );
  }
}

export function notificationStoreOver(database: Database): NotificationStore {
  return {
    add: (notices) =>
      attempt("the notices were not written", () =>
        database.transaction((sql) => writeNotices(sql, notices)),
      ),
    route: (limit, now, plan) =>
      attempt("the notices were not routed", () =>
        database.transaction(async (sql) => {
          await sql.query("select pg_advisory_xact_lock($1)", [OUTBOX_LOCK]);
          const rows = noticeRows.parse(
            await sql.query("select document from notices where routed_at is null order by seq limit $1", [
              limit,
            ]),
          );
          const notices = rows.map((row) => readNotice(row.document));
          for (const notice of notices) {
            for (const planned of plan(notice)) await writeDelivery(sql, notice, planned, now);
          }
          await sql.query("update notices set routed_at = $2 where id = any($1::text[])", [
            notices.map(({ id }) => id),
            now,
          ]);
          return notices.length;
        }),
      ),
    claim: (limit, now, leaseUntil) =>
      attempt("no delivery could be taken", () =>
        database.transaction(async (sql) => {
          await sql.query("select pg_advisory_xact_lock($1)", [OUTBOX_LOCK]);
          return claimDue(sql, limit, now, leaseUntil);
        }),
      ),
    finish: (claim, outcome, now) =>
      attempt("the delivery was not recorded", () =>
        database.transaction(async (sql) => {
          for (const delivery of claim.deliveries) await finishOne(sql, claim, delivery, outcome, now);
        }),
      ),
    nextDue: () =>
      attempt("the outbox cannot be read", async () => {
        const [row] = dueRow.parse(
          await database.query(
            `select least(
               (select min(made_at) from notices where routed_at is null),
               (select min(greatest(next_try, coalesce(lease_until, next_try))) from deliveries where status = 'pending')
             ) as due`,
          ),
        );
        return row.due;
      }),
    list: (query) =>
      attempt("the deliveries cannot be read", async () => {
        const rows = deliveryRows.parse(
          await database.query(
            `select ${COLUMNS} from deliveries d join notices n on n.id = d.notice
             where ($1::text is null or d.status = $1) and ($2::text is null or d.channel = $2)
               and ($3::text is null or d.subject = $3) and ($4::text is null or d.workspace = $4)
               and ($5::text[] is null or d.workspace = any($5)) and ($6::bigint is null or d.seq < $6)
             order by d.seq desc limit $7`,
            [
              query.status ?? null,
              query.channel ?? null,
              query.subject === undefined ? null : searchable(query.subject),
              query.workspace === undefined ? null : searchable(query.workspace),
              query.workspaces?.map(searchable) ?? null,
              query.before ?? null,
              query.limit + 1,
            ],
          ),
        );
        const items = rows.slice(0, query.limit);
        return {
          items: items.map(deliveryOf),
          next: rows.length > query.limit ? (items.at(-1)?.seq ?? null) : null,
        };
      }),
    get: (id) =>
      attempt("the delivery cannot be read", async () => {
        const [row] = deliveryRows.parse(
          await database.query(
            `select ${COLUMNS} from deliveries d join notices n on n.id = d.notice where d.id = $1`,
            [searchable(id)],
          ),
        );
        if (row === undefined) return null;
        const tries = tryRows.parse(
          await database.query(
            `select number, started_at, ended_at, outcome, says, status, next_try from delivery_tries
             where delivery = $1 order by number`,
            [row.id],
          ),
        );
        return { delivery: deliveryOf(row), tries: tries.map(tryOf) };
      }),
    retry: (id, now) =>
      attempt("the delivery was not taken up again", async () => {
        const rows = await database.query(
          `update deliveries set status = 'pending', next_try = $2, ended_at = null, lease_until = null
           where id = $1 and status = 'dead' returning id`,
          [searchable(id), now],
        );
        return rows.length > 0;
      }),
    counts: () =>
      attempt("the deliveries cannot be counted", async () =>
        countRows.parse(
          await database.query(
            `select channel, count(*) filter (where status = 'pending') as pending,
               count(*) filter (where status = 'dead') as dead
             from deliveries where status in ('pending', 'dead') group by channel order by channel`,
          ),
        ),
      ),
    prune: (before) =>
      attempt("old notices were not removed", () =>
        database.transaction(async (sql) => {
          const gone = await sql.query(
            `delete from notices where made_at < $1 and routed_at is not null and not exists (
               select 1 from deliveries d where d.notice = notices.id and d.status in ('pending', 'dead')) returning id`,
            [before],
          );
          await sql.query("delete from channel_messages where updated_at < $1", [before]);
          return gone.length;
        }),
      ),
  };
}

async function writeDelivery(sql: Sql, notice: Notice, planned: PlannedDelivery, now: string): Promise<void> {
  const subject = searchable(notice.subject);
  if (planned.coalesce) {
    await sql.query(
      `update deliveries set status = 'superseded', ended_at = $3, says = $4, lease_until = null
       where channel = $1 and subject = $2 and status = 'pending' and (lease_until is null or lease_until <= $3)`,
      [planned.channel, subject, now, `\`${notice.id}\` says more`],
    );
  }
  await sql.query(
    `insert into deliveries (id, notice, channel, subject, workspace, status, digest, created_at, next_try)
     values ($1, $2, $3, $4, $5, 'pending', $6, $7, $8) on conflict (notice, channel) do nothing`,
    [
      `dlv_${randomBytes(12).toString("hex")}`,
      notice.id,
      planned.channel,
      subject,
      searchable(notice.workspace),
      planned.digest,
      now,
      planned.notBefore,
    ],
  );
}

/** Due, free, and the oldest that waits of its subject in its channel; members of one digest do not wait for each other. */
const DUE = `from deliveries d join notices n on n.id = d.notice
  left join channel_messages m on m.channel = d.channel and m.subject = d.subject
  where d.status = 'pending' and d.next_try <= $1 and (d.lease_until is null or d.lease_until <= $1)
    and not exists (
      select 1 from deliveries e where e.status = 'pending' and e.channel = d.channel and e.subject = d.subject
        and e.seq < d.seq and (e.digest is null or d.digest is null or e.digest <> d.digest))`;

async function claimDue(sql: Sql, limit: number, now: string, leaseUntil: string): Promise<readonly Claim[]> {
  const first = claimedRows.parse(
    await sql.query(
      `select ${COLUMNS}, m.reference ${DUE} order by d.next_try, d.seq limit $2 for update of d`,
      [now, limit],
    ),
  );
  const claims: Claim[] = [];
  const digests = new Set<string>();
  for (const row of first) {
    if (row.digest === null) {
      claims.push(await claimRows(sql, [row], row.reference, now, leaseUntil));
      continue;
    }
    const key = JSON.stringify([row.channel, row.digest]);
    if (digests.has(key)) continue;
    digests.add(key);
    const members = deliveryRows.parse(
      await sql.query(
        `select ${COLUMNS} ${DUE} and d.channel = $2 and d.digest = $3 order by d.seq limit $4 for update of d`,
        [now, row.channel, row.digest, DIGEST_LIMIT],
      ),
    );
    claims.push(await claimRows(sql, members, null, now, leaseUntil));
  }
  return claims;
}

async function claimRows(
  sql: Sql,
  rows: readonly DeliveryRow[],
  reference: string | null,
  now: string,
  leaseUntil: string,
): Promise<Claim> {
  const ids = rows.map(({ id }) => id);
  await sql.query(
    `update delivery_tries set outcome = 'lost', ended_at = $2,
       says = 'the process that tried was gone before it knew', next_try = $2
     where delivery = any($1::text[]) and outcome = 'running'`,
    [ids, now],
  );
  await sql.query("update deliveries set tries = tries + 1, lease_until = $2 where id = any($1::text[])", [
    ids,
    leaseUntil,
  ]);
  await sql.query(
    `insert into delivery_tries (delivery, number, started_at, outcome)
     select id, tries, $2::timestamptz, 'running' from deliveries where id = any($1::text[])`,
    [ids, now],
  );
  const deliveries = rows.map((row): Delivery => ({ ...deliveryOf(row), tries: row.tries + 1 }));
  const [row] = rows;
  if (row === undefined) throw new TypeError("a claim without a delivery");
  return { channel: row.channel, digest: row.digest, deliveries, reference, leaseUntil };
}

/** The count of tries is the fence: whoever lost the lease finds a higher one. */
async function finishOne(
  sql: Sql,
  claim: Claim,
  delivery: Delivery,
  outcome: ClaimOutcome,
  now: string,
): Promise<void> {
  const again = outcome.kind === "failed" ? outcome.nextTry : null;
  const status = outcome.kind === "failed" ? (again === null ? "dead" : "pending") : outcome.kind;
  const values: readonly SqlValue[] = [delivery.id, delivery.tries, status, again ?? now, now, outcome.says];
  const held = idRows.parse(
    await sql.query(
      `update deliveries set status = $3, next_try = $4, lease_until = null, says = $6,
         ended_at = case when $3 = 'pending' then null else $5::timestamptz end
       where id = $1 and tries = $2 and status = 'pending' and lease_until is not null returning id`,
      values,
    ),
  );
  if (held.length === 0) return;
  await sql.query(
    `update delivery_tries set ended_at = $3, outcome = $4, says = $5, status = $6, next_try = $7
     where delivery = $1 and number = $2`,
    [
      delivery.id,
      delivery.tries,
      now,
      outcome.kind === "failed" ? "failed" : "delivered",
      outcome.says,
      outcome.kind === "dropped" ? null : outcome.status,
      again,
    ],
  );
  if (outcome.kind !== "delivered" || outcome.reference === null) return;
  await sql.query(
    `insert into channel_messages (channel, subject, reference, updated_at) values ($1, $2, $3, $4)
     on conflict (channel, subject) do update set reference = excluded.reference, updated_at = excluded.updated_at`,
    [claim.channel, searchable(delivery.notice.subject), outcome.reference, now],
  );
}

function deliveryOf(row: DeliveryRow): Delivery {
  return {
    id: row.id,
    notice: readNotice(row.document),
    channel: row.channel,
    status: row.status,
    digest: row.digest,
    tries: row.tries,
    createdAt: row.created_at,
    nextTry: row.status === "pending" ? row.next_try : null,
    endedAt: row.ended_at,
    says: row.says,
  };
}

function tryOf(row: z.infer<typeof tryRows>[number]): DeliveryTry {
  return {
    number: row.number,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    outcome: row.outcome,
    says: row.says,
    status: row.status,
    nextTry: row.next_try,
  };
}
