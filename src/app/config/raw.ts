import * as z from "zod";
import { DURATION_PATTERN } from "./duration.ts";
import { rawExports } from "./exports.ts";
import { rawIdentity } from "./identity.ts";
import { rawNotifications } from "./notifications.ts";
import { rawApprovals, rawBreakGlass, rawExceptionLimits } from "./raw-governance.ts";

/**
 * `trueup.yaml` as people write it. Only shapes are checked here; `config.ts` turns it into domain values.
 * The published JSON Schema is generated from this file, so every member has a description.
 */

const text = z.string().min(1).max(2_000);
const globs = (what: string) =>
  z.array(text).min(1).describe(`${what}; globs over the whole value, * and ? allowed`);
const duration = z.string().regex(DURATION_PATTERN).describe("A duration: 90s, 10m, 4h, 7d, 1h30m");
const riskClass = z.enum(["low", "medium", "high", "critical"]);

const paths = z
  .array(text)
  .min(1)
  .describe(
    "Property path patterns such as ingress.cidr_blocks or tags.*; a pattern holds everything below it",
  );

const exceptionScope = z
  .strictObject({
    workspaces: globs("Workspaces").optional(),
    accounts: globs("Accounts").optional(),
    types: globs("Resource types").optional(),
    addresses: globs("Addresses in the code").optional(),
    paths: paths.optional(),
    risk_classes: z.array(riskClass).min(1).optional().describe("RiskClasses of the change"),
  })
  .describe("Which changes it holds: every given list must match, an absent one matches all");

const instant = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/)
  .describe("An RFC 3339 instant, or a date, which means its start in UTC");

export const rawException = z
  .strictObject({
    id: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/)
      .describe("Names the exception in reports and in the record; unique"),
    rule: text.describe("set/policy or set/policy/rule that may fail; globs allowed"),
    scope: exceptionScope.optional(),
    owner: text.describe("Who answers for it"),
    reason: z.string().min(10).max(2_000).describe("Why it is needed, for the one who reviews it"),
    from: instant,
    until: instant.describe("When it ends, exclusive; an RFC 3339 instant or a date"),
  })
  .describe("A scoped, owned, expiring permission to fail one rule");

export const rawExceptionFile = z
  .strictObject({
    version: z.literal(1).describe("Version of this file's form"),
    exceptions: z.array(rawException).describe("The exceptions"),
  })
  .meta({ title: "Trueup exceptions", description: "PolicyExceptions kept in a file of their own" });

const tofu = z
  .strictObject({
    dir: text.optional().describe("Workspace directory: scan runs a read-only plan there"),
    plan: text.optional().describe("Plan JSON, the output of `tofu show -json PLANFILE`"),
    state: text.optional().describe("State JSON, or a raw state file"),
    binary: text.optional().describe("Program to run; default: tofu, else terraform"),
    timeout: duration.optional().describe("Time after which a run is ended; default 10m"),
  })
  .meta({ oneOf: ["dir", "plan", "state"].map((name) => ({ required: [name] })) })
  .describe("OpenTofu or Terraform; one of dir, plan and state");

const event = z
  .strictObject({
    cloudtrail: text.optional().describe("A CloudTrail file: JSON, JSON lines, or LookupEvents output"),
    "kubernetes-audit": text.optional().describe("A Kubernetes audit log: JSON lines or an EventList"),
  })
  .meta({ minProperties: 1, maxProperties: 1 });

const policy = z
  .strictObject({
    path: text.optional().describe("Folder or file of a policy set, relative to this file"),
    shipped: z.enum(["starter"]).optional().describe("A set that comes with Trueup"),
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]*$/)
      .optional()
      .describe("Name of a set that names itself nowhere; default: the folder's name"),
    hosts: z
      .array(
        z
          .string()
          .max(300)
          .regex(/^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:]+\])(?::\d{1,5})?$/),
      )
      .min(1)
      .optional()
      .describe(
        "Hosts that the set may reach, by its OPA server or http.send, as HOST or HOST:PORT; default: none",
      ),
  })
  .meta({ oneOf: ["path", "shipped"].map((name) => ({ required: [name] })) })
  .describe("A policy set: a path, or one that is shipped");

const point = z
  .strictObject({
    action: z.enum(["deny", "warn", "dryrun"]).optional().describe("What it does with a deny; default deny"),
    fail_mode: z
      .enum(["closed", "open"])
      .optional()
      .describe("Its answer when no Decision can be had; default closed"),
    on_review: z
      .enum(["require_approval", "allow_and_record"])
      .optional()
      .describe("What a review becomes; default require_approval"),
    offers_approval: z
      .boolean()
      .optional()
      .describe("Send soft-mandatory violations for approval instead of refusing them; default false"),
  })
  .describe("Settings of an EnforcementPoint; environment variables cannot change them");

const owner = z
  .strictObject({
    owner: text.describe("Team or person"),
    addresses: globs("Addresses in the code").optional(),
    types: globs("Resource types").optional(),
    paths: paths.optional(),
  })
  .describe("The first rule of which every given list matches names the owner");

const publish = z
  .strictObject({
    file: text.optional().describe("Appends each checkpoint to a file outside the data directory"),
    git: text.optional().describe("Commits each checkpoint in this git work tree"),
    webhook: z
      .string()
      .regex(/^https?:\/\/\S+$/)
      .max(2_000)
      .optional()
      .describe("Posts each checkpoint to this URL"),
  })
  .meta({ minProperties: 1, maxProperties: 1 })
  .describe("One place where checkpoints are published");

