import { PERMISSIONS } from "./permissions.ts";
import { canBeNarrowed, reachOf } from "./reach.ts";
import { ROLE_DEFINITIONS, ROLES, roleAllows } from "./roles.ts";
import { PERSONS_ONLY, SCOPE_DEFINITIONS, TOKEN_SCOPES } from "./scopes.ts";

/** The tables of docs/authority.md as Markdown. They are made from the rules themselves, so that the page cannot say anything else. */
export function authorityTables(): string {
  return [
    "### Roles",
    "",
    ...table(
      ["role", "for whom"],
      ROLES.map((role) => [`\`${role}\``, ROLE_DEFINITIONS[role].summary]),
    ),
    "",
    "### Permissions",
    "",
    ...table(
      ["permission", ...ROLES, "holds in", "without a workspace"],
      PERMISSIONS.map((permission) => [
        `\`${permission}\``,
        ...ROLES.map((role) => (roleAllows(role, permission) ? "yes" : "–")),
        reachOf(permission),
        canBeNarrowed(permission) ? "narrowed to what the role holds" : "only a role without a scope",
      ]),
    ),
    "",
    "### Token scopes",
    "",
    ...table(
      ["scope", "to", "permissions"],
      TOKEN_SCOPES.map((scope) => {
        const { summary, permissions } = SCOPE_DEFINITIONS[scope];
        return [`\`${scope}\``, summary, permissions.map((name) => `\`${name}\``).join(" ")];
      }),
    ),
    "",
    `No token may, whatever its scopes: ${PERSONS_ONLY.map((name) => `\`${name}\``).join(", ")}.`,
  ].join("\n");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
}
