import * as z from "zod";
import type { Sealer } from "../audit/ports.ts";
import { ROLES } from "../authority/index.ts";
import type { Account, AccountStore, KeptBinding, SignedIn, SingleUse, Token } from "../authority/ports.ts";
import { canonicalJson, ok, type Problem, problem, type Result, rfc3339 } from "../base/index.ts";
import type { AuditEntry } from "../domain/index.ts";
import { appendEntries, recorded } from "./audit-log.ts";
import type { CheckpointFile } from "./checkpoint-file.ts";
import { attempt, type Database, Refusal, type Sql } from "./database.ts";

const text = z.string();
const texts = z.array(text);
const instant = z.date().transform((time) => rfc3339(time.getTime()));
const documents = z.array(z.object({ document: text }));
const accountShape = z.object({
  id: text,
  issuer: text,
  subject: text,
  name: text,
  groups: texts,
  state: z.enum(["active", "disabled"]),
  createdAt: text,
  version: z.number().int(),
}) satisfies z.ZodType<Account>;
const bindingShape = z.object({
  id: text,
  role: z.enum(ROLES),
  to: z.union([
    z.object({ kind: z.literal("principal"), principal: text }),
    z.object({ kind: z.literal("group"), group: text }),
  ]),
  scope: z.object({
    workspaces: texts.nullable(),
    teams: texts.nullable(),
    labels: z.record(text, text).nullable(),
  }),
  createdBy: text,
  createdAt: text,
}) satisfies z.ZodType<KeptBinding>;
const sessionRows = z.array(
  z.object({
    id: text,
    secret_hash: text,
    account: text,
    method: z.enum(["oidc", "local_account"]),
    created_at: instant,
    seen_at: instant,
    ends_at: instant,
  }),
);
const tokenShape = z.object({
  id: text,
  name: text,
  prefix: text,
  secretHash: text,
  account: text.nullable(),
  scopes: texts,
  createdBy: text,
  createdAt: text,
  expiresAt: text,
});
const tokenRows = z.array(
  z.object({ document: text, revoked_at: instant.nullable(), used_at: instant.nullable() }),
);
const onceRows = z.array(z.object({ document: text, expires_at: instant }));
const TOKEN_COLUMNS = "document, revoked_at, used_at";

