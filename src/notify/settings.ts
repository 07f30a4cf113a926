import type { RiskClass, Severity } from "../domain/index.ts";

/** Where a secret is kept. It is read when it is needed, so that a changed one is taken up without a restart. */
export type SecretRef =
  | { readonly kind: "env"; readonly name: string }
  | { readonly kind: "file"; readonly path: string };

/** Where messages go and as whom; secrets are references only. */
export type ChannelTarget =
  | { readonly kind: "slack"; readonly by: "webhook"; readonly webhook: SecretRef }
  | {
      readonly kind: "slack";
      readonly by: "token";
      readonly token: SecretRef;
      /** Channel id or `#name`. */
      readonly channel: string;
      /** Default `https://slack.com/api`. */
      readonly api: string;
    }
  | { readonly kind: "teams"; readonly webhook: SecretRef }
  | {
      readonly kind: "email";
      readonly host: string;
      readonly port: number;
      /** `tls`: from the first byte; `starttls`: refused without it; `none`: in the clear, for a relay on this machine. */
      readonly security: "tls" | "starttls" | "none";
      readonly user: string | null;
      readonly password: SecretRef | null;
      readonly from: string;
      readonly to: readonly string[];
    }
  | {
      readonly kind: "webhook";
      readonly url: string;
      /** Standard Webhooks secrets (`whsec_…`). Every one signs, so that a receiver can change over. */
      readonly secrets: readonly SecretRef[];
    }
  | { readonly kind: "pagerduty"; readonly routingKey: SecretRef; readonly api: string }
  | {
      readonly kind: "tickets";
      readonly forge: "github" | "gitlab" | "gitea";
      /** API root: `https://api.github.com`, `https://gitlab.com/api/v4`, `https://gitea.example.com/api/v1`. */
      readonly api: string;
      /** `owner/name`; a group path at GitLab. */
      readonly repository: string;
      readonly token: SecretRef;
    }
  | {
      readonly kind: "jira";
      readonly url: string;
      readonly project: string;
      readonly issueType: string;
      /** Name of the transition that ends a ticket. */
      readonly doneTransition: string;
      /** Jira Cloud: the account's e-mail address; `null`: a personal access token of a data centre. */
      readonly user: string | null;
      readonly token: SecretRef;
    };

export interface ChannelSettings {
  readonly name: string;
  readonly target: ChannelTarget;
  /** May the target be an address of a private network or this machine? */
  readonly privateAddresses: boolean;
  readonly timeoutMs: number;
}

/** Wall-clock hours of some days in a timezone. `from` later than `until`: over midnight. */
export interface Hours {
  /** Minutes since midnight. */
  readonly from: number;
  readonly until: number;
  /** IANA name. */
  readonly timezone: string;
  /** On which days the hours begin, 0 is Sunday; empty: every day. */
  readonly days: readonly number[];
}

export type Digest =
  | { readonly kind: "daily"; readonly at: number; readonly timezone: string }
  | { readonly kind: "every"; readonly ms: number };

export interface RouteRule {
  /** For people, in the delivery log and in messages about the configuration. */
  readonly name: string;
  readonly to: readonly string[];
  /** Every given list must match; `null` matches all. */
  readonly when: {
    readonly kinds: readonly string[] | null;
    readonly classes: readonly RiskClass[] | null;
    readonly severities: readonly Severity[] | null;
    /** Globs. A notice without an owner matches only `-`. */
    readonly owners: readonly string[] | null;
    readonly workspaces: readonly string[] | null;
    /** Globs by label; every named label must match. */
    readonly labels: Readonly<Record<string, string>> | null;
    /** Only what happens in these hours. */
    readonly hours: Hours | null;
  };
  /** What happens then waits until they end. */
  readonly quiet: Hours | null;
  /** Severities that wait for nothing. */
  readonly urgent: readonly Severity[];
  readonly digest: Digest | null;
  /** Later routes are not asked. */
  readonly last: boolean;
}

export interface NotificationSettings {
  /** Public address of the server, for links and as the source of events; `null`: messages have no links. */
  readonly publicUrl: string | null;
  readonly channels: readonly ChannelSettings[];
  readonly routes: readonly RouteRule[];
}

export const NO_NOTIFICATIONS: NotificationSettings = { publicUrl: null, channels: [], routes: [] };
