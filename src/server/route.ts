import type { ZodType } from "zod";
import type { Permission, Service } from "../app/index.ts";
import type { Problem, Result } from "../base/index.ts";
import type { Principal } from "../domain/index.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Who may call a route: a permission, anybody signed in (`session`), or anybody at all (`public`: sign-in, health). */
export type Access = Permission | "session" | "public";

/** What a handler gets: everything validated, and nothing of the HTTP library. */
export interface RouteRequest<Params, Query, Body> {
  readonly service: Service;
  /** `null` on public routes only. */
  readonly principal: Principal | null;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Value of `If-Match`, unquoted; `null` without one. */
  readonly ifMatch: string | null;
  readonly signal: AbortSignal;
}

export interface RouteReply<Value> {
  readonly status?: 200 | 201 | 202 | 204;
  readonly value: Value;
  /** Version of what people edit; sent as a strong `ETag`. */
  readonly etag?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * One route as data: the dispatcher validates, authorises, answers and documents it (OpenAPI) from this alone,
 * so that a route without a rule cannot be registered.
 */
export interface Route<Params = unknown, Query = unknown, Body = unknown, Value = unknown> {
  readonly method: Method;
  /** Below `/v1`, with `{name}` for parameters: `/findings/{id}`. */
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  readonly access: Access;
  /** The workspace that the request is about, for scoped roles; absent or `null`: the answer is narrowed to what the caller may see. */
  readonly workspace?: (request: RouteRequest<Params, Query, Body>) => Promise<string | null> | string | null;
  readonly params?: ZodType<Params>;
  readonly query?: ZodType<Query>;
  readonly body?: ZodType<Body>;
  readonly reply: ZodType<Value>;
  /** `POST` that creates something: an `Idempotency-Key` is honoured. */
  readonly idempotent?: boolean;
  handle(request: RouteRequest<Params, Query, Body>): Promise<Result<RouteReply<Value>, Problem>>;
}

/** Keeps the types of one route together while a list of routes forgets them. */
export function route<Params, Query, Body, Value>(definition: Route<Params, Query, Body, Value>): Route {
  return definition as Route;
}
