import { createHmac } from "node:crypto";
import { err, ok, type Result } from "../../base/index.ts";
import type { Notice } from "../../domain/index.ts";
import { type Channel, type DeliveryFault, fault } from "../channel.ts";
import { accepted } from "../outgoing.ts";
import type { ChannelTarget } from "../settings.ts";
import { type ChannelTools, hostOf } from "./parts.ts";

/**
 * Any HTTP receiver: a CloudEvents 1.0 event in structured mode (a digest: a batch), signed by the Standard Webhooks scheme.
 * Sources: CloudEvents HTTP protocol binding §3.2 and §3.3; github.com/standard-webhooks/standard-webhooks.
 */
export function webhookChannel(
  target: Extract<ChannelTarget, { kind: "webhook" }>,
  tools: ChannelTools,
): Channel {
  const { name, publicUrl, secret, send } = tools;
  return {
    name,
    tells: "every_event",
    digests: true,
    where: hostOf(target.url),
    async send({ id, message, signal, now }) {
      const secrets: string[] = [];
      for (const ref of target.secrets) {
        const value = await secret(ref);
        if (!value.ok) return value;
        secrets.push(value.value);
      }
      const batch = message.kind === "digest";
      const event = (notice: Notice) => cloudEvent(notice, publicUrl);
      const body = JSON.stringify(batch ? message.notices.map(event) : event(message.notice));
      const signed = signatureHeaders(id, now, body, secrets);
      if (!signed.ok) return signed;
      const reply = await send({
        method: "POST",
        url: target.url,
        signal,
        headers: {
          "content-type": `application/cloudevents${batch ? "-batch" : ""}+json; charset=utf-8`,
          ...signed.value,
        },
        body,
      });
      if (!reply.ok) return reply;
      const taken = accepted(reply.value, Date.parse(now));
      if (!taken.ok) return taken;
      return ok({ says: `it answered ${taken.value.status}`, status: taken.value.status, reference: null });
    },
  };
}

/** A notice as a CloudEvents 1.0 event; `id` with `source` is what a receiver recognises a repetition by. */
export function cloudEvent(notice: Notice, publicUrl: string | null): object {
  return {
    specversion: "1.0",
    id: notice.id,
    source: publicUrl ?? "urn:trueup",
    type: `trueup.${notice.kind}`,
    subject: notice.subject,
    time: notice.time,
    datacontenttype: "application/json",
    data: notice,
  };
}

/** Shorter ones can be guessed; the scheme asks for 24 to 64 bytes. */
const MIN_SECRET_BYTES = 24;

/** Standard Webhooks: HMAC-SHA-256 over `id.timestamp.body`, one `v1` signature for each secret. */
export function signatureHeaders(
  id: string,
  now: string,
  body: string,
  secrets: readonly string[],
): Result<Readonly<Record<string, string>>, DeliveryFault> {
  const timestamp = String(Math.floor(Date.parse(now) / 1_000));
  const signatures: string[] = [];
  for (const secret of secrets) {
    const text = secret.startsWith("whsec_") ? secret.slice("whsec_".length) : secret;
    const key = /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? Buffer.from(text, "base64") : null;
    if (key === null || key.length < MIN_SECRET_BYTES) {
      return err(
        fault("the signing secret is not whsec_ and the base64 of 24 bytes or more", { permanent: true }),
      );
    }
    const mac = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
    signatures.push(`v1,${mac}`);
  }
  return ok({
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    ...(signatures.length === 0 ? {} : { "webhook-signature": signatures.join(" ") }),
  });
}
