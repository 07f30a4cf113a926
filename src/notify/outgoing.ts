import { type LookupAddress, lookup as resolveName } from "node:dns";
import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";
import { codeOf, err, messageOf, ok, type Result } from "../base/index.ts";
import { type DeliveryFault, fault } from "./channel.ts";

export interface OutgoingRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | null;
  readonly signal: AbortSignal;
}

export interface OutgoingReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** Sends one request and answers with what came back, whatever its status. */
export type Outgoing = (request: OutgoingRequest) => Promise<Result<OutgoingReply, DeliveryFault>>;

export interface OutgoingLimits {
  /** May the target be an address of a private network or this machine? Plain `http:` is for those only. */
  readonly privateAddresses: boolean;
  readonly timeoutMs: number;
  /** Default 1 MiB. */
  readonly maxReplyBytes?: number;
  /** For tests. */
  readonly resolve?: (host: string) => Promise<readonly LookupAddress[]>;
}

const MAX_REPLY_BYTES = 1_048_576;

/**
 * HTTP to a configured target. Redirects are answers like any other and are never followed; names are resolved once and the
 * connection goes to an address that was looked at, so that a name cannot lead into the private network between two looks;
 * the whole exchange has one time limit and replies a size limit. No proxy, no cookies, no kept connections.
 */
export function outgoing(limits: OutgoingLimits): Outgoing {
  return async (request) => {
    const url = URL.canParse(request.url) ? new URL(request.url) : null;
    if (url === null || !["http:", "https:"].includes(url.protocol)) {
      return err(fault("the configured address is no http or https address", { permanent: true }));
    }
    if (url.protocol === "http:" && !limits.privateAddresses) {
      return err(fault("plain http is for private addresses only", { permanent: true }));
    }
    if (url.username !== "" || url.password !== "") {
      return err(fault("the configured address holds a password", { permanent: true }));
    }
    const host = url.hostname.replace(/^\[|\]$/g, "");
    if (isIP(host) !== 0 && !limits.privateAddresses && isPrivateAddress(host)) return err(REFUSED);
    return exchange(url, request, limits);
  };
}

const REFUSED = fault("the target is a private address, and this channel may not reach those", {
  permanent: true,
});

/** Everything that is not plain public unicast: loopback, private, link-local (metadata services), multicast, mapped, reserved. */
export function isPrivateAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return true;
  return ipaddr.process(address).range() !== "unicast";
}

const system = (host: string): Promise<readonly LookupAddress[]> =>
  new Promise((resolve, reject) => {
    resolveName(host, { all: true }, (cause, addresses) =>
      cause === null ? resolve(addresses) : reject(cause),
    );
  });

class PrivateTarget extends Error {}

/** Looks names up and hands only addresses on that may be reached. */
export function guardedLookup(limits: Pick<OutgoingLimits, "privateAddresses" | "resolve">): LookupFunction {
  return (host, options, done) => {
    (limits.resolve ?? system)(host).then(
      (addresses) => {
        const [first] = addresses;
        const refused =
          !limits.privateAddresses && addresses.some(({ address }) => isPrivateAddress(address));
        if (refused) done(new PrivateTarget("private address"), "", 0);
        else if (first === undefined) done(new Error(`no address for ${host}`), "", 0);
        else if (options.all === true) done(null, [...addresses]);
        else done(null, first.address, first.family);
      },
      (cause: Error) => done(cause, "", 0),
    );
  };
}

function exchange(
  url: URL,
  request: OutgoingRequest,
  limits: OutgoingLimits,
): Promise<Result<OutgoingReply, DeliveryFault>> {
  return new Promise((resolve) => {
    const deadline = AbortSignal.timeout(limits.timeoutMs);
    const send = url.protocol === "https:" ? requestHttps : requestHttp;
    const body = request.body === null ? null : Buffer.from(request.body);
    const call = send(url, {
      method: request.method,
      agent: false,
      lookup: guardedLookup(limits),
      signal: AbortSignal.any([deadline, request.signal]),
      headers: {
        "user-agent": "trueup",
        connection: "close",
        ...request.headers,
        ...(body === null ? {} : { "content-length": String(body.length) }),
      },
    });
    const failed = (cause: unknown): void => {
      resolve(
        err(
          deadline.aborted ? fault(`no answer within ${limits.timeoutMs} ms`) : whyNot(cause, request.signal),
        ),
      );
    };
    call.on("error", failed);
    call.on("response", (reply) => {
      readBody(reply, limits.maxReplyBytes ?? MAX_REPLY_BYTES).then(
        (text) =>
          resolve(
            text === null
              ? err(fault("the answer is too long", { status: reply.statusCode ?? null }))
              : ok({ status: reply.statusCode ?? 0, headers: reply.headers, body: text }),
          ),
        failed,
      );
    });
    call.end(body ?? undefined);
  });
}

function whyNot(cause: unknown, signal: AbortSignal): DeliveryFault {
  if (cause instanceof PrivateTarget) return REFUSED;
  if (signal.aborted) return fault("the worker stopped");
  return fault(`it cannot be reached: ${codeOf(cause) ?? messageOf(cause)}`);
}

async function readBody(reply: IncomingMessage, max: number): Promise<string | null> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of reply) {
    const bytes = Buffer.from(part);
    size += bytes.length;
    if (size > max) {
      reply.destroy();
      return null;
    }
    parts.push(bytes);
  }
  return Buffer.concat(parts).toString("utf8");
}

/** Statuses that mean "later", besides all of 5xx. */
const LATER: ReadonlySet<number> = new Set([408, 425, 429]);
const MAX_RETRY_AFTER_MS = 3_600_000;

/** A 2xx answer, or the fault that another one means. */
export function accepted(reply: OutgoingReply, nowMs: number): Result<OutgoingReply, DeliveryFault> {
  const { status } = reply;
  if (status >= 200 && status < 300) return ok(reply);
  const redirect = status >= 300 && status < 400;
  const says = redirect ? `it redirects (${status}), which is not followed` : `it answered ${status}`;
  return err(
    fault(says, {
      status,
      permanent: status < 500 && !LATER.has(status),
      retryAfterMs: retryAfter(reply.headers["retry-after"], nowMs),
    }),
  );
}

/** RFC 9110 `Retry-After`: seconds, or a date. Bounded: a receiver may not silence a channel for days. */
function retryAfter(value: string | readonly string[] | undefined, nowMs: number): number | null {
  if (typeof value !== "string") return null;
  const ms = /^\d{1,9}$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - nowMs;
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS);
}
