import { createHmac } from "node:crypto";
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Json, member, ok, stringMember } from "../base/index.ts";
import {
  type HttpReceiver,
  httpReceiver,
  type ReceivedRequest,
  type ReceiverReply,
} from "../testing/http-receiver.ts";
import { HOSTILE_TEXTS } from "../testing/index.ts";
import { aNotice } from "../testing/notices.ts";
import type { Message } from "./channel.ts";
import { type ChannelTarget, type Notice, openChannel } from "./index.ts";

const NOW = "2026-11-24T09:30:00.000Z";
const SECRET = `whsec_${Buffer.alloc(24, 7).toString("base64")}`;
const OLD_SECRET = `whsec_${Buffer.alloc(32, 9).toString("base64")}`;
const SECRETS: Readonly<Record<string, string>> = { TOKEN: "t0ken-canary", NEW: SECRET, OLD: OLD_SECRET };

let receiver: HttpReceiver;
let answer: (request: ReceivedRequest) => ReceiverReply | "hang" = () => ({ status: 200 });
let smtp: SMTPServer;
const mails: string[] = [];
let refuseMail = false;

beforeAll(async () => {
  receiver = await httpReceiver((request) => answer(request));
  smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onRcptTo: (_address, _session, done) =>
      done(refuseMail ? Object.assign(new Error("no such user"), { responseCode: 550 }) : null),
    onData(stream, _session, done) {
      const parts: Buffer[] = [];
      stream.on("data", (part: Buffer) => parts.push(part));
      stream.on("end", () => {
        mails.push(Buffer.concat(parts).toString("utf8"));
        done();
      });
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, "127.0.0.1", resolve));
});
afterEach(() => {
  receiver.requests.length = 0;
  mails.length = 0;
  refuseMail = false;
  answer = () => ({ status: 200 });
});
afterAll(async () => {
  await receiver.close();
  await new Promise<void>((resolve) => smtp.close(() => resolve()));
});

const env = (name: string) => ({ kind: "env", name }) as const;
const smtpPort = (): number => (smtp.server.address() as AddressInfo).port;

const TARGETS: Readonly<Record<string, () => ChannelTarget>> = {
  "slack webhook": () => ({ kind: "slack", by: "webhook", webhook: env("URL") }),
  "slack bot": () => ({ kind: "slack", by: "token", token: env("TOKEN"), channel: "C1", api: receiver.url }),
  teams: () => ({ kind: "teams", webhook: env("URL") }),
  email: () => ({
    kind: "email",
    host: "127.0.0.1",
    port: smtpPort(),
    security: "none",
    user: null,
    password: null,
    from: "trueup@example.com",
    to: ["ops@example.com"],
  }),
  webhook: () => ({ kind: "webhook", url: `${receiver.url}/hook`, secrets: [env("NEW"), env("OLD")] }),
  pagerduty: () => ({ kind: "pagerduty", routingKey: env("TOKEN"), api: receiver.url }),
  github: () => tickets("github"),
  gitlab: () => tickets("gitlab"),
  gitea: () => tickets("gitea"),
  jira: () => ({
    kind: "jira",
    url: receiver.url,
    project: "OPS",
    issueType: "Task",
    doneTransition: "Done",
    user: "bot@example.com",
    token: env("TOKEN"),
  }),
};

function tickets(forge: "github" | "gitlab" | "gitea"): ChannelTarget {
  return { kind: "tickets", forge, api: receiver.url, repository: "acme/infra", token: env("TOKEN") };
}

function open(target: ChannelTarget, over: { privateAddresses?: boolean; timeoutMs?: number } = {}) {
  return openChannel(
    { name: "c", target, privateAddresses: true, timeoutMs: 5_000, ...over },
    {
      publicUrl: "https://trueup.example.com",
      secret: async (ref) =>
        ok(
          ref.kind === "env" && ref.name !== "URL"
            ? (SECRETS[ref.name] ?? "")
            : `${receiver.url}/secret-path`,
        ),
    },
  );
}

