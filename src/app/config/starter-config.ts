import type { TofuSource } from "./config.ts";

/** Where the schema of `trueup.yaml` is published. */
export const CONFIG_SCHEMA_URL = "https://trueup.dev/schemas/trueup.schema.json";

/** The `trueup.yaml` that `init` writes: valid as it stands, and saying what else there is. */
export function starterConfig(options: {
  readonly workspace: string;
  readonly source: TofuSource["from"];
  readonly events?: readonly { readonly kind: "cloudtrail" | "kubernetes-audit"; readonly path: string }[];
}): string {
  // A JSON string is a YAML string, whatever stands in it.
  const quoted = (text: string) => JSON.stringify(text);
  const events = (options.events ?? []).map((event) => `  - ${event.kind}: ${quoted(event.path)}\n`).join("");
  return `# yaml-language-server: $schema=${CONFIG_SCHEMA_URL}
# Every member is described in docs/configuration.md.
version: 1
workspace: ${quoted(options.workspace)}

# What policies and risk rules may ask for.
labels:
  env: dev

source:
  tofu:
    ${options.source.kind}: ${quoted(options.source.path)}

# Recorded audit logs tell who made a change, when and from where.
${events === "" ? "# events:\n#   - cloudtrail: audit/cloudtrail.json\n#   - kubernetes-audit: audit/kubernetes.log\n" : `events:\n${events}`}
# The set that comes with Trueup; add \`- path: policies\` for your own.
policies:
  - shipped: starter

# What \`trueup check\` does in CI: deny, warn or dryrun.
points:
  ci:
    action: deny

# owners:
#   - owner: team-network
#     types: [aws_security_group*]
`;
}
