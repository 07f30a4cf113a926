import { err, member, ok, type Result, stringMember } from "../../base/index.ts";
import type { Notice } from "../../domain/index.ts";
import { type Channel, type DeliveryFault, type Envelope, fault, type Sent } from "../channel.ts";
import { type Letter, letterOf, oneLine, SEVERITY_WORD } from "../letter.ts";
import type { ChannelTarget } from "../settings.ts";
import { type ChannelTools, hostOf, jsonOf, postJson } from "./parts.ts";

type Slack = Extract<ChannelTarget, { kind: "slack" }>;

/**
 * Slack, by an incoming webhook (posts only) or as a bot (`chat.postMessage`, then `chat.update` of the same message).
 * Foreign text stands in `rich_text` and `plain_text` elements, which Slack shows as they are: no mention, link or format can be
 * smuggled in. Formats: docs.slack.dev/reference/block-kit.
 */
export function slackChannel(target: Slack, tools: ChannelTools): Channel {
  const { name, publicUrl } = tools;
  return {
    name,
    tells: "one_message",
    digests: true,
    where: target.by === "token" ? `${hostOf(target.api)} ${target.channel}` : "an incoming webhook of Slack",
    async send(envelope) {
      const { message } = envelope;
      const content =
        message.kind === "digest"
          ? digestContent(message.notices, publicUrl)
          : noticeContent(
              letterOf(message.notice, publicUrl),
              target.by === "webhook" && message.reference !== null,
            );
      return target.by === "webhook"
        ? byWebhook(target, tools, content, envelope)
        : byToken(target, tools, content, envelope);
    },
  };
}

interface Content {
  /** What a notification on a phone shows; escaped, because Slack reads it as mrkdwn. */
  readonly text: string;
  readonly blocks: readonly object[];
}

async function byWebhook(
  target: Extract<Slack, { by: "webhook" }>,
  { send, secret }: ChannelTools,
  content: Content,
  { signal, now }: Envelope,
): Promise<Result<Sent, DeliveryFault>> {
  const url = await secret(target.webhook);
  if (!url.ok) return url;
  const reply = await postJson(send, { url: url.value, body: content, signal, now });
  return reply.ok ? ok({ says: "posted", status: reply.value.status, reference: "posted" }) : reply;
}

async function byToken(
  target: Extract<Slack, { by: "token" }>,
  { send, secret }: ChannelTools,
  content: Content,
  { signal, now, message }: Envelope,
): Promise<Result<Sent, DeliveryFault>> {
  const token = await secret(target.token);
  if (!token.ok) return token;
  const earlier = message.kind === "notice" ? readReference(message.reference) : null;
  const call = async (method: string, body: object): Promise<Result<Sent, DeliveryFault>> => {
    const reply = await postJson(send, {
      url: `${target.api}/${method}`,
      headers: { authorization: `Bearer ${token.value}` },
      body: { ...content, ...body, unfurl_links: false, unfurl_media: false },
      signal,
      now,
    });
    if (!reply.ok) return reply;
    const answer = jsonOf(reply.value);
    if (!answer.ok) return answer;
    const { status } = reply.value;
    if (member(answer.value, "ok") !== true) {
      const code = oneLine(stringMember(answer.value, "error") ?? "an unknown error", 60);
      return err(fault(`Slack refused it: ${code}`, { status, permanent: !PASSING.has(code) }));
    }
    const channel = stringMember(answer.value, "channel");
    const ts = stringMember(answer.value, "ts");
    const reference = channel === null || ts === null ? null : JSON.stringify([channel, ts]);
    return ok({ says: method, status, reference });
  };
  if (earlier === null) return call("chat.postMessage", { channel: target.channel });
  const updated = await call("chat.update", { channel: earlier.channel, ts: earlier.ts });
  // Somebody deleted the message, or the workspace no longer lets bots edit it: say it anew.
  if (!updated.ok && LOST.some((code) => updated.error.says.endsWith(code))) {
    return call("chat.postMessage", { channel: target.channel });
  }
  return updated;
}

/** Errors of the Web API that pass by themselves. */
const PASSING: ReadonlySet<string> = new Set([
  "ratelimited",
  "rate_limited",
  "internal_error",
  "fatal_error",
  "service_unavailable",
  "request_timeout",
]);
const LOST = ["message_not_found", "cant_update_message", "edit_window_closed"];

function readReference(reference: string | null): { readonly channel: string; readonly ts: string } | null {
  const found = /^\["([A-Z0-9]+)","([0-9.]+)"\]$/.exec(reference ?? "");
  return found === null ? null : { channel: found[1] ?? "", ts: found[2] ?? "" };
}

function noticeContent(letter: Letter, again: boolean): Content {
  const { notice, title, text, facts, links, status } = letter;
  const line = `${SEVERITY_WORD[notice.severity]} · ${again ? "update" : status}`;
  return {
    text: escapeMrkdwn(`${SEVERITY_WORD[notice.severity]}: ${title}`),
    blocks: [
      { type: "header", text: { type: "plain_text", text: oneLine(title, 150), emoji: false } },
      richText([bold(line), plain(`\n${text}`)]),
      richText(
        facts.flatMap(({ name, value }, index) => [
          bold(`${index === 0 ? "" : "\n"}${name}: `),
          plain(value),
        ]),
      ),
      ...(links.length === 0
        ? []
        : [
            {
              type: "actions",
              elements: links.map(({ label, url }, index) => ({
                type: "button",
                action_id: `open-${index}`,
                text: { type: "plain_text", text: oneLine(label, 75), emoji: false },
                url,
              })),
            },
          ]),
      {
        type: "context",
        elements: [{ type: "plain_text", text: oneLine(notice.subject, 200), emoji: false }],
      },
    ],
  };
}

/** A message may hold 50 blocks; a digest is one list in one block. */
function digestContent(notices: readonly Notice[], publicUrl: string | null): Content {
  const title = `${notices.length} notices`;
  const items = notices.slice(0, 50).map((notice) => {
    const { title, links } = letterOf(notice, publicUrl);
    const [link] = links;
    const said = `${SEVERITY_WORD[notice.severity]} `;
    return {
      type: "rich_text_section",
      elements: [
        bold(said),
        link === undefined ? plain(title) : { type: "link", url: link.url, text: title },
        plain(` (${oneLine(notice.workspace, 80)})`),
      ],
    };
  });
  const more =
    notices.length > items.length ? [richText([plain(`and ${notices.length - items.length} more`)])] : [];
  return {
    text: title,
    blocks: [
      { type: "header", text: { type: "plain_text", text: title, emoji: false } },
      { type: "rich_text", elements: [{ type: "rich_text_list", style: "bullet", elements: items }] },
      ...more,
    ],
  };
}

const plain = (text: string) => ({ type: "text", text: text === "" ? " " : text });
const bold = (text: string) => ({ type: "text", text, style: { bold: true } });
const richText = (elements: readonly object[]) => ({
  type: "rich_text",
  elements: [{ type: "rich_text_section", elements }],
});

/** The three characters that Slack asks to escape; without `<` there is no mention, channel or link. */
function escapeMrkdwn(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
