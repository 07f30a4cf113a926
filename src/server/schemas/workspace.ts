import * as z from "zod";

const text = z.string().min(1).max(2_000);
const texts = (what: string) => z.array(text).max(200).describe(what);

const source = z
  .union([
    z.strictObject({
      kind: z.literal("directory"),
      path: text.describe("Folder on the workers, absolute or below the configuration"),
    }),
    z.strictObject({
      kind: z.literal("git"),
      url: text.describe("https://…, ssh://…, USER@HOST:PATH or file:///…; without credentials"),
      ref: text.nullable().default(null).describe("Branch or tag; null: the default branch"),
      path: text.default(".").describe("Folder within the repository"),
    }),
  ])
  .describe("Where the code lies");

const credential = z
  .union([
    z.strictObject({ variable: text, from: z.literal("env"), name: text.describe("Variable of the worker") }),
    z.strictObject({ variable: text, from: z.literal("file"), path: text.describe("File on the worker") }),
  ])
  .describe("A variable of the tool and where its value is read from; values are never kept");

const schedule = z
  .strictObject({
    cron: text.describe("Five fields: minute hour day month weekday"),
    timezone: text.default("UTC").describe("IANA name: Europe/Berlin"),
    jitterSeconds: z.number().int().min(0).max(3_600).default(300).describe("Runs are spread over so long"),
  })
  .describe("When it is scanned by itself");

const tool = z.strictObject({
  name: z.enum(["tofu", "terraform"]).default("tofu"),
  binary: text.nullable().default(null).describe("Program to run; null: by its name"),
  varFiles: texts("Variable files, relative to the folder").default([]),
  timeoutSeconds: z.number().int().min(1).max(86_400).default(600),
});

const common = {
  tool: tool.prefault({}),
  backend: text.nullable().default(null).describe("For people: where its state is kept"),
  credentials: z.array(credential).max(100).default([]),
  labels: z
    .record(text, z.string().max(2_000))
    .default({})
    .describe("What policies and risk rules read: env, team"),
  account: text.nullable().default(null),
  owners: texts("Teams or people; the first one owns findings that no rule gives to others").default([]),
  protectedRefs: texts("Globs over refs that may be planned; empty: those of the configuration").default([]),
  schedule: schedule.nullable().default(null),
  enabled: z.boolean().default(true),
} as const;

/** What people send. */
export const workspaceSettings = z
  .strictObject({ name: text.describe("Names it in findings and in the record"), source, ...common })
  .meta({ id: "WorkspaceSettings" });

/** What is answered. */
export const workspace = z
  .object({
    name: z.string(),
    source,
    tool,
    backend: z.string().nullable(),
    credentials: z.array(credential),
    labels: z.record(z.string(), z.string()),
    account: z.string().nullable(),
    owners: z.array(z.string()),
    protectedRefs: z.array(z.string()),
    schedule: schedule.nullable(),
    enabled: z.boolean(),
    id: z.string(),
    discovery: z.string().nullable().describe("Name of the discovery that found it"),
    missingSince: z.string().nullable().describe("Since when the discovery does not find it any more"),
    version: z.number().int(),
    createdAt: z.string(),
    changedAt: z.string(),
  })
  .meta({ id: "Workspace" });

export const discovery = z
  .strictObject({
    name: text.describe("Names of what is found begin with it"),
    source,
    include: z.array(text).min(1).max(200).describe("Globs over folders below the source: live/**"),
    exclude: texts("Globs over folders that are left out").default([]),
    dryRun: z.boolean().default(false).describe("Only tell"),
    ...common,
  })
  .meta({ id: "WorkspaceDiscovery" });

export const scanRun = z
  .object({
    id: z.string().describe("Also the id of the scan that it records"),
    workspace: z.string(),
    status: z.enum(["queued", "running", "done", "failed", "cancelled"]),
    reason: z.enum(["schedule", "manual", "event"]),
    askedBy: z.string(),
    askedAt: z.string(),
    startedAt: z.string().nullable(),
    endedAt: z.string().nullable(),
    tries: z.number().int(),
    progress: z.string().nullable().describe("What it is doing"),
    commit: z.string().nullable().describe("Commit of the code that is planned"),
    problem: z.string().nullable(),
  })
  .meta({ id: "ScanRun" });
