import { ok, sha256Hex } from "../../../base/index.ts";
import { accepted, signatureHeaders } from "../../../notify/index.ts";
import type { ExportTarget } from "../../config/exports.ts";
import { type ExportSink, rangeName, type SinkTools } from "./sink.ts";

/**
 * One POST a batch, signed by the Standard Webhooks scheme. `webhook-id` names log and range: a batch that comes again has the same
 * id and the same body.
 */
export function webhookSink(
  target: Extract<ExportTarget, { kind: "webhook" }>,
  { send, secret }: SinkTools,
): ExportSink {
  return {
    where: URL.canParse(target.url) ? new URL(target.url).host : "?",
    end: () => Number.MAX_SAFE_INTEGER,
    async put({ origin, from, to, lines, format, now, signal }) {
      const secrets: string[] = [];
      for (const ref of target.secrets) {
        const value = await secret(ref);
        if (!value.ok) return value;
        secrets.push(value.value);
      }
      const { type, text } = format.body(lines);
      const id = `exp_${sha256Hex(origin).slice(0, 12)}_${rangeName(from, to)}`;
      const signed = signatureHeaders(id, now, text, secrets);
      if (!signed.ok) return signed;
      const headers = { "content-type": type, ...signed.value };
      const reply = await send({ method: "POST", url: target.url, signal, headers, body: text });
      if (!reply.ok) return reply;
      const taken = accepted(reply.value, Date.parse(now));
      return taken.ok ? ok(`it answered ${taken.value.status}`) : taken;
    },
  };
}