const notice = (it: Notice, reference: string | null = null): Message => ({
  kind: "notice",
  notice: it,
  reference,
});
const send = (target: ChannelTarget, message: Message, over = {}) =>
  open(target, over).send({
    id: "dlv_0123456789abcdef01234567",
    now: NOW,
    message,
    signal: new AbortController().signal,
  });
const json = (text: string | undefined): Json => JSON.parse(text ?? "null");

/** A receiver that answers as each system does, so that the sender's next step works. */
function asTheSystem({ method, path, body }: ReceivedRequest): ReceiverReply {
  if (path.startsWith("/chat."))
    return { status: 200, body: JSON.stringify({ ok: true, channel: "C1", ts: "171.001" }) };
  if (path.includes("/search")) return { status: 200, body: '{"issues":[]}' };
  if (path.endsWith("/transitions") && method === "GET")
    return { status: 200, body: '{"transitions":[{"id":"31","name":"Done"}]}' };
  if (path.includes("/rest/api/2/issue")) return { status: 201, body: '{"key":"OPS-7"}' };
  if (method === "GET" && path.includes("/issues")) return { status: 200, body: "[]" };
  if (path.endsWith("/issues")) return { status: 201, body: '{"number":7,"iid":7}' };
  return { status: path === "/v2/enqueue" ? 202 : 200, body: body === "" ? "{}" : '{"status":"success"}' };
}

describe.each(Object.entries(TARGETS))("%s", (name, target) => {
  it("sends a notice, then updates it by the reference", async () => {
    answer = asTheSystem;
    const first = await send(target(), notice(aNotice()));
    if (!first.ok) throw new Error(first.error.says);
    const ended = await send(target(), notice(aNotice({ state: "ended" }), first.value.reference));
    expect(ended.ok).toBe(true);
    expect(receiver.requests.length + mails.length).toBeGreaterThanOrEqual(2);
  });

  it.each(HOSTILE_TEXTS.slice(0, 12))("takes hostile text %# for text", async (text) => {
    answer = asTheSystem;
    const hostile = aNotice({
      title: `${text}\r\nBcc: evil@example.com <!channel> <script>`,
      text,
      workspace: text,
      owner: text,
      facts: [{ name: text, value: `\`\`\`\n/close\n@everyone ${text}` }],
      links: [
        { label: text, path: text },
        { label: "x", path: "//evil.example/" },
      ],
    });
    const sent = await send(target(), notice(hostile));
    expect(sent.ok).toBe(true);
    for (const { headers, body } of receiver.requests) {
      expect(headers["bcc"]).toBeUndefined();
      expect(body).not.toContain('"url":"https://evil.example');
      if (body !== "") expect(() => JSON.parse(body)).not.toThrow();
    }
    for (const mail of mails) {
      expect(mail.split("\r\n\r\n")[0]).not.toMatch(/^bcc:/im);
      expect(mail.split("Content-Type: text/html")[1]).toContain("&lt;script&gt;");
      expect(mail.split("Content-Type: text/html")[1]).not.toContain("<script>");
    }
  });

  it("says so when the receiver is not there, without any secret", async () => {
    const away = target();
    const at = { privateAddresses: true, timeoutMs: 2_000 };
    answer = () => ({ status: 503 });
    refuseMail = true;
    const sent = await send(away, notice(aNotice()), at);
    if (sent.ok) throw new Error("expected a fault");
    expect(sent.error.permanent).toBe(name === "email");
    expect(JSON.stringify(sent.error)).not.toMatch(/t0ken-canary|secret-path|whsec_/);
  });

  it.skipIf(name === "email")(
    "follows no redirect, waits as it is asked to, and gives up on a refusal",
    async () => {
      answer = () => ({ status: 302, headers: { location: `${receiver.url}/elsewhere` } });
      expect(await send(target(), notice(aNotice()))).toMatchObject({
        ok: false,
        error: { permanent: true },
      });
      expect(receiver.requests.some(({ path }) => path === "/elsewhere")).toBe(false);
      answer = () => ({ status: 429, headers: { "retry-after": "120" } });
      expect(await send(target(), notice(aNotice()))).toMatchObject({
        ok: false,
        error: { permanent: false, retryAfterMs: 120_000, status: 429 },
      });
      answer = () => ({ status: 401 });
      expect(await send(target(), notice(aNotice()))).toMatchObject({
        ok: false,
        error: { permanent: true },
      });
    },
  );

  it.skipIf(name === "email")("reaches no private address unless the configuration lets it", async () => {
    expect(await send(target(), notice(aNotice()), { privateAddresses: false })).toMatchObject({
      ok: false,
      error: { permanent: true },
    });
    expect(receiver.requests).toEqual([]);
  });

  it.skipIf(name === "email")(
    "ends a request that is not answered, and reads no endless answer",
    async () => {
      answer = () => "hang";
      const late = await send(target(), notice(aNotice()), { timeoutMs: 200 });
      expect(late).toMatchObject({ ok: false, error: { permanent: false } });
      answer = () => ({ status: 200, body: "x".repeat(1_200_000) });
      expect(await send(target(), notice(aNotice()))).toMatchObject({ ok: false });
    },
  );
});

