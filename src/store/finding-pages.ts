import * as z from "zod";
import type { Sealer } from "../audit/ports.ts";
import { problem } from "../base/index.ts";
import type { Finding, RiskClass } from "../domain/index.ts";
import type {
  FindingComment,
  FindingCount,
  FindingPage,
  FindingPageQuery,
  FindingSort,
  FindingStore,
} from "../govern/findings/ports.ts";
import { appendEntries } from "./audit-log.ts";
import { attempt, type Database, Refusal, type Sql, type SqlValue, searchable } from "./database.ts";
import { readFinding } from "./schemas.ts";

/** In order of rank: `risk_rank` is the place in this list. */
export const RISK_CLASSES: readonly RiskClass[] = ["low", "medium", "high", "critical"];

export const findingRow = z.object({ document: z.string(), assigned: z.string().nullable() });
const findingRows = z.array(findingRow);
const pageRows = z.array(findingRow.extend({ id: z.string(), place: z.union([z.string(), z.number()]) }));
const countRows = z.array(
  z.object({
    status: z.enum(["open", "accepted"]),
    triage: z.enum(["known_and_allowed", "remediate", "review"]),
    risk_rank: z.number().int(),
    count: z.coerce.number().int(),
    overdue: z.coerce.number().int(),
  }),
);
const commentRows = z.array(
  z.object({
    id: z.string(),
    finding: z.string(),
    at: z.date(),
    author: z.string(),
    body: z.string(),
  }),
);

/** A finding as it was written by the last scan, in the hands of whom it was given to since. */
export function findingOf(row: z.infer<typeof findingRow>): Finding {
  const finding = readFinding(row.document);
  return row.assigned === null ? finding : { ...finding, owner: row.assigned };
}

/** What a finding is searched by, cut into words of letters and digits so that every version of Postgres reads the same. */
export function wordsOf({ workspace, change, owner }: Finding): string {
  const { address, type, account, region, id } = change.resource;
  const { principal, person } = change.actor;
  return wordsIn([workspace, address, type, account, region, id, owner, principal, person].join(" "))
    .slice(0, 200)
    .join(" ");
}

function wordsIn(text: string): readonly string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}

/**
 * One statement for each sort, all constants: the order of each is the order of an index, and the cursor is a place in it. `place` is
 * text where it is an instant, so that no digit of it is lost.
 */
const FILTER = `from findings
  where ($1::text[] is null or workspace = any($1)) and ($2::text[] is null or status = any($2))
    and ($11::text is null or workspace = $11) and ($12::text is null or status = $12)
    and ($3::text[] is null or triage = any($3)) and ($4::smallint[] is null or risk_rank = any($4))
    and ($5::text is null or owner = $5) and (not $6::boolean or owner is null)
    and ($7::text is null or words @@ to_tsquery('simple', $7))`;
const STATEMENTS: Readonly<Record<FindingSort, string>> = {
  due: `select id, document, assigned, due_at::text as place ${FILTER}
    and ($8::text is null or (due_at, id) > ($8::timestamptz, $9)) order by due_at, id limit $10`,
  risk: `select id, document, assigned, risk_rank as place ${FILTER}
    and ($8::text is null or (risk_rank, id) < ($8::smallint, $9)) order by risk_rank desc, id desc limit $10`,
  last_seen: `select id, document, assigned, last_seen::text as place ${FILTER}
    and ($8::text is null or (last_seen, id) < ($8::timestamptz, $9)) order by last_seen desc, id desc limit $10`,
  address: `select id, document, assigned, '' as place ${FILTER}
    and ($8::text is null or (workspace, address collate "C", id) >
      (select c.workspace, c.address collate "C", c.id from findings c where c.id = $9))
    order by workspace, address collate "C", id limit $10`,
};

const PLACES: Readonly<Record<FindingSort, RegExp>> = {
  due: /^(infinity|\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?[+-]\d\d(:\d\d)*)$/,
  risk: /^[0-3]$/,
  last_seen: /^\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?[+-]\d\d(:\d\d)*$/,
  address: /^$/,
};

type Pages = Pick<FindingStore, "page" | "counts" | "assign" | "comment" | "comments">;

