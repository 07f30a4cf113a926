import { err, isJsonArray, member, ok, stringMember } from "../../base/index.ts";
import { type Channel, fault } from "../channel.ts";
import { type Letter, letterOf, SEVERITY_WORD, wordOf } from "../letter.ts";
import type { ChannelTarget } from "../settings.ts";
import { type ChannelTools, getJson, hostOf, idMember, jsonOf, postJson } from "./parts.ts";

/**
 * One Jira issue a subject, by REST API version 2 (Cloud and Data Center have it): created with the subject as a label, commented
 * on, and moved by a named transition when the subject ends. The label is searched for before one is created.
 */
export function jiraChannel(target: Extract<ChannelTarget, { kind: "jira" }>, tools: ChannelTools): Channel {
  const { name, publicUrl, secret, send } = tools;
  const api = `${target.url.replace(/\/+$/, "")}/rest/api/2`;
  return {
    name,
    tells: "one_message",
    digests: false,
    where: `${hostOf(target.url)} ${target.project}`,
    async send({ message, signal, now }) {
      const token = await secret(target.token);
      if (!token.ok) return token;
      if (message.kind === "digest") return err(fault("tickets have no digests", { permanent: true }));
      const letter = letterOf(message.notice, publicUrl);
      const basic = Buffer.from(`${target.user}:${token.value}`).toString("base64");
      const headers = { authorization: target.user === null ? `Bearer ${token.value}` : `Basic ${basic}` };
      const label = wordOf(message.notice.subject);
      let key = message.reference;
      if (key === null) {
        const jql = encodeURIComponent(
          `project = "${target.project}" AND labels = "${label}" ORDER BY created DESC`,
        );
        const search = target.user === null ? "search" : "search/jql";
        const found = await getJson(
          send,
          `${api}/${search}?jql=${jql}&maxResults=1&fields=key`,
          headers,
          signal,
          now,
        );
        if (!found.ok) return found;
        const issues = member(found.value, "issues");
        key = isJsonArray(issues) ? stringMember(issues[0], "key") : null;
      }
      if (key === null) {
        const fields = {
          project: { key: target.project },
          issuetype: { name: target.issueType },
          summary: letter.title,
          description: wiki(letter),
          labels: ["trueup", label],
        };
        const reply = await postJson(send, { url: `${api}/issue`, headers, body: { fields }, signal, now });
        if (!reply.ok) return reply;
        const answer = jsonOf(reply.value);
        if (!answer.ok) return answer;
        const made = stringMember(answer.value, "key");
        if (made === null) return err(fault("the answer names no issue", { status: reply.value.status }));
        return ok({ says: `opened ${made}`, status: reply.value.status, reference: made });
      }
      const issue = `${api}/issue/${encodeURIComponent(key)}`;
      const said = await postJson(send, {
        url: `${issue}/comment`,
        headers,
        body: { body: wiki(letter) },
        signal,
        now,
      });
      if (!said.ok) return said;
      const { status } = said.value;
      if (message.notice.state !== "ended") return ok({ says: `updated ${key}`, status, reference: key });
      const offered = await getJson(send, `${issue}/transitions`, headers, signal, now);
      if (!offered.ok) return offered;
      const transitions = member(offered.value, "transitions");
      const done = isJsonArray(transitions)
        ? transitions.find((one) => stringMember(one, "name") === target.doneTransition)
        : undefined;
      const id = idMember(done, "id");
      // Somebody may have closed it by hand: then the transition is not offered, and nothing is left to do.
      if (id === null) return ok({ says: `commented on ${key}`, status, reference: key });
      const moved = await postJson(send, {
        url: `${issue}/transitions`,
        headers,
        body: { transition: { id } },
        signal,
        now,
      });
      return moved.ok ? ok({ says: `closed ${key}`, status: moved.value.status, reference: key }) : moved;
    },
  };
}

/** Wiki markup is not read within `{noformat}`; a `{` in foreign text could only end it. */
function wiki({ notice, text, facts, links, status }: Letter): string {
  const lines = [text, "", ...facts.map(({ name, value }) => `${name}: ${value}`)]
    .join("\n")
    .replaceAll("{", "(");
  return [
    `${SEVERITY_WORD[notice.severity]}, ${status}`,
    `{noformat}\n${lines}\n{noformat}`,
    ...links.map(
      ({ label, url }) =>
        `[${label.replace(/[[\]|{}]/g, "")}|${url.replace(/[[\]|{}]/g, encodeURIComponent)}]`,
    ),
  ].join("\n\n");
}
