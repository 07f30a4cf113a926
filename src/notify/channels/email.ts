import { codeOf, err, messageOf, ok } from "../../base/index.ts";
import { type Channel, fault } from "../channel.ts";
import { type Letter, letterOf, oneLine, SEVERITY_WORD, wordOf } from "../letter.ts";
import type { ChannelTarget } from "../settings.ts";
import type { ChannelTools } from "./parts.ts";

/**
 * E-mail by SMTP, plain text and HTML. A mail cannot be changed: later ones of a subject answer the first (`In-Reply-To`), so
 * that a mail program shows one thread. Addresses come from the configuration only; foreign text never reaches a header but the
 * subject, without line ends. The relay is the operator's own, so that its address may be private.
 */
export function emailChannel(
  target: Extract<ChannelTarget, { kind: "email" }>,
  tools: ChannelTools & { readonly timeoutMs: number },
): Channel {
  const { name, publicUrl, secret, timeoutMs } = tools;
  const domain = wordOf(target.from.split("@").at(-1) ?? "") || "trueup";
  return {
    name,
    tells: "one_message",
    digests: true,
    where: target.to.join(", "),
    async send({ id, message }) {
      const password = target.password === null ? null : await secret(target.password);
      if (password !== null && !password.ok) return password;
      const notices = message.kind === "digest" ? message.notices : [message.notice];
      const letters = notices.map((notice) => letterOf(notice, publicUrl));
      const first = letters[0];
      if (first === undefined) return ok({ says: "nothing to say", status: null, reference: null });
      const subject = message.kind === "digest" ? `[Trueup] ${letters.length} notices` : subjectOf(first);
      const earlier = message.kind === "notice" ? message.reference : null;
      const messageId = `<${id}@${domain}>`;
      const { createTransport } = await import("nodemailer");
      const transport = createTransport({
        host: target.host,
        port: target.port,
        secure: target.security === "tls",
        requireTLS: target.security === "starttls",
        ignoreTLS: target.security === "none",
        connectionTimeout: timeoutMs,
        greetingTimeout: timeoutMs,
        socketTimeout: timeoutMs,
        disableFileAccess: true,
        disableUrlAccess: true,
        ...(target.user === null || password === null
          ? {}
          : { auth: { user: target.user, pass: password.value } }),
      });
      try {
        const sent = await transport.sendMail({
          from: target.from,
          to: [...target.to],
          subject,
          messageId,
          ...(earlier === null ? {} : { inReplyTo: earlier, references: [earlier] }),
          headers: { "Auto-Submitted": "auto-generated" },
          text: letters.map(textOf).join("\n\n"),
          html: `<!doctype html><meta charset="utf-8">${letters.map(htmlOf).join("<hr>")}`,
        });
        return ok({ says: oneLine(sent.response, 200), status: 250, reference: earlier ?? messageId });
      } catch (cause) {
        const status = responseCode(cause);
        // RFC 5321: 5yz is a permanent refusal, 4yz a passing one; a refused login is put right by a person.
        return err(
          fault(`the mail was not taken: ${status ?? codeOf(cause) ?? oneLine(messageOf(cause), 200)}`, {
            status,
            permanent: status !== null && status >= 500,
          }),
        );
      } finally {
        transport.close();
      }
    },
  };
}

function responseCode(cause: unknown): number | null {
  if (!(cause instanceof Error) || !("responseCode" in cause)) return null;
  return typeof cause.responseCode === "number" ? cause.responseCode : null;
}

function subjectOf({ notice, title }: Letter): string {
  return `[Trueup] ${SEVERITY_WORD[notice.severity]}: ${title}`;
}

function textOf({ notice, title, text, facts, links, status }: Letter): string {
  return [
    `${SEVERITY_WORD[notice.severity]}, ${status}: ${title}`,
    "",
    text,
    "",
    ...facts.map(({ name, value }) => `${name}: ${value}`),
    "",
    ...links.map(({ label, url }) => `${label}: ${url}`),
    notice.subject,
  ].join("\n");
}

function htmlOf({ notice, title, text, facts, links, status }: Letter): string {
  const rows = facts.map(
    ({ name, value }) => `<tr><th align="left">${html(name)}</th><td>${html(value)}</td></tr>`,
  );
  const anchors = links.map(({ label, url }) => `<a href="${html(url)}">${html(label)}</a>`);
  return [
    `<h2>${html(title)}</h2><p><b>${SEVERITY_WORD[notice.severity]}</b>, ${status}</p><p>${html(text)}</p>`,
    `<table>${rows.join("")}</table><p>${anchors.join(" · ")}</p><p><small>${html(notice.subject)}</small></p>`,
  ].join("");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function html(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
}
