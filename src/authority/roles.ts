import { PERMISSIONS, type Permission } from "./permissions.ts";

export const ROLES = ["viewer", "engineer", "approver", "policy-admin", "auditor", "admin"] as const;

export type Role = (typeof ROLES)[number];

export interface RoleDefinition {
  /** One sentence for whoever hands the role out. */
  readonly summary: string;
  readonly permissions: readonly Permission[];
}

const READS: readonly Permission[] = [
  "findings.read",
  "decisions.read",
  "exceptions.read",
  "approvals.read",
  "breakglass.read",
  "reviews.read",
  "policies.read",
  "workspaces.read",
  "tokens.own",
];

/**
 * What each role may do. Whoever asks and whoever decides are different roles on purpose: an engineer cannot grant, an approver
 * cannot request, an auditor changes nothing. A permission that no role lists would be one that nobody has, which a test refuses.
 */
export const ROLE_DEFINITIONS: Readonly<Record<Role, RoleDefinition>> = {
  viewer: { summary: "sees findings, decisions and how exceptions stand", permissions: READS },
  engineer: {
    summary: "works on findings, runs scans, asks for exceptions, opens break-glass",
    permissions: [
      ...READS,
      "findings.assign",
      "findings.resolve",
      "scan.run",
      "decisions.ask",
      "pipeline.report",
      "exceptions.request",
      "approvals.request",
      "breakglass.open",
      "breakglass.close",
      "events.ingest",
    ],
  },
  approver: {
    summary: "decides what others ask for: approvals, exceptions, reviews",
    permissions: [
      ...READS,
      "findings.assign",
      "exceptions.grant",
      "exceptions.revoke",
      "approvals.decide",
      "breakglass.close",
      "breakglass.review",
      "reviews.decide",
      "evidence.read",
    ],
  },
  "policy-admin": {
    summary: "publishes policies, keeps workspaces, schedules and notifications",
    permissions: [
      ...READS,
      "scan.run",
      "decisions.ask",
      "policies.publish",
      "workspaces.write",
      "schedules.write",
      "notifications.read",
      "notifications.write",
    ],
  },
  auditor: {
    summary: "reads everything, the record included, and changes nothing",
    permissions: [
      ...READS,
      "notifications.read",
      "audit.read",
      "audit.export",
      "evidence.read",
      "accounts.read",
      "system.read",
    ],
  },
  admin: { summary: "everything, accounts and roles included", permissions: PERMISSIONS },
};

const TABLE: ReadonlyMap<Role, ReadonlySet<Permission>> = new Map(
  ROLES.map((role) => [role, new Set(ROLE_DEFINITIONS[role].permissions)]),
);

export function roleAllows(role: Role, permission: Permission): boolean {
  return TABLE.get(role)?.has(permission) ?? false;
}

/** Roles with this permission, weakest first. */
export function rolesWith(permission: Permission): readonly Role[] {
  return ROLES.filter((role) => roleAllows(role, permission));
}
