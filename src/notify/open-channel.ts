import type { Result } from "../base/index.ts";
import type { Channel, DeliveryFault } from "./channel.ts";
import { emailChannel } from "./channels/email.ts";
import { jiraChannel } from "./channels/jira.ts";
import { pagerdutyChannel } from "./channels/pagerduty.ts";
import { slackChannel } from "./channels/slack.ts";
import { teamsChannel } from "./channels/teams.ts";
import { ticketChannel } from "./channels/tickets.ts";
import { webhookChannel } from "./channels/webhook.ts";
import { outgoing } from "./outgoing.ts";
import type { ChannelSettings, SecretRef } from "./settings.ts";

/** The channel that the settings describe. Nothing is connected or read until something is sent. */
export function openChannel(
  { name, target, privateAddresses, timeoutMs }: ChannelSettings,
  outside: {
    readonly secret: (ref: SecretRef) => Promise<Result<string, DeliveryFault>>;
    readonly publicUrl: string | null;
  },
): Channel {
  const tools = { ...outside, name, timeoutMs, send: outgoing({ privateAddresses, timeoutMs }) };
  switch (target.kind) {
    case "slack":
      return slackChannel(target, tools);
    case "teams":
      return teamsChannel(target, tools);
    case "email":
      return emailChannel(target, tools);
    case "webhook":
      return webhookChannel(target, tools);
    case "pagerduty":
      return pagerdutyChannel(target, tools);
    case "tickets":
      return ticketChannel(target, tools);
    case "jira":
      return jiraChannel(target, tools);
  }
}
