import * as z from "zod";
import {
  type ChannelSettings,
  type ChannelTarget,
  type Hours,
  NO_NOTIFICATIONS,
  NOTICE_KINDS,
  type NotificationSettings,
  type RouteRule,
} from "../../notify/index.ts";
import { DURATION_PATTERN, parseDuration } from "./duration.ts";
import { type Complain, rawSecret, toSecret } from "./secret.ts";

/* The `notifications` section of trueup.yaml: shapes, and what they mean. Secrets are references, never values. */

const text = z.string().min(1).max(2_000);
const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/);
const url = z
  .string()
  .regex(/^https?:\/\/[^\s@]+$/)
  .max(2_000);
const duration = z.string().regex(DURATION_PATTERN).describe("A duration: 90s, 10m, 4h, 7d, 1h30m");
const globs = (what: string) => z.array(text).min(1).optional().describe(`${what}; globs`);
const timeOfDay = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/);
const timezone = z.string().min(1).max(100).default("UTC").describe("IANA timezone; default UTC");
const severity = z.enum(["critical", "error", "warning", "info"]);
const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;

const hours = z
  .strictObject({
    from: timeOfDay.describe("HH:MM"),
    until: timeOfDay.describe("HH:MM; earlier than `from`: over midnight"),
    timezone,
    days: z.array(z.enum(WEEKDAYS)).optional().describe("Days on which the hours begin; default: every day"),
  })
  .describe("Hours of the day");

const channel = z
  .strictObject({
    slack: z
      .strictObject({
        webhook: rawSecret.optional().describe("URL of an incoming webhook"),
        token: rawSecret.optional().describe("Bot token with chat:write; messages are updated"),
        channel: text.optional().describe("Channel id, with `token`"),
        api: url.optional().describe("Default https://slack.com/api"),
      })
      .optional()
      .describe("Slack: `webhook`, or `token` with `channel`"),
    teams: z
      .strictObject({ webhook: rawSecret })
      .optional()
      .describe("Microsoft Teams, by a workflow's webhook"),
    email: z
      .strictObject({
        host: text.describe("SMTP relay"),
        port: z.number().int().min(1).max(65_535).default(587).describe("Default 587"),
        security: z.enum(["starttls", "tls", "none"]).default("starttls").describe("Default starttls"),
        user: text.optional(),
        password: rawSecret.optional(),
        from: z.email().describe("Sender"),
        to: z.array(z.email()).min(1).max(50).describe("Recipients"),
      })
      .optional()
      .describe("E-mail by SMTP"),
    webhook: z
      .strictObject({
        url,
        secrets: z
          .array(rawSecret)
          .min(1)
          .max(4)
          .describe("Standard Webhooks secrets (whsec_…); each one signs"),
      })
      .optional()
      .describe("CloudEvents 1.0, signed by the Standard Webhooks scheme"),
    pagerduty: z
      .strictObject({
        routing_key: rawSecret.describe("Integration key of an Events API v2 integration"),
        api: url.optional().describe("Default https://events.pagerduty.com"),
      })
      .optional()
      .describe("PagerDuty Events v2"),
    tickets: z
      .strictObject({
        forge: z.enum(["github", "gitlab", "gitea"]),
        api: url.describe("API root, e.g. https://api.github.com"),
        repository: text.describe("owner/name"),
        token: rawSecret,
      })
      .optional()
      .describe("One issue a finding"),
    jira: z
      .strictObject({
        url,
        project: z
          .string()
          .regex(/^[A-Z][A-Z0-9_]{0,99}$/)
          .describe("Project key"),
        issue_type: text.default("Task").describe("Default Task"),
        done_transition: text.default("Done").describe("Transition that ends a ticket; default Done"),
        user: text.optional().describe("Jira Cloud: the account's e-mail address"),
        token: rawSecret.describe("API token, or personal access token of a data centre"),
      })
      .optional()
      .describe("One Jira issue a finding"),
    private_addresses: z.boolean().optional().describe("May it be in a private network? Default false"),
    timeout: duration.optional().describe("Time limit of one try; default 15s"),
  })
  .describe("One place where people or systems are told; exactly one kind");

