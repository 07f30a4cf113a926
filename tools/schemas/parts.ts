import * as z from "zod";
import type { Json } from "../../src/base/index.ts";
import { ENFORCEMENT_POINTS } from "../../src/domain/index.ts";

/** Shapes that several documents share, as zod schemas whose types must equal those of src/domain (see `same-types.ts`). */

export const json: z.ZodType<Json> = z.any().meta({ description: "Any JSON value" });

/** An optional member that is absent, never `undefined`. */
const optional = <T extends z.ZodType>(schema: T) => z.exactOptional(schema);

export const time = z.string().describe("RFC 3339 instant").meta({ format: "date-time" });
export const path = z
  .array(z.union([z.string(), z.number()]))
  .meta({ id: "Path", description: "Object keys and array indexes from the root of the resource" });

export const riskClass = z.enum(["low", "medium", "high", "critical"]).meta({
  id: "RiskClass",
  description: "How much a change can harm; never the severity that a policy's author gave",
});
export const changeAction = z
  .enum(["create", "update", "delete", "replace", "read", "no_op", "forget"])
  .meta({ id: "ChangeAction", description: "What happens to the resource" });
export const changeOrigin = z.enum(["planned", "attempted", "observed"]).meta({
  id: "ChangeOrigin",
  description: "In a plan, at a gate before it happens, or found after the fact",
});
export const channel = z.enum(["console", "api", "cli", "iac", "kubernetes", "unknown"]).meta({
  id: "Channel",
  description: "The transport by which the change came; says nothing about authority",
});
export const enforcementPoint = z
  .enum(ENFORCEMENT_POINTS)
  .meta({ id: "EnforcementPoint", description: "Where the judgement is asked for" });
export const level = z
  .enum(["advisory", "soft-mandatory", "hard-mandatory"])
  .meta({ id: "EnforcementLevel", description: "Set by the policy set, never by the policy" });
export const verdictKind = z
  .enum(["allowed", "violation", "review"])
  .meta({ id: "VerdictKind", description: "The judgement of one change" });
export const actorKind = z.enum(["human", "pipeline", "agent", "service", "unknown"]);

const verdictRow = z
  .union([1, 2, 3, 4, 5, 6, 7, 8, 9].map((row) => z.literal(row as 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9)))
  .describe("Row of the truth table that decided");

export const actor = z
  .object({
    kind: actorKind,
    principal: z.string().nullable().describe("As the platform names it: an ARN, a username, a CI identity"),
    person: z.string().nullable().describe("The person behind the principal, when a rule could tell"),
    personRule: z.string().nullable().describe("Which rule named the person"),
    groups: z.array(z.string()),
    sourceIp: z.string().nullable(),
    userAgent: z.string().nullable(),
    session: z.string().nullable(),
  })
  .meta({ id: "Actor", description: "The principal that an outside system saw, and who is behind it" });

export const resource = z
  .object({
    provider: z.string().describe("Short provider name: aws, azurerm, google, kubernetes"),
    account: z.string().nullable().describe("Part of the identity; null means that the source did not say"),
    region: z.string().nullable(),
    type: z.string().describe("The source's type name: aws_security_group"),
    id: z.string().nullable().describe("Identifier in the outside system, once it exists"),
    address: z.string().describe("Address in the code, index included"),
    name: z.string(),
    module: z.string().nullable(),
  })
  .meta({ id: "ResourceRef", description: "Identity of one resource" });

export const pipeline = z
  .object({
    run: z.string(),
    commit: z.string().nullable(),
    ref: z.string().nullable(),
    verified: z
      .boolean()
      .describe("The server checked the run's token or webhook; environment variables never do"),
    approved: z.boolean().describe("Verified, and on a protected ref or approved"),
  })
  .meta({ id: "Pipeline", description: "The authority under which a change is made" });

const cause = z
  .object({
    kind: z.enum([
      "break_glass_pending_adoption",
      "bypassed_pipeline",
      "unapplied_commit",
      "platform",
      "unknown",
    ]),
    confidence: z.enum(["high", "medium", "low"]),
    evidence: z.array(
      z.object({ ref: z.string().describe("Id of the event, run or grant"), says: z.string() }),
    ),
  })
  .meta({ id: "Cause", description: "Why an observed change happened; unknown is an honest answer" });

