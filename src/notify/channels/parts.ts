import { err, type Json, member, ok, type Result } from "../../base/index.ts";
import { type DeliveryFault, fault } from "../channel.ts";
import { accepted, type Outgoing, type OutgoingReply, type OutgoingRequest } from "../outgoing.ts";
import type { SecretRef } from "../settings.ts";

/** What every channel is made with. */
export interface ChannelTools {
  readonly name: string;
  readonly send: Outgoing;
  /** The secret's value, read now. */
  readonly secret: (ref: SecretRef) => Promise<Result<string, DeliveryFault>>;
  readonly publicUrl: string | null;
}

/** Sends JSON and takes a 2xx answer only. */
export async function postJson(
  send: Outgoing,
  request: {
    readonly method?: OutgoingRequest["method"];
    readonly url: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body: unknown;
    readonly signal: AbortSignal;
    readonly now: string;
  },
): Promise<Result<OutgoingReply, DeliveryFault>> {
  const { method, url, headers, body, signal, now } = request;
  const reply = await send({
    method: method ?? "POST",
    url,
    signal,
    headers: { "content-type": "application/json; charset=utf-8", accept: "application/json", ...headers },
    body: JSON.stringify(body),
  });
  return reply.ok ? accepted(reply.value, Date.parse(now)) : reply;
}

export async function getJson(
  send: Outgoing,
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
  now: string,
): Promise<Result<Json, DeliveryFault>> {
  const reply = await send({
    method: "GET",
    url,
    signal,
    headers: { accept: "application/json", ...headers },
    body: null,
  });
  if (!reply.ok) return reply;
  const taken = accepted(reply.value, Date.parse(now));
  return taken.ok ? jsonOf(taken.value) : taken;
}

export function jsonOf(reply: OutgoingReply): Result<Json, DeliveryFault> {
  try {
    const value: Json = JSON.parse(reply.body);
    return ok(value);
  } catch {
    return err(fault("the answer is no JSON", { status: reply.status }));
  }
}

/** A member that may be a number or a string, as text: ids of forges. */
export function idMember(value: Json | undefined, key: string): string | null {
  const found = member(value, key);
  return typeof found === "string" || typeof found === "number" ? String(found) : null;
}

/** Host of a URL, for people; never its path, which may be a secret. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : "?";
}
