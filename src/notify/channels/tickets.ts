import { err, isJsonArray, ok, type Result, stringMember } from "../../base/index.ts";
import { type Channel, type DeliveryFault, type Envelope, fault, type Sent } from "../channel.ts";
import { type Letter, letterOf, SEVERITY_WORD } from "../letter.ts";
import type { ChannelTarget } from "../settings.ts";
import { type ChannelTools, getJson, hostOf, idMember, jsonOf, postJson } from "./parts.ts";

type Tickets = Extract<ChannelTarget, { kind: "tickets" }>;

/** Where the three forges differ. Endpoints as their REST documentation has them. */
interface Forge {
  headers(token: string): Readonly<Record<string, string>>;
  /** Issues, newest first. */
  readonly list: string;
  readonly create: string;
  comment(number: string): string;
  issue(number: string): string;
  /** Name of the number of an issue within its repository, and of its text. */
  readonly number: "number" | "iid";
  readonly text: "body" | "description";
  setState(open: boolean): { readonly method: "PATCH" | "PUT"; readonly body: object };
}

function forgeOf({ forge, api, repository }: Tickets): Forge {
  const gitlab = forge === "gitlab";
  const base = gitlab
    ? `${api}/projects/${encodeURIComponent(repository)}`
    : `${api}/repos/${repository.split("/").map(encodeURIComponent).join("/")}`;
  const issues = `${base}/issues`;
  const order = gitlab
    ? "order_by=created_at&per_page=100"
    : "state=all&sort=created&direction=desc&type=issues";
  return {
    headers: (token) =>
      gitlab
        ? { "private-token": token }
        : { authorization: forge === "gitea" ? `token ${token}` : `Bearer ${token}` },
    list: `${issues}?${order}${forge === "github" ? "&per_page=100" : forge === "gitea" ? "&limit=50" : ""}`,
    create: issues,
    comment: (number) => `${issues}/${number}/${gitlab ? "notes" : "comments"}`,
    issue: (number) => `${issues}/${number}`,
    number: gitlab ? "iid" : "number",
    text: gitlab ? "description" : "body",
    setState: (open) =>
      gitlab
        ? { method: "PUT", body: { state_event: open ? "reopen" : "close" } }
        : { method: "PATCH", body: { state: open ? "open" : "closed" } },
  };
}

/**
 * One issue a subject: opened, commented on, closed when the subject ends. Before one is opened the newest issues are looked
 * through for the subject's mark in a title, so that a try whose answer was lost does not open a second one.
 */
export function ticketChannel(target: Tickets, tools: ChannelTools): Channel {
  const forge = forgeOf(target);
  return {
    name: tools.name,
    tells: "one_message",
    digests: false,
    where: `${hostOf(target.api)} ${target.repository}`,
    async send(envelope) {
      const token = await tools.secret(target.token);
      if (!token.ok) return token;
      if (envelope.message.kind === "digest")
        return err(fault("tickets have no digests", { permanent: true }));
      const letter = letterOf(envelope.message.notice, tools.publicUrl);
      const headers = forge.headers(token.value);
      const reference = envelope.message.reference;
      const known =
        reference === null ? await findIssue(tools, forge, headers, letter, envelope) : ok(reference);
      if (!known.ok) return known;
      return known.value === null
        ? openIssue(tools, forge, headers, letter, envelope)
        : updateIssue(tools, forge, headers, letter, known.value, envelope);
    },
  };
}

const markOf = (letter: Letter): string => `[${letter.notice.subject}]`;

async function findIssue(
  { send }: ChannelTools,
  forge: Forge,
  headers: Readonly<Record<string, string>>,
  letter: Letter,
  { signal, now }: Envelope,
): Promise<Result<string | null, DeliveryFault>> {
  const listed = await getJson(send, forge.list, headers, signal, now);
  if (!listed.ok) return listed;
  const issues = isJsonArray(listed.value) ? listed.value : [];
  const found = issues.find((issue) => stringMember(issue, "title")?.endsWith(markOf(letter)) === true);
  return ok(idMember(found, forge.number));
}

async function openIssue(
  { send }: ChannelTools,
  forge: Forge,
  headers: Readonly<Record<string, string>>,
  letter: Letter,
  { signal, now }: Envelope,
): Promise<Result<Sent, DeliveryFault>> {
  const body = { title: `${letter.title} ${markOf(letter)}`, [forge.text]: markdown(letter) };
  const reply = await postJson(send, { url: forge.create, headers, body, signal, now });
  if (!reply.ok) return reply;
  const answer = jsonOf(reply.value);
  if (!answer.ok) return answer;
  const number = idMember(answer.value, forge.number);
  if (number === null) return err(fault("the answer names no issue", { status: reply.value.status }));
  return ok({ says: `opened #${number}`, status: reply.value.status, reference: number });
}

async function updateIssue(
  { send }: ChannelTools,
  forge: Forge,
  headers: Readonly<Record<string, string>>,
  letter: Letter,
  number: string,
  { signal, now }: Envelope,
): Promise<Result<Sent, DeliveryFault>> {
  const open = letter.notice.state !== "ended";
  const issue = forge.issue(encodeURIComponent(number));
  // The state first: setting it again changes nothing, so that a try that fails after it does not comment twice.
  const set = await postJson(send, { ...forge.setState(open), url: issue, headers, signal, now });
  if (!set.ok && !(await isAlready(open, set.error, { send, issue, headers, signal, now }))) return set;
  const url = forge.comment(encodeURIComponent(number));
  const said = await postJson(send, { url, headers, body: { body: markdown(letter) }, signal, now });
  if (!said.ok) return said;
  return ok({
    says: `${open ? "updated" : "closed"} #${number}`,
    status: said.value.status,
    reference: number,
  });
}

/** A forge may refuse to open what is open, or to close what is closed. Its issue says whether that is why; its error text does not. */
async function isAlready(
  open: boolean,
  { status }: DeliveryFault,
  asked: Pick<Envelope, "signal" | "now"> & {
    readonly send: ChannelTools["send"];
    readonly issue: string;
    readonly headers: Readonly<Record<string, string>>;
  },
): Promise<boolean> {
  if (status === null || status < 400 || status >= 500) return false;
  const found = await getJson(asked.send, asked.issue, asked.headers, asked.signal, asked.now);
  if (!found.ok) return false;
  const state = stringMember(found.value, "state");
  return open ? state === "open" || state === "opened" : state === "closed";
}

/**
 * Foreign text stands in a fenced block that is longer than any fence in it: no mention, reference, quick action, image or HTML
 * comes alive there. Around it are only our own words and links.
 */
export function markdown({ notice, text, facts, links, status }: Letter): string {
  const lines = [text, "", ...facts.map(({ name, value }) => `${name}: ${value}`)].join("\n");
  const longest = Math.max(2, ...(lines.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return [
    `**${SEVERITY_WORD[notice.severity]}**, ${status}`,
    `${fence}text\n${lines}\n${fence}`,
    links
      .map(({ label, url }) => `[${label.replace(/[[\]\\<>@#]/g, "")}](<${url.replace(/[<>]/g, "")}>)`)
      .join(" · "),
  ].join("\n\n");
}
