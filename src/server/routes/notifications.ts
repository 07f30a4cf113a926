import * as z from "zod";
import { serverActions } from "../../app/service/index.ts";
import { err, ok, type Problem, problem, type Result } from "../../base/index.ts";
import { maySee, type Scope } from "../caller.ts";
import { decodeCursor, encodeCursor, pageOf, pageQuery } from "../paging.ts";
import { type Route, route } from "../route.ts";

const TAG = "notifications";
const maybe = z.string().nullable();
const status = z.enum(["pending", "delivered", "superseded", "dropped", "dead"]);

const delivery = z
  .object({
    id: z.string(),
    channel: z.string(),
    status,
    digest: maybe.describe("Deliveries with the same key go out as one message"),
    tries: z.number().int(),
    createdAt: z.string(),
    nextTry: maybe,
    endedAt: maybe,
    says: maybe.describe("What the receiver answered, or why it was not delivered"),
    notice: z.object({
      id: z.string(),
      kind: z.string(),
      time: z.string(),
      workspace: z.string(),
      subject: z.string(),
      severity: z.enum(["critical", "error", "warning", "info"]),
      state: z.enum(["open", "acknowledged", "ended"]),
      title: z.string(),
    }),
  })
  .meta({ id: "Delivery" });

const deliveryTry = z.object({
  number: z.number().int(),
  startedAt: z.string(),
  endedAt: maybe,
  outcome: z.enum(["delivered", "failed", "lost", "running"]),
  says: maybe,
  status: z.number().int().nullable(),
  nextTry: maybe,
});

const idParams = z.strictObject({ id: z.string().regex(/^dlv_[0-9a-f]{24}$/) });
const missing = (id: string): Problem => problem("not_found", `there is no delivery \`${id}\``);

export const notificationRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/notifications/deliveries",
    summary: "List deliveries, newest first",
    tag: TAG,
    access: "notifications.read",
    query: z.strictObject({
      ...pageQuery,
      status: status.optional(),
      channel: z.string().min(1).max(100).optional(),
      subject: z.string().min(1).max(200).optional().describe("Id of what it is about, such as a finding"),
      workspace: z.string().min(1).max(2_000).optional(),
    }),
    reply: pageOf(delivery),
    async handle({ service, query, scope }) {
      const { cursor, ...filters } = query;
      const key = cursor === undefined ? ok([]) : decodeCursor(cursor, ["number"]);
      if (!key.ok) return key;
      const page = await service.store.notifications.list({
        ...defined(filters),
        limit: query.limit,
        ...(key.value[0] === undefined ? {} : { before: Number(key.value[0]) }),
        ...(scope.workspaces === null ? {} : { workspaces: scope.workspaces }),
      });
      if (!page.ok) return page;
      const { items, next } = page.value;
      return ok({ value: { items: [...items], next: next === null ? null : encodeCursor([next]) } });
    },
  }),
  route({
    method: "GET",
    path: "/notifications/deliveries/{id}",
    summary: "Show a delivery with each of its tries",
    tag: TAG,
    access: "notifications.read",
    params: idParams,
    reply: z.object({ delivery, tries: z.array(deliveryTry) }),
    async handle({ service, params, scope }) {
      const found = await service.store.notifications.get(params.id);
      if (!found.ok) return found;
      if (found.value === null || !maySee(scope, found.value.delivery.notice.workspace))
        return err(missing(params.id));
      return ok({ value: { delivery: found.value.delivery, tries: [...found.value.tries] } });
    },
  }),
  route({
    method: "POST",
    path: "/notifications/deliveries/{id}/retry",
    summary: "Give a dead delivery another round of tries",
    tag: TAG,
    access: "notifications.write",
    params: idParams,
    reply: z.object({ id: z.string() }),
    replyStatus: 202,
    async handle({
      service,
      params,
      scope,
    }): Promise<Result<{ status: 202; value: { id: string } }, Problem>> {
      const found = await service.store.notifications.get(params.id);
      if (!found.ok) return found;
      if (found.value === null || !maySee(scope, found.value.delivery.notice.workspace))
        return err(missing(params.id));
      const now = new Date(service.clock.now()).toISOString();
      const taken = await service.store.notifications.retry(params.id, now);
      if (!taken.ok) return taken;
      if (!taken.value) return err(problem("conflict", "only a dead delivery is taken up again"));
      return ok({ status: 202, value: { id: params.id } });
    },
  }),
  route({
    method: "GET",
    path: "/notifications/channels",
    summary: "List the configured channels with what waits in each",
    tag: TAG,
    access: "notifications.read",
    reply: z.object({
      items: z.array(
        z.object({
          name: z.string(),
          kind: z.string(),
          pending: z.number().int(),
          dead: z.number().int().describe("Given up; waits for a person"),
        }),
      ),
    }),
    async handle({ service, scope }) {
      const counts = await service.store.notifications.counts();
      if (!counts.ok) return counts;
      const of = (name: string) => counts.value.find(({ channel }) => channel === name);
      const items = service.config.notifications.channels.map(({ name, target }) => ({
        name,
        kind: target.kind,
        // Counts tell of all workspaces: they are for whoever may see all of them.
        pending: seesAll(scope) ? (of(name)?.pending ?? 0) : 0,
        dead: seesAll(scope) ? (of(name)?.dead ?? 0) : 0,
      }));
      return ok({ value: { items } });
    },
  }),
  route({
    method: "POST",
    path: "/notifications/channels/{name}/test",
    summary: "Send a test message to a channel, at once",
    tag: TAG,
    access: "notifications.write",
    params: z.strictObject({ name: z.string().min(1).max(100) }),
    reply: z.object({ delivered: z.boolean(), says: z.string(), status: z.number().int().nullable() }),
    async handle({ service, principal, params }) {
      if (principal === null) return err(problem("credentials_missing", "sign in first"));
      const tested = await serverActions.testChannel(service, principal, params.name);
      return tested.ok ? ok({ value: tested.value }) : tested;
    },
  }),
];

function seesAll(scope: Scope): boolean {
  return scope.workspaces === null;
}

/** Absent members are left out, not `undefined`. */
function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
