import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Service } from "../app/service/index.ts";
import { canonicalJson, err, ok, type Problem, problem, type Result, sha256Hex } from "../base/index.ts";
import type { Principal } from "../domain/index.ts";
import { type Authenticate, type Authorize, EVERYTHING, type HttpCall, type Scope } from "./caller.ts";
import { readJsonBody } from "./json-body.ts";
import { problemDocument } from "./problem-status.ts";
import type { Content, Route, RouteReply, RouteRequest } from "./route.ts";
import { type Refused, type RequestPart, validPart } from "./validate.ts";

export interface DispatchContext {
  readonly service: Service;
  readonly authenticate: Authenticate;
  readonly authorize: Authorize;
  /** Counts the request against its caller's limit; a no is `rate_limited`. */
  readonly limit: (principal: Principal | null, request: FastifyRequest) => Promise<Problem | null>;
  /** Tests hold every reply to its schema; a running server does not pay for it. */
  readonly checkReplies: boolean;
}

type AnyRequest = RouteRequest<unknown, unknown, unknown>;

/** Answers one request by one route: who, may they, is it well formed, do it, say it. Everything that is no bug ends as a reply. */
export async function dispatch(
  context: DispatchContext,
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const answered = await answer(context, route, request, reply);
  if (!answered.ok) return sendProblem(reply, request, answered.error.problem, answered.error.faults);
  if (context.checkReplies) holdToSchema(route, answered.value);
  return send(request, reply, answered.value);
}