it("signs webhooks by the Standard Webhooks scheme, with the new and the old secret", async () => {
  await send(TARGETS["webhook"]?.() as ChannelTarget, notice(aNotice()));
  const [request] = receiver.requests;
  const {
    "webhook-id": id,
    "webhook-timestamp": time,
    "webhook-signature": signatures,
  } = request?.headers ?? {};
  const expected = [SECRET, OLD_SECRET].map((secret) => {
    const key = Buffer.from(secret.slice(6), "base64");
    return `v1,${createHmac("sha256", key).update(`${id}.${time}.${request?.body}`).digest("base64")}`;
  });
  expect(signatures).toBe(expected.join(" "));
  expect(request?.headers["content-type"]).toContain("application/cloudevents+json");
  expect(json(request?.body)).toMatchObject({
    specversion: "1.0",
    type: "trueup.finding.violation",
    source: "https://trueup.example.com",
  });
});

it("updates the one message of a finding in Slack and says it anew when it is gone", async () => {
  answer = asTheSystem;
  const bot = TARGETS["slack bot"]?.() as ChannelTarget;
  await send(bot, notice(aNotice(), '["C1","171.001"]'));
  expect(receiver.requests.map(({ path }) => path)).toEqual(["/chat.update"]);
  expect(json(receiver.requests[0]?.body)).toMatchObject({ channel: "C1", ts: "171.001" });
  expect(receiver.requests[0]?.headers.authorization).toBe("Bearer t0ken-canary");
  answer = (request) =>
    request.path === "/chat.update"
      ? { status: 200, body: '{"ok":false,"error":"message_not_found"}' }
      : asTheSystem(request);
  await send(bot, notice(aNotice(), '["C1","171.001"]'));
  expect(receiver.requests.map(({ path }) => path).slice(1)).toEqual(["/chat.update", "/chat.postMessage"]);
  answer = () => ({ status: 200, body: '{"ok":false,"error":"invalid_auth"}' });
  expect(await send(bot, notice(aNotice()))).toMatchObject({ ok: false, error: { permanent: true } });
});

