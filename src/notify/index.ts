export {
  NOTICE_KINDS,
  type Notice,
  type NoticeKind,
  type NoticeState,
  type Severity,
} from "../domain/index.ts";
export {
  type Channel,
  type DeliveryFault,
  type Envelope,
  fault,
  type Message,
  type Sent,
} from "./channel.ts";
export { signatureHeaders } from "./channels/webhook.ts";
export { noticesOf } from "./notices-of.ts";
export { openChannel } from "./open-channel.ts";
export { accepted, type Outgoing, outgoing } from "./outgoing.ts";
export type * from "./ports.ts";
export { retryDelayMs, TRIES_IN_A_ROUND } from "./retry.ts";
export { planDeliveries } from "./routing.ts";
export {
  type ChannelSettings,
  type ChannelTarget,
  type Digest,
  type Hours,
  NO_NOTIFICATIONS,
  type NotificationSettings,
  type RouteRule,
  type SecretRef,
} from "./settings.ts";
