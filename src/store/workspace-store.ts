import * as z from "zod";
import type { Sealer } from "../audit/ports.ts";
import { canonicalJson, ok, type Problem, problem, type Result } from "../base/index.ts";
import type { AuditEntry } from "../domain/index.ts";
import type { Workspace, WorkspaceStore } from "../workspaces/ports.ts";
import { appendEntries, recorded } from "./audit-log.ts";
import type { CheckpointFile } from "./checkpoint-file.ts";
import { attempt, batches, type Database, Refusal, type Sql } from "./database.ts";

const rows = z.array(z.object({ document: z.string() }));
const text = z.string();
const document = z.object({
  id: text,
  name: text,
  source: z.union([
    z.object({ kind: z.literal("directory"), path: text }),
    z.object({ kind: z.literal("git"), url: text, ref: text.nullable(), path: text }),
  ]),
  tool: z.object({
    name: z.enum(["tofu", "terraform"]),
    binary: text.nullable(),
    varFiles: z.array(text),
    timeoutSeconds: z.number(),
  }),
  backend: text.nullable(),
  credentials: z.array(
    z.union([
      z.object({ variable: text, from: z.literal("env"), name: text }),
      z.object({ variable: text, from: z.literal("file"), path: text }),
    ]),
  ),
  labels: z.record(text, text),
  account: text.nullable(),
  owners: z.array(text),
  protectedRefs: z.array(text),
  schedule: z.object({ cron: text, timezone: text, jitterSeconds: z.number() }).nullable(),
  enabled: z.boolean(),
  discovery: text.nullable(),
  missingSince: text.nullable(),
  version: z.number().int(),
  createdAt: text,
  changedAt: text,
}) satisfies z.ZodType<Workspace>;

/** The {@link WorkspaceStore} of a store. */
export function workspaceStoreOver(
  database: Database,
  context: { readonly sealer: Sealer; readonly checkpointFile: CheckpointFile | null },
): WorkspaceStore {
  /** The change and its audit entries in one transaction. */
  async function mutate(
    audit: readonly AuditEntry[],
    work: (sql: Sql) => Promise<void>,
  ): Promise<Result<void, Problem>> {
    const written = await attempt("the workspace was not written", () =>
      database.transaction(async (sql) => {
        await work(sql);
        return appendEntries(sql, context.sealer, audit);
      }),
    );
    if (!written.ok) return written;
    await recorded(database, written.value, context.checkpointFile);
    return ok(undefined);
  }
  return {
    list: ({ names, account, discovery, enabled, after, limit }) =>
      attempt("the workspaces cannot be read", async () =>
        read(
          await database.query(
            `select document from declared_workspaces
             where ($1::text[] is null or name = any($1)) and ($2::text is null or account = $2)
               and ($3::text is null or discovery = $3) and ($4::boolean is null or enabled = $4)
               and ($5::text is null or name collate "C" > $5)
             order by name collate "C" limit $6`,
            [
              names ?? null,
              account ?? null,
              discovery ?? null,
              enabled ?? null,
              after ?? null,
              limit ?? 100_000,
            ],
          ),
        ),
      ),
    find: (idOrName) =>
      attempt("the workspace cannot be read", async () => {
        const found = read(
          await database.query(
            "select document from declared_workspaces where id = $1 or name = $1 limit 2",
            [idOrName.replaceAll("\0", "\uFFFD")],
          ),
        );
        return found.find(({ id }) => id === idOrName) ?? found[0] ?? null;
      }),
    add: (workspaces, audit) =>
      mutate(audit, async (sql) => {
        for (const batch of batches(workspaces)) {
          await refuseTaken(sql, batch);
          await sql.query(
            `insert into declared_workspaces
               (id, name, enabled, account, discovery, missing_since, version, created_at, changed_at, document)
             select * from unnest($1::text[], $2::text[], $3::boolean[], $4::text[], $5::text[], $6::timestamptz[],
               $7::integer[], $8::timestamptz[], $9::timestamptz[], $10::text[])`,
            columnsOf(batch),
          );
        }
      }),
    replace: (workspaces, audit) =>
      mutate(audit, async (sql) => {
        for (const workspace of workspaces) {
          await refuseTaken(sql, [workspace]);
          const done = await sql.query(
            `update declared_workspaces set name = $2, enabled = $3, account = $4, discovery = $5,
               missing_since = $6::timestamptz, version = $7::integer, changed_at = $8::timestamptz, document = $9
             where id = $1 and version = $7::integer - 1 returning id`,
            [
              workspace.id,
              workspace.name,
              workspace.enabled,
              workspace.account,
              workspace.discovery,
              workspace.missingSince,
              workspace.version,
              workspace.changedAt,
              canonicalJson({ ...workspace }),
            ],
          );
          if (done.length === 0) await refuseStale(sql, workspace);
        }
      }),
    remove: (workspace, audit) =>
      mutate(audit, async (sql) => {
        const done = await sql.query(
          "delete from declared_workspaces where id = $1 and version = $2 returning id",
          [workspace.id, workspace.version],
        );
        if (done.length === 0) await refuseStale(sql, workspace);
      }),
  };
}

function columnsOf(batch: readonly Workspace[]): (readonly (string | null)[])[] {
  return [
    batch.map(({ id }) => id),
    batch.map(({ name }) => name),
    batch.map(({ enabled }) => String(enabled)),
    batch.map(({ account }) => account),
    batch.map(({ discovery }) => discovery),
    batch.map(({ missingSince }) => missingSince),
    batch.map(({ version }) => String(version)),
    batch.map(({ createdAt }) => createdAt),
    batch.map(({ changedAt }) => changedAt),
    batch.map((workspace) => canonicalJson({ ...workspace })),
  ];
}

async function refuseTaken(sql: Sql, batch: readonly Workspace[]): Promise<void> {
  const taken = z.array(z.object({ name: z.string() })).parse(
    await sql.query(
      `select name from declared_workspaces d
       where exists (select 1 from unnest($1::text[], $2::text[]) as n (id, name) where n.name = d.name and n.id <> d.id)
       limit 1`,
      [batch.map(({ id }) => id), batch.map(({ name }) => name)],
    ),
  )[0];
  if (taken === undefined) return;
  throw new Refusal(
    problem("workspace_name_taken", `there is a workspace \`${taken.name}\` already`, {
      hint: "choose another name",
    }),
  );
}

async function refuseStale(sql: Sql, { id, name }: Workspace): Promise<never> {
  const there = await sql.query("select 1 from declared_workspaces where id = $1", [id]);
  if (there.length === 0)
    throw new Refusal(problem("workspace_missing", `there is no workspace \`${name}\``));
  throw new Refusal(
    problem("version_conflict", `somebody else changed \`${name}\` meanwhile`, { hint: "read it again" }),
  );
}

function read(found: readonly unknown[]): readonly Workspace[] {
  return rows.parse(found).map((row) => document.parse(JSON.parse(row.document)));
}
