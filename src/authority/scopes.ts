import type { Permission } from "./permissions.ts";

export const TOKEN_SCOPES = [
  "check",
  "gate",
  "scan",
  "read",
  "request",
  "breakglass",
  "ingest",
  "estate",
  "publish",
  "audit",
  "metrics",
] as const;

export type TokenScope = (typeof TOKEN_SCOPES)[number];

export interface ScopeDefinition {
  readonly summary: string;
  readonly permissions: readonly Permission[];
}

/**
 * What a token may do at most; its bindings must allow it as well. No scope holds what a person must do in a session of their own
 * ({@link PERSONS_ONLY}): a leaked token can neither decide nor make itself a stronger one.
 */
export const SCOPE_DEFINITIONS: Readonly<Record<TokenScope, ScopeDefinition>> = {
  check: { summary: "have a plan judged", permissions: ["decisions.ask", "policies.read"] },
  gate: {
    summary: "have a plan judged, wait for its approval, and report what was applied",
    permissions: [
      "decisions.ask",
      "decisions.read",
      "approvals.read",
      "approvals.request",
      "pipeline.report",
      "policies.read",
    ],
  },
  scan: {
    summary: "start scans and see what they found",
    permissions: ["scan.run", "findings.read", "workspaces.read"],
  },
  read: {
    summary: "read what the role may see, the record apart",
    permissions: [
      "findings.read",
      "decisions.read",
      "exceptions.read",
      "approvals.read",
      "breakglass.read",
      "reviews.read",
      "policies.read",
      "workspaces.read",
      "notifications.read",
      "evidence.read",
    ],
  },
  request: {
    summary: "assign and resolve findings, ask for exceptions and approvals",
    permissions: [
      "findings.read",
      "findings.assign",
      "findings.resolve",
      "exceptions.read",
      "exceptions.request",
      "approvals.read",
      "approvals.request",
    ],
  },
  breakglass: {
    summary: "open and close break-glass grants",
    permissions: ["breakglass.read", "breakglass.open", "breakglass.close"],
  },
  ingest: { summary: "send events of platforms", permissions: ["events.ingest"] },
  estate: {
    summary: "keep workspaces and their schedules",
    permissions: ["workspaces.read", "workspaces.write", "schedules.write"],
  },
  publish: { summary: "publish policy sets", permissions: ["policies.read", "policies.publish"] },
  audit: {
    summary: "read, export and import the record",
    permissions: ["audit.read", "audit.export", "audit.import", "evidence.read"],
  },
  metrics: { summary: "read metrics and the state of the system", permissions: ["system.read"] },
};

/** What no token may ever do. */
export const PERSONS_ONLY = [
  "exceptions.grant",
  "exceptions.revoke",
  "approvals.decide",
  "breakglass.review",
  "reviews.decide",
  "notifications.write",
  "accounts.read",
  "accounts.write",
  "tokens.own",
  "tokens.write",
] as const satisfies readonly Permission[];

export function isTokenScope(name: string): name is TokenScope {
  return Object.hasOwn(SCOPE_DEFINITIONS, name);
}

/** Do these scopes hold the permission? A scope that nobody knows holds nothing. */
export function scopesAllow(scopes: readonly string[], permission: Permission): boolean {
  return scopes.some(
    (scope) => isTokenScope(scope) && SCOPE_DEFINITIONS[scope].permissions.includes(permission),
  );
}
