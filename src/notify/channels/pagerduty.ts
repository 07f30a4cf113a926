import { ok } from "../../base/index.ts";
import type { NoticeState } from "../../domain/index.ts";
import type { Channel } from "../channel.ts";
import { letterOf, oneLine, wordOf } from "../letter.ts";
import type { ChannelTarget } from "../settings.ts";
import { type ChannelTools, hostOf, postJson } from "./parts.ts";

const ACTION: Readonly<Record<NoticeState, "trigger" | "acknowledge" | "resolve">> = {
  open: "trigger",
  acknowledged: "acknowledge",
  ended: "resolve",
};

/** PagerDuty Events API v2. The subject is the `dedup_key`, so that a repetition is the same alert. */
export function pagerdutyChannel(
  target: Extract<ChannelTarget, { kind: "pagerduty" }>,
  tools: ChannelTools,
): Channel {
  const { name, publicUrl, secret, send } = tools;
  return {
    name,
    tells: "one_message",
    digests: false,
    where: hostOf(target.api),
    async send({ message, signal, now }) {
      const key = await secret(target.routingKey);
      if (!key.ok) return key;
      const [notice] = message.kind === "notice" ? [message.notice] : message.notices;
      if (notice === undefined) return ok({ says: "nothing to say", status: null, reference: null });
      const { title, text, facts, links } = letterOf(notice, publicUrl);
      const action = ACTION[notice.state];
      const dedupKey = wordOf(notice.subject, 255);
      const details = Object.fromEntries([["text", text], ...facts.map((fact) => [fact.name, fact.value])]);
      const body = {
        routing_key: key.value,
        event_action: action,
        dedup_key: dedupKey,
        client: "Trueup",
        ...(publicUrl === null ? {} : { client_url: publicUrl }),
        links: links.map(({ label, url }) => ({ href: url, text: label })),
        payload: {
          summary: title,
          source: oneLine(notice.workspace, 200) || "trueup",
          severity: notice.severity,
          timestamp: notice.time,
          component: notice.subject,
          group: oneLine(notice.workspace, 200),
          class: notice.kind,
          custom_details: details,
        },
      };
      const reply = await postJson(send, { url: `${target.api}/v2/enqueue`, body, signal, now });
      return reply.ok ? ok({ says: action, status: reply.value.status, reference: dedupKey }) : reply;
    },
  };
}