async function answer(
  context: DispatchContext,
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Result<RouteReply<unknown>, Refused>> {
  const call = callOf(request);
  const principal = await caller(context, route, call);
  if (!principal.ok) return refuse(principal.error);
  request.principal = principal.value;
  const limited = await context.limit(principal.value, request);
  if (limited !== null) return refuse(limited);
  const ifMatch = unquoted(call.header("if-match"));
  if (route.conditional === true && ifMatch === null) return refuse(VERSION_REQUIRED);
  const parts = readParts(route, request);
  if (!parts.ok) return parts;
  const open: AnyRequest = {
    ...parts.value,
    service: context.service,
    principal: principal.value,
    scope: EVERYTHING,
    ifMatch,
    call,
    signal: goneSignal(reply),
  };
  const scope = await permitted(context, route, open);
  if (!scope.ok) return refuse(scope.error);
  const full = { ...open, scope: scope.value };
  const done =
    route.idempotent === true ? await once(context, route, full, request) : await route.handle(full);
  return done.ok ? done : refuse(done.error);
}

async function caller(
  context: DispatchContext,
  route: Route,
  call: HttpCall,
): Promise<Result<Principal | null, Problem>> {
  const found = await context.authenticate(call);
  // A sign-in page must work for whoever comes with an old cookie.
  if (!found.ok) return route.access === "public" ? ok(null) : found;
  if (found.value === null && route.access !== "public") return err(CREDENTIALS_MISSING);
  return found;
}

async function permitted(
  context: DispatchContext,
  route: Route,
  request: AnyRequest,
): Promise<Result<Scope, Problem>> {
  const { access } = route;
  const { principal } = request;
  if (access === "public" || access === "session" || principal === null) return ok(EVERYTHING);
  const workspace = (await route.workspace?.(request)) ?? null;
  return context.authorize(principal, access, workspace);
}

interface Parts {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly raw: Uint8Array | null;
}

function readParts(route: Route, request: FastifyRequest): Result<Parts, Refused> {
  const bytes = request.body instanceof Uint8Array ? request.body : null;
  const raw = route.raw === undefined ? null : (bytes ?? new Uint8Array());
  let sent: unknown;
  if (raw === null && bytes !== null && bytes.length > 0) {
    const json = readJsonBody(bytes);
    if (!json.ok) return refuse(json.error);
    sent = json.value;
  }
  const read = (part: RequestPart, value: unknown) => validPart(part, route[part], value);
  const params = read("params", request.params);
  if (!params.ok) return params;
  const query = read("query", request.query);
  if (!query.ok) return query;
  if (raw !== null) return ok({ params: params.value, query: query.value, body: {}, raw });
  const body = read("body", sent);
  if (!body.ok) return body;
  return ok({ params: params.value, query: query.value, body: body.value, raw });
}

/**
 * Runs a creating request at most once for each `Idempotency-Key`: the reply is kept for a day, a repetition gets it again, and the
 * same key with another body is refused. A problem is not kept: what failed may be tried again.
 */
async function once(
  context: DispatchContext,
  route: Route,
  full: AnyRequest,
  request: FastifyRequest,
): Promise<Result<RouteReply<unknown>, Problem>> {
  const key = full.call.header("idempotency-key");
  if (key === null) return route.handle(full);
  if (!/^[\x21-\x7e]{8,200}$/.test(key)) return err(KEY_MALFORMED);
  const { replies } = context.service.store;
  const claim = {
    key: sha256Hex(canonicalJson([full.principal?.id ?? "", route.method, request.url, key])),
    body: sha256Hex(full.raw ?? canonicalJson(full.body)),
    time: context.service.clock.now(),
  };
  const claimed = await replies.claim(claim);
  if (!claimed.ok) return claimed;
  if (claimed.value.kind === "running") return err(KEY_RUNNING);
  if (claimed.value.kind === "mismatch") return err(KEY_MISMATCH);
  if (claimed.value.kind === "stored") return ok(JSON.parse(claimed.value.reply) as RouteReply<unknown>);
  let done: Result<RouteReply<unknown>, Problem> | null = null;
  try {
    done = await route.handle(full);
    return done;
  } finally {
    if (done?.ok) await replies.keep(claim.key, JSON.stringify(done.value));
    else await replies.release(claim.key);
  }
}

function send(request: FastifyRequest, reply: FastifyReply, answered: RouteReply<unknown>): FastifyReply {
  const { status = 200, value, etag, headers = {}, content } = answered;
  for (const [name, held] of Object.entries(headers)) reply.header(name, held);
  if (etag !== undefined) {
    reply.header("etag", `"${etag}"`);
    if (request.method === "GET" && unquoted(String(request.headers["if-none-match"] ?? "")) === etag) {
      return reply.code(304).send();
    }
  }
  reply.code(status);
  if (content !== undefined) return sendContent(reply, content);
  if (status === 204 || status === 303) return reply.send();
  return reply.header("content-type", "application/json; charset=utf-8").send(JSON.stringify(value));
}

function sendContent(reply: FastifyReply, { type, body }: Content): FastifyReply {
  reply.header("content-type", type);
  if (typeof body === "string") return reply.send(body);
  if (body instanceof Uint8Array)
    return reply.send(Buffer.from(body.buffer, body.byteOffset, body.byteLength));
  return reply.send(Readable.from(body, { objectMode: false }));
}

export function sendProblem(
  reply: FastifyReply,
  request: FastifyRequest,
  found: Problem,
  faults: Refused["faults"] = [],
): FastifyReply {
  const document = problemDocument(found, request.id, faults);
  if (document.status === 401) reply.header("www-authenticate", 'Bearer realm="trueup"');
  if (document.status === 503) reply.header("retry-after", "1");
  return reply
    .code(document.status)
    .header("content-type", "application/problem+json; charset=utf-8")
    .send(JSON.stringify(document));
}

/** In tests only: a reply that the document does not describe is a bug. */
function holdToSchema(route: Route, answered: RouteReply<unknown>): void {
  const status = answered.status ?? 200;
  const expected = route.replyStatus ?? 200;
  const name = `${route.method} ${route.path}`;
  if (status !== expected && status !== 503)
    throw new TypeError(`${name} answered ${status}, its route says ${expected}`);
  if (answered.content !== undefined || status === 204 || status === 303) return;
  const parsed = route.reply.safeParse(JSON.parse(JSON.stringify(answered.value)));
  const issue = parsed.error?.issues[0];
  if (issue !== undefined) throw new TypeError(`${name}: ${issue.path.join(".")}: ${issue.message}`);
}

function callOf(request: FastifyRequest): HttpCall {
  const { cookies } = request;
  const at = request.url.indexOf("?");
  return {
    method: request.method,
    path: at < 0 ? request.url : request.url.slice(0, at),
    header(name) {
      const held = request.headers[name];
      return held === undefined ? null : Array.isArray(held) ? held.join(", ") : held;
    },
    cookie: (name) => (Object.hasOwn(cookies, name) ? (cookies[name] ?? null) : null),
    ip: request.ip ?? null,
    secure: request.protocol === "https",
  };
}

/** Aborted when the connection closes before the answer is through. */
function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once("close", () => {
    if (!reply.raw.writableFinished) gone.abort("the caller is gone");
  });
  return gone.signal;
}

function unquoted(header: string | null): string | null {
  const found = header === null ? null : /^\s*(?:W\/)?"([^"]*)"\s*$/.exec(header);
  return found?.[1] ?? null;
}

function refuse(found: Problem): Result<never, Refused> {
  return err({ problem: found, faults: [] });
}

const CREDENTIALS_MISSING = problem(
  "credentials_missing",
  "this needs somebody who is signed in, or a token",
  {
    hint: "send `Authorization: Bearer …`; `trueup token create` makes one",
  },
);
const VERSION_REQUIRED = problem("version_required", "the request must say which version it changes", {
  hint: "send the `ETag` of what you read as `If-Match`",
});
const KEY_MALFORMED = problem(
  "request_invalid",
  "the Idempotency-Key is not 8 to 200 visible ASCII characters",
);
const KEY_RUNNING = problem(
  "idempotency_running",
  "a request with this Idempotency-Key is still being worked on",
  {
    hint: "repeat it in a moment",
  },
);
const KEY_MISMATCH = problem(
  "idempotency_mismatch",
  "this Idempotency-Key was used for another request within the last day",
  { hint: "use a fresh key for a new request" },
);
