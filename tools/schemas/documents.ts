import * as z from "zod";
import { AUDIT_ENTRY_KINDS } from "../../src/domain/index.ts";
import {
  actor,
  actorKind,
  changeAction,
  changeOrigin,
  channel,
  decision,
  enforcementPoint,
  environment,
  finding,
  findingDetail,
  gap,
  json,
  listedNoise,
  path,
  pipeline,
  policyResult,
  policySet,
  problem,
  redactedChange,
  riskAssessment,
  riskClass,
  riskRuleHit,
  time,
  verdict,
  violation,
} from "./parts.ts";

/** Documents that the program prints or hands to policies, one schema each. */

export const scanReport = z
  .object({
    schema: z.literal("trueup.scan/v1"),
    id: z.string(),
    time,
    environment,
    source: z.object({ name: z.string(), place: z.string() }),
    findings: z.array(finding),
    gone: z.array(finding).describe("Findings of the last scan that are no longer there"),
    gaps: z.array(gap),
    noise: z.array(listedNoise),
    policySets: z.array(policySet),
    counts: z.object({
      compared: z.number(),
      drifted: z.number(),
      violations: z.number(),
      review: z.number(),
      allowed: z.number(),
      accepted: z.number(),
      new: z.number(),
      noise: z.number(),
    }),
    problems: z.array(problem),
    audit: z
      .object({ entries: z.number(), root: z.string() })
      .nullable()
      .describe("What was recorded, and the Merkle root of all results"),
  })
  .meta({ title: "Trueup scan report", description: "What `trueup scan --format json` prints" });

export const checkReport = z
  .object({
    schema: z.literal("trueup.check/v1"),
    id: z.string(),
    time,
    environment,
    plan: z.object({
      file: z.string(),
      sha256: z.string(),
      formatVersion: z.string(),
      toolVersion: z.string().nullable(),
    }),
    decision,
    changes: z.array(
      z
        .object({ change: redactedChange, risk: riskAssessment, results: z.array(policyResult), verdict })
        .meta({ id: "JudgedChange", description: "One change with everything that was said of it" }),
    ),
    planViolations: z.array(violation).describe("Failures that belong to no single change"),
    planVerdict: verdict.nullable().describe("The truth table on the plan as a whole"),
    gaps: z.array(gap),
    policySets: z.array(policySet),
    counts: z.object({
      changes: z.number(),
      violations: z.number(),
      review: z.number(),
      allowed: z.number(),
      waived: z.number(),
      warnings: z.number(),
    }),
    problems: z.array(problem),
    audit: z
      .object({ file: z.string(), entries: z.number(), root: z.string() })
      .nullable()
      .describe("Where it was recorded"),
  })
  .meta({ title: "Trueup check report", description: "What `trueup check --format json` prints" });

export const findingDocument = findingDetail.meta({
  title: "Trueup finding",
  description: "What `trueup findings show --format json` prints",
});

export const findingList = z
  .object({
    schema: z.literal("trueup.findings/v1"),
    workspace: z.string(),
    time,
    findings: z.array(finding),
  })
  .meta({ title: "Trueup findings", description: "What `trueup findings list --format json` prints" });

const riskTrace = z
  .object({
    type: z.object({
      name: z.string(),
      known: z.boolean(),
      group: z.string().nullable(),
      category: z.string(),
      class: riskClass,
      stateful: z.boolean(),
      says: z.string(),
    }),
    sources: z.array(z.string()).describe("Rule files that took part"),
    environments: z.array(z.string()).describe("Environments whose labels matched"),
    assessment: riskAssessment,
    whole: z.array(riskRuleHit).describe("Rules about the resource as a whole"),
    properties: z.array(
      z.object({
        path,
        text: z.string().describe("The path as text"),
        class: riskClass,
        hits: z.array(riskRuleHit),
      }),
    ),
  })
  .meta({ id: "RiskTrace", description: "How the class of one change came about" });

export const riskExplanation = z
  .object({
    schema: z.literal("trueup.risk/v1"),
    source: z.string().describe("The file that was read"),
    changes: z.array(
      z.object({ change: redactedChange, risk: riskAssessment, explanation: z.exactOptional(riskTrace) }),
    ),
  })
  .meta({ title: "Trueup risk explanation", description: "What `trueup risk explain --format json` prints" });

const auditEntryMembers = {
  schema: z.literal("trueup.audit/v1"),
  id: z.string().describe("aud_ and 24 hexadecimal characters"),
  kind: z.enum(AUDIT_ENTRY_KINDS),
  time,
  workspace: z.string(),
  actor,
  channel,
  subject: z.string().describe("What was touched: an address, a plan's digest, a finding id"),
  answer: z.string().nullable(),
  because: z.string(),
  revisions: z.record(z.string(), z.string()).describe("Policy set revisions by set name"),
  details: json,
};

export const auditEntry = z.object(auditEntryMembers).meta({
  title: "Trueup audit entry",
  description:
    "One entry of the record: who tried to change what, when, from where, with which answer, and why",
});

export const auditList = z
  .object({
    schema: z.literal("trueup.audit-list/v1"),
    size: z.number().describe("Entries in the whole log"),
    entries: z.array(
      z.object({
        index: z.number(),
        entry: z.object(auditEntryMembers).meta({ id: "AuditEntry", description: "One entry of the record" }),
      }),
    ),
  })
  .meta({ title: "Trueup audit entries", description: "What `trueup audit list --format json` prints" });

const moment = z
  .object({
    rfc3339: time,
    unix_ns: z
      .string()
      .regex(/^-?\d+$/)
      .describe("Nanoseconds since the Unix epoch, as text: they exceed 2^53"),
    weekday: z.enum(["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]),
    hour: z.number().int().min(0).max(23).describe("UTC"),
  })
  .meta({ id: "Moment", description: "An instant, in the forms that rules ask for" });

export const changeDocument = z
  .object({
    schema: z.literal("trueup.change/v1"),
    change: z.object({
      id: z.string(),
      digest: z.string(),
      origin: changeOrigin,
      action: changeAction,
      resource: z.object({
        address: z.string(),
        type: z.string(),
        provider: z.string(),
        account: z.string().nullable(),
        region: z.string().nullable(),
        id: z.string().nullable(),
        name: z.string(),
        module: z.string().nullable(),
        tags: z.record(z.string(), z.string()),
      }),
      before: json,
      after: json,
      properties: z.array(
        z.object({
          path: z.string().describe("As people write it: ingress[0].cidr_blocks[1]"),
          before: json,
          after: json,
          sensitive: z.boolean(),
          unknown: z.boolean(),
          risk: riskClass,
        }),
      ),
    }),
    actor: z.object({
      kind: actorKind,
      principal: z.string().nullable(),
      person: z.string().nullable(),
      groups: z.array(z.string()),
      source_ip: z.string().nullable(),
      user_agent: z.string().nullable(),
      session: z.string().nullable(),
    }),
    channel,
    pipeline: pipeline.nullable(),
    point: enforcementPoint,
    environment,
    risk: z.object({ class: riskClass, rules: z.array(z.string()) }),
    break_glass: z
      .object({ grant: z.string(), reason: z.string(), expires_at: time })
      .nullable()
      .describe("Always null for mandatory policies: a policy cannot waive itself"),
    time: moment.nullable().describe("When the change happened; null when unknown"),
    evaluated_at: moment,
  })
  .meta({
    title: "Trueup change document",
    description: "What a change policy sees: `input` in Rego, the import `trueup` in Sentinel",
  });