const route = z
  .strictObject({
    name: name.optional().describe("For people; default: its place in the list"),
    to: z.array(name).min(1).describe("Names of channels"),
    kinds: globs(`What happened: ${NOTICE_KINDS.join(", ")}`),
    classes: z
      .array(z.enum(["low", "medium", "high", "critical"]))
      .min(1)
      .optional()
      .describe("RiskClasses"),
    severities: z.array(severity).min(1).optional().describe("Severities of the notice"),
    owners: globs("Owners, `-` for none"),
    workspaces: globs("Workspaces"),
    labels: z.record(z.string(), z.string()).optional().describe("Labels of the workspace; values are globs"),
    hours: hours.optional().describe("Only what happens in these hours"),
    quiet_hours: hours.optional().describe("What happens then waits until they end"),
    urgent: z.array(severity).optional().describe("Severities that wait for nothing; default critical"),
    digest: z
      .strictObject({ at: timeOfDay.optional(), timezone, every: duration.optional() })
      .optional()
      .describe("One message for all that came up: daily `at` HH:MM, or `every` duration"),
    last: z.boolean().optional().describe("Later routes are not asked; default false"),
  })
  .describe("Who is told of what, and when; every given condition must hold");

export const rawNotifications = z
  .strictObject({
    public_url: url.optional().describe("Address of this server for people, for links in messages"),
    channels: z.record(name, channel).optional().describe("Channels by name"),
    routes: z.array(route).optional().describe("Asked in order"),
  })
  .describe("Who is told of what, where and when");

type RawNotifications = z.infer<typeof rawNotifications>;
type RawChannel = z.infer<typeof channel>;

export function toNotifications(raw: RawNotifications | undefined, complain: Complain): NotificationSettings {
  if (raw === undefined) return NO_NOTIFICATIONS;
  const at = (...path: PropertyKey[]) => ["notifications", ...path];
  const channels = Object.entries(raw.channels ?? {}).flatMap(([name, channel]): ChannelSettings[] => {
    const target = toTarget(channel, (path, message) => complain(at("channels", name, ...path), message));
    if (target === null) return [];
    const timeoutMs = channel.timeout === undefined ? 15_000 : (parseDuration(channel.timeout) ?? 0);
    if (timeoutMs < 1_000 || timeoutMs > 60_000)
      complain(at("channels", name, "timeout"), "`timeout` must be between 1s and 60s");
    return [{ name, target, privateAddresses: channel.private_addresses ?? false, timeoutMs }];
  });
  const known = new Map(channels.map((channel) => [channel.name, channel]));
  const routes = (raw.routes ?? []).map((route, index) => {
    for (const name of route.to) {
      const kind = known.get(name)?.target.kind;
      if (!Object.hasOwn(raw.channels ?? {}, name))
        complain(at("routes", index, "to"), `\`${name}\` is no channel`, "name one of `channels`");
      if (route.digest !== undefined && kind !== undefined && ["pagerduty", "tickets", "jira"].includes(kind))
        complain(at("routes", index, "digest"), `\`${name}\` takes no digests`);
    }
    return toRoute(route, index, (path, message) => complain(at("routes", index, ...path), message));
  });
  return { publicUrl: raw.public_url ?? null, channels, routes };
}