it("triggers, acknowledges and resolves one PagerDuty alert", async () => {
  for (const state of ["open", "acknowledged", "ended"] as const) {
    await send(TARGETS["pagerduty"]?.() as ChannelTarget, notice(aNotice({ state })));
  }
  const events = receiver.requests.map(({ body }) => json(body));
  expect(
    events.map((event) => [stringMember(event, "event_action"), stringMember(event, "dedup_key")]),
  ).toEqual([
    ["trigger", "fnd_aabbccddeeff"],
    ["acknowledge", "fnd_aabbccddeeff"],
    ["resolve", "fnd_aabbccddeeff"],
  ]);
  expect(member(events[0], "payload")).toMatchObject({ severity: "error", source: "prod-edge" });
});

it.each([
  ["github", "/repos/acme/infra/issues", "PATCH", { state: "closed" }],
  ["gitea", "/repos/acme/infra/issues", "PATCH", { state: "closed" }],
  ["gitlab", "/projects/acme%2Finfra/issues", "PUT", { state_event: "close" }],
] as const)(
  "opens one %s issue, finds it again when the answer was lost, and closes it",
  async (forge, base, method, body) => {
    answer = asTheSystem;
    await send(tickets(forge), notice(aNotice()));
    expect(receiver.requests.at(-1)).toMatchObject({ method: "POST", path: base });
    const title = stringMember(json(receiver.requests.at(-1)?.body), "title");
    answer = (request) =>
      request.method === "GET"
        ? { status: 200, body: JSON.stringify([{ title, number: 7, iid: 7 }]) }
        : asTheSystem(request);
    receiver.requests.length = 0;
    await send(tickets(forge), notice(aNotice({ state: "ended" })));
    expect(receiver.requests.filter((request) => request.method === "POST" && request.path === base)).toEqual(
      [],
    );
    const [state, comment] = receiver.requests.slice(-2);
    expect(state).toMatchObject({ method, path: `${base}/7` });
    expect(json(state?.body)).toEqual(body);
    expect(comment?.path).toMatch(/\/7\/(?:notes|comments)$/);
  },
);

/** What the forge answers to a change of state and to a look at the issue → is the message delivered? */
const STATES: readonly (readonly [
  set: number,
  state: "open" | "ended",
  issue: object | null,
  ok: boolean,
])[] = [
  [200, "open", null, true],
  [400, "open", { state: "opened" }, true],
  [422, "open", { state: "open" }, true],
  [400, "open", { state: "closed" }, false],
  [403, "open", {}, false],
  [404, "open", null, false],
  [503, "open", { state: "opened" }, false],
  [400, "ended", { state: "closed" }, true],
  [400, "ended", { state: "opened" }, false],
];

it.each(STATES)(
  "a change of state answered by %i, %s, issue %j: delivered %s",
  async (set, state, issue, delivered) => {
    answer = ({ method, path }) => {
      if (method === "PUT") return { status: set };
      if (method === "GET")
        return issue === null ? { status: 404 } : { status: 200, body: JSON.stringify(issue) };
      return path.endsWith("/notes") ? { status: 201 } : { status: 500 };
    };
    const sent = await send(tickets("gitlab"), notice(aNotice({ state }), "7"));
    expect(sent.ok).toBe(delivered);
    const comments = receiver.requests.filter(({ path }) => path.endsWith("/notes"));
    expect(comments).toHaveLength(delivered ? 1 : 0);
  },
);

it("threads the mails of a finding and refuses to speak in the clear where TLS is asked for", async () => {
  const mail = TARGETS["email"]?.() as Extract<ChannelTarget, { kind: "email" }>;
  const first = await send(mail, notice(aNotice()));
  if (!first.ok) throw new Error(first.error.says);
  await send(mail, notice(aNotice(), first.value.reference));
  expect(mails[1]).toContain(`In-Reply-To: ${first.value.reference}`);
  expect(mails[0]).toContain("multipart/alternative");
  expect((await send({ ...mail, security: "starttls" }, notice(aNotice()))).ok).toBe(false);
  expect((await send({ ...mail, security: "tls" }, notice(aNotice()), { timeoutMs: 1_000 })).ok).toBe(false);
  expect(mails).toHaveLength(2);
});
