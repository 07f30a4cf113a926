import type { ZodType } from "zod";
import type { Permission } from "../app/index.ts";
import type { Service } from "../app/service/index.ts";
import type { Problem, Result } from "../base/index.ts";
import type { Principal } from "../domain/index.ts";
import type { HttpCall, Scope } from "./caller.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Who may call a route: a permission, anybody signed in (`session`), or anybody at all (`public`: sign-in, health). */
export type Access = Permission | "session" | "public";

/** What a handler gets: everything validated, and nothing of the HTTP library. */
export interface RouteRequest<Params, Query, Body> {
  readonly service: Service;
  /** `null` on public routes only. */
  readonly principal: Principal | null;
  /** What the caller may see: lists are narrowed to it. Everything on `session` and `public` routes. */
  readonly scope: Scope;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** The body as it came, on routes with `raw`; `null` on all others. */
  readonly raw: Uint8Array | null;
  /** Value of `If-Match`, unquoted; `null` without one. */
  readonly ifMatch: string | null;
  /** The request itself: for sign-in (cookies, headers) and webhooks (signatures). Everything else is above. */
  readonly call: HttpCall;
  /** Aborted when the caller is gone. */
  readonly signal: AbortSignal;
}

/** A reply that is no JSON: a page, a file, a stream. Takes the place of `value`. */
export interface Content {
  /** `text/html; charset=utf-8`, `text/event-stream`. */
  readonly type: string;
  readonly body: string | Uint8Array | AsyncIterable<string | Uint8Array>;
}

export interface RouteReply<Value> {
  /** Default 200; 204 sends no body. 303 goes with a `location` header. */
  readonly status?: 200 | 201 | 202 | 204 | 303 | 503;
  readonly value: Value;
  /** Version of what people edit; sent as a strong `ETag`. */
  readonly etag?: string;
  /** A list sends the header several times (`set-cookie`). */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly content?: Content;
}

/**
 * One route as data: the dispatcher validates, authorises, answers and documents it (OpenAPI) from this alone,
 * so that a route without a rule cannot be registered.
 */
export interface Route<Params = unknown, Query = unknown, Body = unknown, Value = unknown> {
  readonly method: Method;
  /** Below `/v1`, with `{name}` for parameters: `/findings/{id}`. */
  readonly path: string;
  /** `true`: not below `/v1`. Health, metrics, sign-in pages. */
  readonly atRoot?: boolean;
  readonly summary: string;
  /** More than the summary says, Markdown. */
  readonly description?: string;
  readonly tag: string;
  readonly access: Access;
  /** The workspace that the request is about, for scoped roles; absent or `null`: the answer is narrowed to what the caller may see. */
  readonly workspace?: (request: RouteRequest<Params, Query, Body>) => Promise<string | null> | string | null;
  /** Strict objects: a member that nobody knows is refused. Absent: there are none. */
  readonly params?: ZodType<Params>;
  readonly query?: ZodType<Query>;
  readonly body?: ZodType<Body>;
  /** Takes the body as bytes instead of JSON, in these media types. For plans and signed webhooks. */
  readonly raw?: readonly string[];
  /** Longest body in bytes. Default 1 MiB. */
  readonly maxBodyBytes?: number;
  readonly reply: ZodType<Value>;
  /** Media type of replies that are no JSON, for the document. */
  readonly replyType?: string;
  /** Default 200; what the document says, and what the tests hold the route to. */
  readonly replyStatus?: 200 | 201 | 202 | 204 | 303;
  /** `POST` that creates something: an `Idempotency-Key` is honoured. */
  readonly idempotent?: boolean;
  /** What people edit: the request must carry `If-Match` (428 without; the handler answers `version_conflict` → 412). */
  readonly conditional?: boolean;
  handle(request: RouteRequest<Params, Query, Body>): Promise<Result<RouteReply<Value>, Problem>>;
}

/** Keeps the types of one route together while a list of routes forgets them. */
export function route<Params, Query, Body, Value>(definition: Route<Params, Query, Body, Value>): Route {
  return definition as Route;
}
