import * as z from "zod";
import { serverActions } from "../../app/service/index.ts";
import { ok } from "../../base/index.ts";
import { decodeCursor, encodeCursor, pageQuery } from "../paging.ts";
import { type Route, route } from "../route.ts";
import { actor, channel, json } from "../schemas/judgement.ts";
import { callerOf } from "../signed-in.ts";

const TAG = "audit";
const MEBIBYTE = 1024 * 1024;

const entry = z
  .object({
    index: z.number().int(),
    leaf: z.string().describe("RFC 6962 leaf hash of the entry's RFC 8785 text"),
    entry: z.object({
      schema: z.string(),
      id: z.string(),
      kind: z.string(),
      time: z.string(),
      workspace: z.string(),
      actor,
      channel,
      subject: z.string(),
      answer: z.string().nullable(),
      because: z.string(),
      revisions: z.record(z.string(), z.string()),
      details: json,
    }),
  })
  .meta({ id: "LoggedEntry" });

const report = json.describe("What was verified, and everything that is wrong");

export const auditRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/audit/entries",
    summary: "Entries of the record, newest first",
    tag: TAG,
    access: "audit.read",
    workspace: ({ query }) => query.workspace ?? null,
    query: z.strictObject({
      ...pageQuery,
      workspace: z.string().min(1).max(2_000).optional(),
      kind: z.string().min(1).max(100).optional(),
    }),
    reply: z.object({
      size: z.number().int().describe("Entries in the whole log"),
      items: z.array(entry),
      next: z.string().nullable(),
    }),
    async handle({ service, scope, query }) {
      const before = query.cursor === undefined ? ok([]) : decodeCursor(query.cursor, ["number"]);
      if (!before.ok) return before;
      const [start] = before.value;
      const page = await serverActions.auditPage(service, {
        workspaces: query.workspace === undefined ? scope.workspaces : [query.workspace],
        kind: query.kind ?? null,
        before: typeof start === "number" ? Math.max(0, Math.trunc(start)) : null,
        limit: query.limit,
      });
      if (!page.ok) return page;
      const { size, items, next } = page.value;
      const shown = items.map(({ index, leaf, entry: said }) => ({
        index,
        leaf,
        entry: {
          ...said,
          actor: { ...said.actor, groups: [...said.actor.groups] },
          revisions: { ...said.revisions },
        },
      }));
      return ok({ value: { size, items: shown, next: next === null ? null : encodeCursor([next]) } });
    },
  }),
  route({
    method: "GET",
    path: "/audit/checkpoint",
    summary: "The newest signed checkpoint, to be kept elsewhere",
    tag: TAG,
    access: "audit.read",
    reply: z.object({
      note: z.string().describe("C2SP signed note"),
      publicKey: z.string().describe("C2SP verifier key"),
    }),
    async handle({ service }) {
      const done = await serverActions.auditCheckpoint(service);
      return done.ok ? ok({ value: done.value }) : done;
    },
  }),
  route({
    method: "GET",
    path: "/audit/export",
    summary: "The whole record, in a form that verifies by itself",
    tag: TAG,
    access: "audit.export",
    reply: z.null(),
    replyType: "application/jsonl",
    async handle({ service }) {
      const body = await serverActions.auditExport(service);
      const headers = { "content-disposition": 'attachment; filename="trueup-audit.jsonl"' };
      return ok({ value: null, headers, content: { type: "application/jsonl; charset=utf-8", body } });
    },
  }),
  route({
    method: "POST",
    path: "/audit/verify",
    summary: "Verify the record: nothing edited, removed, reordered or inserted",
    tag: TAG,
    access: "audit.export",
    body: z.strictObject({
      checkpoints: z
        .array(z.string().max(10_000))
        .max(100)
        .default([])
        .describe("Notes that were kept elsewhere"),
    }),
    reply: report,
    async handle({ service, body }) {
      const done = await serverActions.auditVerify(service, body.checkpoints);
      return done.ok ? ok({ value: JSON.parse(JSON.stringify(done.value)) }) : done;
    },
  }),
  route({
    method: "POST",
    path: "/audit/import",
    summary: "Take a log of checks into the record, each entry once",
    tag: TAG,
    access: "audit.import",
    query: z.strictObject({
      key: z
        .string()
        .max(1_000)
        .optional()
        .describe("C2SP verifier key of the log; default: this server's own"),
    }),
    raw: ["application/jsonl", "application/octet-stream", "text/plain"],
    maxBodyBytes: 64 * MEBIBYTE,
    reply: z.object({ imported: z.number().int(), skipped: z.number().int() }),
    async handle(request) {
      const { service, query, raw } = request;
      const done = await serverActions.auditImport(service, callerOf(request), {
        log: raw ?? new Uint8Array(),
        publicKeys: query.key === undefined ? [] : [query.key],
      });
      return done.ok ? ok({ value: done.value }) : done;
    },
  }),
];
