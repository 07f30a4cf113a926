import { ok } from "../../base/index.ts";
import type { Notice, Severity } from "../../domain/index.ts";
import type { Channel } from "../channel.ts";
import { type Letter, letterOf, oneLine, SEVERITY_WORD } from "../letter.ts";
import type { ChannelTarget } from "../settings.ts";
import { type ChannelTools, postJson } from "./parts.ts";

/**
 * Microsoft Teams by the webhook of a workflow ("Post to a channel when a webhook request is received"): an Adaptive Card 1.4.
 * Such a webhook cannot change a card, so a later notice is a new card that says which one it follows. Foreign text stands in
 * `TextRun`s, in which Teams reads no Markdown. Format: adaptivecards.io/explorer.
 */
export function teamsChannel(
  target: Extract<ChannelTarget, { kind: "teams" }>,
  tools: ChannelTools,
): Channel {
  const { name, publicUrl, secret, send } = tools;
  return {
    name,
    tells: "one_message",
    digests: true,
    where: "a workflow of Microsoft Teams",
    async send({ message, signal, now }) {
      const url = await secret(target.webhook);
      if (!url.ok) return url;
      const card =
        message.kind === "digest"
          ? digestCard(message.notices, publicUrl)
          : noticeCard(letterOf(message.notice, publicUrl), message.reference);
      const body = {
        type: "message",
        attachments: [
          { contentType: "application/vnd.microsoft.card.adaptive", contentUrl: null, content: card },
        ],
      };
      const reply = await postJson(send, { url: url.value, body, signal, now });
      return reply.ok ? ok({ says: "posted", status: reply.value.status, reference: now }) : reply;
    },
  };
}

const COLOUR: Readonly<Record<Severity, string>> = {
  critical: "attention",
  error: "attention",
  warning: "warning",
  info: "default",
};

function noticeCard({ notice, title, text, facts, links, status }: Letter, follows: string | null): object {
  const line = `${SEVERITY_WORD[notice.severity]} · ${status}`;
  return card(
    [
      block([run(title, { weight: "bolder", size: "medium" })]),
      block([
        run(line, { weight: "bolder", color: notice.state === "ended" ? "good" : COLOUR[notice.severity] }),
      ]),
      ...(follows === null
        ? []
        : [block([run(`follows the card of ${oneLine(follows, 40)}`, { isSubtle: true })])]),
      block([run(text)]),
      ...facts.map(({ name, value }) => block([run(`${name}: `, { weight: "bolder" }), run(value)])),
      block([run(oneLine(notice.subject, 200), { isSubtle: true, size: "small" })]),
    ],
    links,
  );
}

function digestCard(notices: readonly Notice[], publicUrl: string | null): object {
  const shown = notices.slice(0, 50);
  const more = notices.length - shown.length;
  return card(
    [
      block([run(`${notices.length} notices`, { weight: "bolder", size: "medium" })]),
      ...shown.map((notice) => {
        const { title, links } = letterOf(notice, publicUrl);
        const [link] = links;
        const action = link === undefined ? {} : { selectAction: { type: "Action.OpenUrl", url: link.url } };
        return block([
          run(`${SEVERITY_WORD[notice.severity]} `, { weight: "bolder", color: COLOUR[notice.severity] }),
          run(title, action),
          run(` (${oneLine(notice.workspace, 80)})`, { isSubtle: true }),
        ]);
      }),
      ...(more > 0 ? [block([run(`and ${more} more`)])] : []),
    ],
    [],
  );
}

const run = (text: string, over: object = {}) => ({
  type: "TextRun",
  text: text === "" ? " " : text,
  ...over,
});
const block = (inlines: readonly object[]) => ({ type: "RichTextBlock", inlines });

function card(body: readonly object[], links: Letter["links"]): object {
  return {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    body,
    actions: links.map(({ label, url }) => ({ type: "Action.OpenUrl", title: label, url })),
    msteams: { width: "Full" },
  };
}