export function findingPagesOver(database: Database, context: { readonly sealer: Sealer }): Pages {
  return {
    page: (query) => attempt("the findings cannot be read", () => page(database, query)),
    counts: (now) =>
      attempt("the findings cannot be counted", async () =>
        countRows
          .parse(
            await database.query(
              `select status, triage, risk_rank, count(*) as count, count(*) filter (where due_at < $1) as overdue
               from findings where status in ('open', 'accepted')
               group by status, triage, risk_rank order by status, triage, risk_rank`,
              [now],
            ),
          )
          .map(
            ({ risk_rank, ...row }): FindingCount => ({
              ...row,
              riskClass: RISK_CLASSES[risk_rank] ?? "low",
            }),
          ),
      ),
    assign: ({ finding, owner }, audit) =>
      attempt("the finding was not assigned", () =>
        database.transaction(async (sql) => {
          const name = owner === null ? null : searchable(owner);
          const [row] = findingRows.parse(
            await sql.query(
              "update findings set assigned = $2, owner = $2 where id = $1 returning document, assigned",
              [searchable(finding), name],
            ),
          );
          if (row === undefined) throw new Refusal(unknown(finding));
          const given = findingOf(row);
          if (owner === null && given.owner !== null) {
            await sql.query("update findings set owner = $2 where id = $1", [
              given.id,
              searchable(given.owner),
            ]);
          }
          await appendEntries(sql, context.sealer, audit);
          return given;
        }),
      ),
    comment: (comment, audit) =>
      attempt("the comment was not kept", () =>
        database.transaction(async (sql) => {
          const { id, finding, time, author, text } = comment;
          const written = await sql.query(
            `insert into finding_comments (id, finding, at, author, body)
             select $1, f.id, $3, $4, $5 from findings f where f.id = $2 returning id`,
            [id, searchable(finding), time, searchable(author), searchable(text)],
          );
          if (written.length === 0) throw new Refusal(unknown(finding));
          await appendEntries(sql, context.sealer, audit);
        }),
      ),
    comments: (finding) =>
      attempt("the comments cannot be read", async () =>
        commentRows
          .parse(
            await database.query(
              "select id, finding, at, author, body from finding_comments where finding = $1 order by seq",
              [searchable(finding)],
            ),
          )
          .map(({ at, body, ...row }): FindingComment => ({ ...row, time: at.toISOString(), text: body })),
      ),
  };
}

async function page(sql: Sql, query: FindingPageQuery): Promise<FindingPage> {
  const sort = query.sort ?? "due";
  const after = query.cursor === undefined ? null : placeOf(query.cursor, sort);
  const words = wordsIn(query.text ?? "");
  // One of a kind is asked for as an equality: the planner then reads an index in its order.
  const [workspaces, workspace] = oneOrMany(query.workspaces?.map(searchable));
  const [statuses, status] = oneOrMany(query.statuses);
  const values: readonly SqlValue[] = [
    workspaces,
    statuses,
    query.triages ?? null,
    query.riskClasses?.map((name) => RISK_CLASSES.indexOf(name)) ?? null,
    typeof query.owner === "string" ? searchable(query.owner) : null,
    query.owner === null,
    words.length === 0 ? null : words.map((word) => `'${word}':*`).join(" & "),
    after === null ? null : after.place,
    after === null ? null : after.id,
    query.limit + 1,
    workspace,
    status,
  ];
  const rows = pageRows.parse(await sql.query(STATEMENTS[sort], values));
  const shown = rows.slice(0, query.limit);
  const last = shown.at(-1);
  return {
    items: shown.map(findingOf),
    next:
      rows.length > query.limit && last !== undefined ? cursorOf(sort, String(last.place), last.id) : null,
  };
}

function oneOrMany<T extends string>(
  list: readonly T[] | undefined,
): readonly [readonly T[] | null, T | null] {
  if (list === undefined) return [null, null];
  const [only] = list;
  return list.length === 1 && only !== undefined ? [null, only] : [list, null];
}

function cursorOf(sort: FindingSort, place: string, id: string): string {
  return Buffer.from(JSON.stringify([sort, place, id]), "utf8").toString("base64url");
}

const cursorShape = z.tuple([z.string(), z.string(), z.string().regex(/^fnd_[0-9a-f]{12}$/)]);

/** A cursor is input like any other: only what this file could have written is taken. */
function placeOf(cursor: string, sort: FindingSort): { readonly place: string; readonly id: string } {
  const refused = new Refusal(
    problem("cursor_invalid", "the cursor is none of this list", {
      hint: "take `next` as it is, or leave it out",
    }),
  );
  let raw: unknown;
  try {
    raw = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    throw refused;
  }
  const read = cursorShape.safeParse(raw);
  if (!read.success) throw refused;
  const [of, place, id] = read.data;
  if (of !== sort || !PLACES[sort].test(place)) throw refused;
  return { place, id };
}

function unknown(finding: string) {
  return problem("finding_missing", `there is no finding \`${finding}\``);
}