function toTarget(raw: RawChannel, complain: Complain): ChannelTarget | null {
  const { private_addresses: _private, timeout: _timeout, ...kinds } = raw;
  if (Object.values(kinds).filter((kind) => kind !== undefined).length !== 1) {
    complain([], "a channel needs exactly one kind, such as `slack` or `webhook`");
    return null;
  }
  const { slack, teams, email, webhook, pagerduty, tickets, jira } = kinds;
  if (slack !== undefined) return toSlack(slack, complain);
  if (teams !== undefined)
    return { kind: "teams", webhook: toSecret(teams.webhook, ["teams", "webhook"], complain) };
  if (email !== undefined) {
    const { user = null, password, ...rest } = email;
    if ((user === null) !== (password === undefined))
      complain(["email"], "`user` and `password` belong together");
    if (user !== null && email.security === "none")
      complain(["email", "security"], "a password is never sent in the clear");
    const secretRef = password === undefined ? null : toSecret(password, ["email", "password"], complain);
    return { kind: "email", ...rest, user, password: secretRef };
  }
  if (webhook !== undefined) {
    const secrets = webhook.secrets.map((ref, index) =>
      toSecret(ref, ["webhook", "secrets", index], complain),
    );
    return { kind: "webhook", url: webhook.url, secrets };
  }
  if (pagerduty !== undefined) {
    const routingKey = toSecret(pagerduty.routing_key, ["pagerduty", "routing_key"], complain);
    return { kind: "pagerduty", routingKey, api: pagerduty.api ?? "https://events.pagerduty.com" };
  }
  if (tickets !== undefined) {
    const token = toSecret(tickets.token, ["tickets", "token"], complain);
    return { kind: "tickets", ...tickets, api: tickets.api.replace(/\/+$/, ""), token };
  }
  if (jira === undefined) return null;
  return {
    kind: "jira",
    url: jira.url,
    project: jira.project,
    issueType: jira.issue_type,
    doneTransition: jira.done_transition,
    user: jira.user ?? null,
    token: toSecret(jira.token, ["jira", "token"], complain),
  };
}

function toSlack(raw: NonNullable<RawChannel["slack"]>, complain: Complain): ChannelTarget | null {
  const { webhook, token, channel, api } = raw;
  if (webhook !== undefined && token === undefined)
    return { kind: "slack", by: "webhook", webhook: toSecret(webhook, ["slack", "webhook"], complain) };
  if (webhook !== undefined || token === undefined || channel === undefined) {
    complain(["slack"], "`slack` needs `webhook`, or `token` with `channel`");
    return null;
  }
  const ref = toSecret(token, ["slack", "token"], complain);
  return { kind: "slack", by: "token", token: ref, channel, api: api ?? "https://slack.com/api" };
}

function toRoute(raw: z.infer<typeof route>, index: number, complain: Complain): RouteRule {
  const hours = (value: z.infer<typeof hoursShape> | undefined, key: string): Hours | null => {
    if (value === undefined) return null;
    checkZone(value.timezone, [key, "timezone"], complain);
    const days = (value.days ?? []).map((day) => WEEKDAYS.indexOf(day));
    return { from: minutes(value.from), until: minutes(value.until), timezone: value.timezone, days };
  };
  return {
    name: raw.name ?? `route ${index + 1}`,
    to: raw.to,
    when: {
      kinds: raw.kinds ?? null,
      classes: raw.classes ?? null,
      severities: raw.severities ?? null,
      owners: raw.owners ?? null,
      workspaces: raw.workspaces ?? null,
      labels: raw.labels ?? null,
      hours: hours(raw.hours, "hours"),
    },
    quiet: hours(raw.quiet_hours, "quiet_hours"),
    urgent: raw.urgent ?? ["critical"],
    digest: toDigest(raw.digest, complain),
    last: raw.last ?? false,
  };
}

const hoursShape = hours;

function toDigest(raw: z.infer<typeof route>["digest"], complain: Complain): RouteRule["digest"] {
  if (raw === undefined) return null;
  if ((raw.at === undefined) === (raw.every === undefined))
    complain(["digest"], "`digest` needs exactly one of `at` and `every`");
  checkZone(raw.timezone, ["digest", "timezone"], complain);
  if (raw.at !== undefined) return { kind: "daily", at: minutes(raw.at), timezone: raw.timezone };
  const ms = parseDuration(raw.every ?? "");
  if (raw.every !== undefined && (ms === null || ms < 60_000))
    complain(["digest", "every"], "`every` must be at least 1m");
  return { kind: "every", ms: ms ?? 60_000 };
}

function checkZone(timezone: string, path: readonly PropertyKey[], complain: Complain): void {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: timezone });
  } catch {
    complain(path, `\`${timezone}\` is no timezone`, "write an IANA name such as Europe/Berlin");
  }
}

function minutes(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}