const propertyChange = z
  .object({
    path,
    before: json,
    after: json,
    sensitive: z.boolean().describe("The values are secrets, and replaced by markers"),
    unknown: z.boolean().describe("The value after is known only after apply"),
  })
  .meta({
    id: "PropertyChange",
    description: "One property, before and after; null where it does not exist",
  });

const removedNoise = z
  .object({ normaliser: z.string(), path })
  .meta({ id: "RemovedNoise", description: "A false difference that a normaliser removed" });

export const listedNoise = z
  .object({ normaliser: z.string(), path, address: z.string() })
  .meta({ id: "ListedNoise", description: "A false difference that a normaliser removed, and where" });

export const redactedChange = z
  .object({
    id: z.string().describe("Stable in a workspace; 12 hexadecimal characters"),
    digest: z.string().describe("ChangeDigest: HMAC-SHA-256 under the estate key; 64 hexadecimal characters"),
    origin: changeOrigin,
    action: changeAction,
    resource,
    tags: z.record(z.string(), z.string()),
    before: json,
    after: json,
    properties: z.array(propertyChange),
    sensitive: z.array(path).describe("Paths whose values are secrets"),
    unknown: z.array(path).describe("Paths known only after apply"),
    actor,
    channel,
    pipeline: pipeline.nullable(),
    time: time.nullable().describe("When the change happened; null when unknown or not yet"),
    drift: z.enum(["managed", "unmanaged", "missing"]).nullable(),
    relevant: z.boolean().describe("The tool itself said that the difference matters to the plan"),
    cause: cause.nullable(),
    noise: z.array(removedNoise),
    planIndex: z.number().nullable().describe("Index into the plan's own list"),
    redacted: z.literal(true),
  })
  .meta({ id: "Change", description: "One resource, before and after, every secret replaced" });

export const riskRuleHit = z
  .object({
    rule: z.string().describe("Rule id: aws/security-group/ingress"),
    class: riskClass,
    path: path.nullable(),
    reason: z.string(),
  })
  .meta({ id: "RiskRuleHit", description: "One risk rule that fired" });

export const riskAssessment = z
  .object({
    class: riskClass,
    rules: z.array(riskRuleHit),
    properties: z.record(z.string(), riskClass).describe("Class of each changed property, by path text"),
    unknownType: z.boolean().describe("No rule knows the resource type; never low"),
  })
  .meta({ id: "RiskAssessment", description: "RiskClass of a change, with the rules that gave it" });

const policyRef = z
  .object({
    set: z.string(),
    revision: z.string().describe("Content digest of the set"),
    policy: z.string(),
    engine: z.enum(["rego", "sentinel", "built-in", "opa-server", "opa-wasm"]),
  })
  .meta({ id: "PolicyRef", description: "One policy in one loaded set" });

const ruleMessage = {
  rule: z.string(),
  message: z.string(),
  path: path.nullable(),
  severity: z.string().nullable().describe("What the policy's author calls it; never changes a level"),
};

const message = z.object(ruleMessage).meta({ id: "RuleMessage", description: "What one rule said" });

export const violation = z
  .object({
    ...ruleMessage,
    policy: policyRef,
    level,
    introduced: z.boolean().nullable().describe("false: the rule failed before this change already"),
    planLevel: z.boolean().describe("Belongs to the plan as a whole"),
  })
  .meta({ id: "Violation", description: "One failing rule; waived when covered, never hidden" });

export const policyResult = z
  .object({
    policy: policyRef,
    level,
    outcome: z.enum(["pass", "fail", "error", "not_applicable"]),
    violations: z.array(violation),
    allows: z.array(message),
    reviews: z.array(message),
    warnings: z.array(message),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    prints: z.array(z.string()),
  })
  .meta({ id: "PolicyResult", description: "One policy on one change" });

const coverRef = z
  .object({ kind: z.enum(["exception", "grant", "approval"]), id: z.string(), verified: z.boolean() })
  .meta({ id: "CoverRef", description: "An exception, grant or approval that lets a failing change stand" });