const workspaceRule = z
  .strictObject({
    name: text.describe("Names of what is found begin with it; unique"),
    dir: text.optional().describe("A folder, relative to this file"),
    git: text.optional().describe("A repository: https, ssh or file, without credentials"),
    ref: text.optional().describe("Branch or tag of the repository; default: its default branch"),
    path: text.optional().describe("Folder within the repository; default: its top"),
    include: z.array(text).min(1).describe("Globs over folders below it: live/**"),
    exclude: z.array(text).optional().describe("Globs over folders that are left out"),
    labels: z.record(z.string(), z.string()).optional().describe("What policies and risk rules read"),
    account: text.optional().describe("Cloud account; quote numbers"),
    owners: z.array(text).optional().describe("Teams or people"),
    cron: text.optional().describe("When they are scanned by themselves, five fields"),
    timezone: text.optional().describe("IANA name for `cron`; default UTC"),
  })
  .meta({ oneOf: ["dir", "git"].map((name) => ({ required: [name] })) })
  .describe("One tree in which folders are workspaces");

export const rawConfig = z
  .strictObject({
    version: z.literal(1).describe("Version of this file's form"),
    workspace: text.optional().describe("Name of the estate this file describes; default: default"),
    labels: z
      .record(z.string(), z.string())
      .optional()
      .describe("What policies and risk rules read, e.g. env: prod"),
    account: text.optional().describe("Cloud account, where sources do not tell; quote numbers"),
    source: z
      .strictObject({ tofu: tofu.optional() })
      .optional()
      .describe("Where declared and observed state come from"),
    events: z.array(event).optional().describe("Recorded audit logs that say who changed what"),
    pipeline: z
      .strictObject({
        identities: globs("Principals under which pipelines act").optional(),
        protected_refs: globs("Git refs whose runs count as approved").optional(),
      })
      .optional()
      .describe("What the pipeline is; a run counts as verified only when the server checked it"),
    policies: z.array(policy).optional().describe("Policy sets; default: the shipped starter set"),
    risk: z
      .strictObject({
        rules: text.optional().describe("Risk rules of this project, merged over the shipped ones"),
        let_through: z
          .array(riskClass)
          .optional()
          .describe("Classes of planned and approved changes that need no further permission; default: all"),
      })
      .optional()
      .describe("How risk is classified, and what it permits"),
    points: z
      .strictObject({
        ci: point.optional(),
        forge: point.optional(),
        hcp_run_task: point.optional(),
        kubernetes_admission: point.optional(),
        cloud_api: point.optional(),
        decision_api: point.optional(),
      })
      .optional()
      .describe("Settings by EnforcementPoint"),
    exceptions: z
      .array(rawException)
      .optional()
      .describe("PolicyExceptions; unverified while they stand in a file"),
    exceptions_file: text.optional().describe("A file that holds more of them"),
    owners: z.array(owner).optional().describe("Who owns which finding; the first match wins"),
    due: z
      .strictObject({
        critical: duration.optional(),
        high: duration.optional(),
        medium: duration.optional(),
        low: duration.optional(),
      })
      .optional()
      .describe("Time until a finding must be ended, by RiskClass; default 4h, 24h, 7d, 30d"),
    secrets: z
      .strictObject({
        paths: z
          .array(
            z
              .string()
              .regex(/^[^:\s]+:.+$/)
              .max(2_000),
          )
          .optional()
          .describe("Places of secrets that sources do not mark, as TYPE:PATH, e.g. aws_instance:user_data"),
      })
      .optional()
      .describe("Values that are never shown or stored"),
    break_glass: rawBreakGlass.optional(),
    approvals: rawApprovals.optional(),
    exception_limits: rawExceptionLimits.optional(),
    notifications: rawNotifications.optional(),
    exports: rawExports.optional(),
    identity: rawIdentity.optional(),
    store: z
      .string()
      .regex(/^(?:pglite:|embedded:|postgres:\/\/|postgresql:\/\/).+$/)
      .max(2_000)
      .optional()
      .describe(
        "Where findings and the record are kept: pglite:DIR, embedded:DIR or postgres://…; default pglite:.trueup",
      ),
    retention: z
      .strictObject({
        findings: duration.optional().describe("Resolved findings, after they were last seen; default 365d"),
        scan_results: duration
          .optional()
          .describe("Result rows of scans, but the last of each workspace; default 90d"),
        decisions: duration.optional().describe("Decisions and pipeline runs; default 400d"),
        notifications: duration.optional().describe("Notices and how they were delivered; default 90d"),
      })
      .optional()
      .describe("How long each class of data is kept. The record itself: trueup audit prune"),
    workspaces: z
      .array(workspaceRule)
      .max(1_000)
      .optional()
      .describe("Where workers look for workspaces when they start"),
    audit: z
      .strictObject({
        key: text.optional().describe("File of the signing key, outside the data directory"),
        publish: z.array(publish).optional().describe("Where checkpoints are published"),
      })
      .optional()
      .describe("The record of judgements and decisions"),
  })
  .meta({
    title: "Trueup configuration",
    description: "trueup.yaml: one estate, its sources, its policies and what is done with the answers",
  });

export type RawConfig = z.infer<typeof rawConfig>;
export type RawException = z.infer<typeof rawException>;