/** The {@link AccountStore} of a store. */
export function accountStoreOver(
  database: Database,
  context: { readonly sealer: Sealer; readonly checkpointFile: CheckpointFile | null },
): AccountStore {
  /** The change and its audit entries in one transaction. */
  async function mutate<T>(
    audit: readonly AuditEntry[],
    work: (sql: Sql) => Promise<T>,
  ): Promise<Result<T, Problem>> {
    const written = await attempt("the account was not written", () =>
      database.transaction(async (sql) => ({
        value: await work(sql),
        sealed: await appendEntries(sql, context.sealer, audit),
      })),
    );
    if (!written.ok) return written;
    await recorded(database, written.value.sealed, context.checkpointFile);
    return ok(written.value.value);
  }
  const read = <T>(work: () => Promise<T>) => attempt("the accounts cannot be read", work);
  return {
    accounts: () =>
      read(async () =>
        accountsIn(await database.query('select document from accounts order by document collate "C"')),
      ),
    account: (id) =>
      read(async () =>
        one(accountsIn(await database.query("select document from accounts where id = $1", [id]))),
      ),
    accountOf: (issuer, subject) =>
      read(async () =>
        one(
          accountsIn(
            await database.query("select document from accounts where issuer = $1 and subject = $2", [
              issuer,
              subject,
            ]),
          ),
        ),
      ),
    addAccount: (account, audit) =>
      mutate(audit, async (sql) => {
        const { id, issuer, subject, version } = account;
        const done = await sql.query(
          `insert into accounts (id, issuer, subject, version, document) values ($1, $2, $3, $4, $5)
           on conflict (issuer, subject) do nothing returning id`,
          [id, issuer, subject, version, canonicalJson({ ...account })],
        );
        if (done.length === 0) refuse("account_taken", "there is an account of this person already");
      }),
    changeAccount: (account, audit) =>
      mutate(audit, async (sql) => {
        const { id, version, state } = account;
        const done = await sql.query(
          "update accounts set version = $2::integer, document = $3 where id = $1 and version = $2::integer - 1 returning id",
          [id, version, canonicalJson({ ...account })],
        );
        if (done.length === 0) refuse("version_conflict", "somebody else changed the account meanwhile");
        if (state === "disabled") await sql.query("delete from account_sessions where account = $1", [id]);
      }),

    bindings: () =>
      read(async () =>
        documents
          .parse(await database.query("select document from role_bindings order by id"))
          .map(({ document }) => bindingShape.parse(JSON.parse(document))),
      ),
    bind: (bindings, audit) => mutate(audit, (sql) => insertBindings(sql, bindings)),
    unbind: (id, audit) =>
      mutate(audit, async (sql) => {
        const done = await sql.query("delete from role_bindings where id = $1 returning id", [id]);
        if (done.length === 0) refuse("binding_missing", `there is no binding \`${id}\``);
      }),

    openSession: (session, audit) =>
      mutate(audit, async (sql) => {
        const { id, secretHash, account, method, createdAt, seenAt, endsAt } = session;
        await sql.query(
          `insert into account_sessions (id, secret_hash, account, method, created_at, seen_at, ends_at)
           values ($1, $2, $3, $4, $5::timestamptz, $6::timestamptz, $7::timestamptz)`,
          [id, secretHash, account, method, createdAt, seenAt, endsAt],
        );
      }),
    sessionBy: (secretHash) =>
      read(async () => {
        const [row] = sessionRows.parse(
          await database.query("select * from account_sessions where secret_hash = $1", [secretHash]),
        );
        if (row === undefined) return null;
        const { id, account, method, created_at: createdAt, seen_at: seenAt, ends_at: endsAt } = row;
        return {
          id,
          secretHash: row.secret_hash,
          account,
          method,
          createdAt,
          seenAt,
          endsAt,
        } satisfies SignedIn;
      }),
    touchSession: (id, seenAt) =>
      read(async () => {
        await database.query("update account_sessions set seen_at = $2::timestamptz where id = $1", [
          id,
          seenAt,
        ]);
      }),
    endSessions: (which, audit) =>
      mutate(audit, async (sql) => {
        const done =
          "id" in which
            ? await sql.query("delete from account_sessions where id = $1 returning id", [which.id])
            : await sql.query("delete from account_sessions where account = $1 returning id", [
                which.account,
              ]);
        return done.length;
      }),

    addToken: (token, bindings, audit) =>
      mutate(audit, async (sql) => {
        const { revokedAt: _revoked, usedAt: _used, ...document } = token;
        await sql.query(
          `insert into access_tokens (id, prefix, secret_hash, account, expires_at, document)
           values ($1, $2, $3, $4, $5::timestamptz, $6)`,
          [token.id, token.prefix, token.secretHash, token.account, token.expiresAt, canonicalJson(document)],
        );
        await insertBindings(sql, bindings);
      }),
    tokens: (account) =>
      read(async () =>
        tokensIn(
          await database.query(
            `select ${TOKEN_COLUMNS} from access_tokens where ($1::text is null or account = $1) order by seq desc`,
            [account],
          ),
        ),
      ),
    token: (id) =>
      read(async () =>
        one(tokensIn(await database.query(`select ${TOKEN_COLUMNS} from access_tokens where id = $1`, [id]))),
      ),
    tokensBy: (prefix) =>
      read(async () =>
        tokensIn(
          await database.query(`select ${TOKEN_COLUMNS} from access_tokens where prefix = $1 limit 20`, [
            prefix,
          ]),
        ),
      ),
    revokeToken: (id, at, audit) =>
      mutate(audit, async (sql) => {
        const done = await sql.query(
          "update access_tokens set revoked_at = $2::timestamptz where id = $1 and revoked_at is null returning id",
          [id, at],
        );
        if (done.length === 0) {
          const there = await sql.query("select 1 from access_tokens where id = $1", [id]);
          if (there.length === 0) refuse("token_missing", `there is no token \`${id}\``);
          refuse("token_revoked", `the token \`${id}\` was revoked before`);
        }
        await sql.query("delete from role_bindings where principal = $1", [id]);
      }),
    touchToken: (id, usedAt) =>
      read(async () => {
        await database.query("update access_tokens set used_at = $2::timestamptz where id = $1", [
          id,
          usedAt,
        ]);
      }),

    keepOnce: ({ kind, secretHash, expiresAt, document }) =>
      read(async () => {
        await database.query(
          "insert into single_uses (secret_hash, kind, expires_at, document) values ($1, $2, $3::timestamptz, $4)",
          [secretHash, kind, expiresAt, canonicalJson({ ...document })],
        );
      }),
    takeOnce: (kind, secretHash) =>
      read(async () => {
        const [row] = onceRows.parse(
          await database.query(
            "delete from single_uses where secret_hash = $1 and kind = $2 returning document, expires_at",
            [secretHash, kind],
          ),
        );
        if (row === undefined) return null;
        const document = z.record(text, text).parse(JSON.parse(row.document));
        return { kind, secretHash, expiresAt: row.expires_at, document } satisfies SingleUse;
      }),
    forgetEnded: (before) =>
      read(async () => {
        const gone = await database.query(
          "delete from account_sessions where ends_at < $1::timestamptz returning id",
          [before],
        );
        const used = await database.query(
          "delete from single_uses where expires_at < $1::timestamptz returning kind",
          [before],
        );
        return gone.length + used.length;
      }),
  };
}

async function insertBindings(sql: Sql, bindings: readonly KeptBinding[]): Promise<void> {
  for (const binding of bindings) {
    const principal = binding.to.kind === "principal" ? binding.to.principal : null;
    await sql.query("insert into role_bindings (id, principal, document) values ($1, $2, $3)", [
      binding.id,
      principal,
      canonicalJson(JSON.parse(JSON.stringify(binding))),
    ]);
  }
}

function accountsIn(rows: readonly unknown[]): readonly Account[] {
  return documents.parse(rows).map(({ document }) => accountShape.parse(JSON.parse(document)));
}

function tokensIn(rows: readonly unknown[]): readonly Token[] {
  return tokenRows.parse(rows).map(({ document, revoked_at: revokedAt, used_at: usedAt }) => ({
    ...tokenShape.parse(JSON.parse(document)),
    revokedAt,
    usedAt,
  }));
}

function one<T>(found: readonly T[]): T | null {
  return found[0] ?? null;
}

function refuse(code: string, message: string): never {
  throw new Refusal(problem(code, message));
}