const permit = z
  .discriminatedUnion("kind", [
    z.object({ kind: z.literal("low_risk") }),
    z.object({ kind: z.literal("allow_rule"), policy: policyRef, rule: z.string() }),
    z.object({ kind: z.literal("cover"), cover: coverRef }),
    z.object({ kind: z.literal("planned"), riskClass: z.string() }),
    z.object({ kind: z.literal("approved_run"), run: z.string() }),
  ])
  .meta({ id: "Permit", description: "What permitted a change" });

export const verdict = z
  .object({
    kind: verdictKind,
    row: verdictRow,
    because: z.string(),
    determining: z.array(
      z.object({ policy: policyRef, rule: z.string(), message: z.string(), waivedBy: coverRef.nullable() }),
    ),
    erroring: z.array(z.object({ policy: policyRef, message: z.string() })),
    permit: permit.nullable(),
    covers: z.array(coverRef),
    withoutCovers: z
      .object({ kind: verdictKind, row: verdictRow })
      .describe("What it would be without any cover"),
    attributionDeadline: time.nullable(),
  })
  .meta({ id: "Verdict", description: "The judgement of one change, and why" });

const findingMembers = {
  id: z.string().describe("fnd_ and 12 hexadecimal characters; the same drift found again has the same id"),
  workspace: z.string(),
  status: z.enum(["open", "accepted", "resolved"]),
  triage: z.enum(["known_and_allowed", "remediate", "review"]),
  delta: z.enum(["new", "changed", "unchanged", "gone"]).describe("Against the last scan"),
  change: redactedChange,
  risk: riskAssessment,
  results: z.array(policyResult),
  verdict,
  cause,
  owner: z.string().nullable(),
  due: time.nullable(),
  firstSeen: time,
  lastSeen: time,
  group: z.string().nullable().describe("Root cause shared with other findings"),
  advice: z.string(),
  commit: z.string().optional().describe("Commit of the code that declared the state it was compared with"),
};

export const finding = z
  .object(findingMembers)
  .meta({ id: "Finding", description: "A tracked item: the same drift found again is the same finding" });
export const findingDetail = z.object({ schema: z.literal("trueup.finding/v1"), ...findingMembers });

export const gap = z
  .object({ source: z.string(), subject: z.string().nullable(), code: z.string(), message: z.string() })
  .meta({ id: "ReadGap", description: "What could not be read or compared; not the same as no drift" });

export const problem = z
  .object({
    code: z.string().describe("Stable"),
    message: z.string(),
    place: optional(
      z.object({
        file: optional(z.string()),
        line: optional(z.number()),
        column: optional(z.number()),
        path: optional(z.string()),
      }),
    ),
    hint: optional(z.string().describe("What to do about it")),
  })
  .meta({ id: "Problem", description: "Something that could not be done" });

export const environment = z
  .object({ workspace: z.string(), labels: z.record(z.string(), z.string()), account: z.string().nullable() })
  .meta({ id: "Environment", description: "Where a workspace stands" });

export const policySet = z
  .object({ name: z.string(), revision: z.string(), engine: z.string(), policies: z.number() })
  .meta({ id: "PolicySet", description: "A policy set that took part" });

const decisionKind = z.enum(["allow", "deny", "require_approval"]);

export const decision = z
  .object({
    id: z.string(),
    kind: decisionKind,
    wouldBe: decisionKind.describe("What it would have been under action deny"),
    point: enforcementPoint,
    action: z.enum(["deny", "warn", "dryrun"]),
    verdict: verdictKind.describe("Worst over the changes"),
    erroring: z.boolean().describe("A mandatory policy could not be evaluated"),
    reasons: z.array(z.string()),
    obligations: z.array(
      z.object({
        kind: z.enum(["request_approval", "record_review", "record_fail_open", "warn_user"]),
        text: z.string(),
      }),
    ),
    revisions: z.record(z.string(), z.string()).describe("Revisions of the policy sets, by name"),
    time,
  })
  .meta({ id: "Decision", description: "The answer of an EnforcementPoint" });
