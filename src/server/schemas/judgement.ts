import * as z from "zod";
import type { Json } from "../../base/index.ts";
import type { Finding } from "../../domain/index.ts";

/* Replies: what the domain's types look like on the wire. The compiler holds them to the types. */

/** Any JSON value. */
export const json = z
  .custom<Json>((value) => value !== undefined)
  .meta({ id: "Json", description: "Any JSON value" });

export const text = z.string();
const maybe = text.nullable();
const path = z.array(z.union([text, z.number()])).meta({
  id: "PropertyPath",
  description: "Steps from the root of the attributes: member names and indexes",
});

export const riskClass = z.enum(["low", "medium", "high", "critical"]).meta({ id: "RiskClass" });
export const verdictKind = z.enum(["allowed", "violation", "review"]).meta({ id: "VerdictKind" });
export const decisionKind = z.enum(["allow", "deny", "require_approval"]).meta({ id: "DecisionKind" });
export const changeAction = z
  .enum(["create", "update", "delete", "replace", "read", "no_op", "forget"])
  .meta({ id: "ChangeAction" });
export const channel = z
  .enum(["console", "api", "cli", "iac", "kubernetes", "unknown"])
  .meta({ id: "Channel", description: "By which transport a change came" });
export const point = z
  .enum(["ci", "forge", "hcp_run_task", "kubernetes_admission", "cloud_api", "decision_api"])
  .meta({ id: "EnforcementPoint" });
const verdictRow = z.literal([1, 2, 3, 4, 5, 6, 7, 8, 9]);
const level = z.enum(["advisory", "soft-mandatory", "hard-mandatory"]).meta({ id: "EnforcementLevel" });

export const actor = z
  .object({
    kind: z.enum(["human", "pipeline", "agent", "service", "unknown"]),
    principal: maybe,
    person: maybe,
    personRule: maybe.describe("Which rule named the person"),
    groups: z.array(text),
    sourceIp: maybe,
    userAgent: maybe,
    session: maybe,
  })
  .meta({ id: "Actor" });

export const resource = z
  .object({
    provider: text,
    account: maybe,
    region: maybe,
    type: text,
    id: maybe,
    address: text,
    name: text,
    module: maybe,
  })
  .meta({ id: "ResourceRef" });

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
    evidence: z.array(z.object({ ref: text, says: text })),
  })
  .meta({ id: "Cause" });

export const change = z
  .object({
    id: text,
    digest: text.describe("ChangeDigest, made by the server"),
    origin: z.enum(["planned", "attempted", "observed"]),
    action: changeAction,
    resource,
    tags: z.record(text, text),
    before: json,
    after: json,
    properties: z.array(
      z.object({ path, before: json, after: json, sensitive: z.boolean(), unknown: z.boolean() }),
    ),
    sensitive: z.array(path),
    unknown: z.array(path),
    actor,
    channel,
    pipeline: z
      .object({ run: text, commit: maybe, ref: maybe, verified: z.boolean(), approved: z.boolean() })
      .nullable(),
    time: maybe,
    drift: z.enum(["managed", "unmanaged", "missing"]).nullable(),
    relevant: z.boolean(),
    cause: cause.nullable(),
    noise: z.array(z.object({ normaliser: text, path })),
    planIndex: z.number().nullable(),
    redacted: z.literal(true),
  })
  .meta({ id: "RedactedChange", description: "A change with every secret replaced" });

export const policyRef = z
  .object({
    set: text,
    revision: text,
    policy: text,
    engine: z.enum(["rego", "sentinel", "built-in", "opa-server", "opa-wasm"]),
  })
  .meta({ id: "PolicyRef" });

const message = z
  .object({ rule: text, message: text, path: path.nullable(), severity: maybe })
  .meta({ id: "RuleMessage" });

export const violation = z
  .object({
    rule: text,
    message: text,
    path: path.nullable(),
    severity: maybe,
    policy: policyRef,
    level,
    introduced: z.boolean().nullable().describe("Did this change bring it? null: not known"),
    planLevel: z.boolean(),
  })
  .meta({ id: "Violation" });

export const policyResult = z
  .object({
    policy: policyRef,
    level,
    outcome: z.enum(["pass", "fail", "error", "not_applicable"]),
    violations: z.array(violation),
    allows: z.array(message),
    reviews: z.array(message),
    warnings: z.array(message),
    error: z.object({ code: text, message: text }).nullable(),
    prints: z.array(text),
  })
  .meta({ id: "PolicyResult" });

export const risk = z
  .object({
    class: riskClass,
    rules: z.array(z.object({ rule: text, class: riskClass, path: path.nullable(), reason: text })),
    properties: z.record(text, riskClass),
    unknownType: z.boolean(),
  })
  .meta({ id: "RiskAssessment" });

const cover = z
  .object({ kind: z.enum(["exception", "grant", "approval"]), id: text, verified: z.boolean() })
  .meta({ id: "CoverRef" });

const permit = z
  .discriminatedUnion("kind", [
    z.object({ kind: z.literal("low_risk") }),
    z.object({ kind: z.literal("allow_rule"), policy: policyRef, rule: text }),
    z.object({ kind: z.literal("cover"), cover }),
    z.object({ kind: z.literal("planned"), riskClass: text }),
    z.object({ kind: z.literal("approved_run"), run: text }),
  ])
  .meta({ id: "Permit" });

export const verdict = z
  .object({
    kind: verdictKind,
    row: verdictRow.describe("Row of the truth table"),
    because: text,
    determining: z.array(
      z.object({ policy: policyRef, rule: text, message: text, waivedBy: cover.nullable() }),
    ),
    erroring: z.array(z.object({ policy: policyRef, message: text })),
    permit: permit.nullable(),
    covers: z.array(cover),
    withoutCovers: z.object({ kind: verdictKind, row: verdictRow }),
    attributionDeadline: maybe,
  })
  .meta({ id: "Verdict" });

export const judgedChange = z
  .object({ change, risk, results: z.array(policyResult), verdict })
  .meta({ id: "JudgedChange" });

export const gap = z
  .object({ source: text, subject: maybe, code: text, message: text })
  .meta({ id: "ReadGap", description: "What could not be read or compared" });

export const policySet = z
  .object({ name: text, revision: text, engine: text, policies: z.number().int() })
  .meta({ id: "PolicySetSummary" });

/** A Problem within an answer: worth telling, though the work was done. */
export const warning = z
  .object({
    code: text,
    message: text,
    hint: text.exactOptional(),
    place: z
      .object({
        file: text.exactOptional(),
        line: z.number().exactOptional(),
        column: z.number().exactOptional(),
        path: text.exactOptional(),
      })
      .exactOptional(),
  })
  .meta({ id: "Warning" });

export const decision = z
  .object({
    id: text,
    kind: decisionKind,
    wouldBe: decisionKind.describe("What it would have been under action `deny`"),
    point: z.union([point, z.literal("scan")]),
    action: z.enum(["deny", "warn", "dryrun"]),
    verdict: verdictKind.describe("Worst verdict over the changes"),
    erroring: z.boolean().describe("A mandatory policy could not be evaluated"),
    reasons: z.array(text),
    obligations: z.array(
      z.object({
        kind: z.enum(["request_approval", "record_review", "record_fail_open", "warn_user"]),
        text,
      }),
    ),
    revisions: z.record(text, text).describe("Revision of each policy set that took part"),
    time: text,
  })
  .meta({ id: "Decision" });

export const decidedChange = z
  .object({
    id: text,
    digest: text,
    address: text,
    type: text,
    action: changeAction,
    risk: riskClass,
    verdict: verdictKind,
    row: verdictRow,
    because: text,
    rules: z.array(text),
    covers: z.array(text),
    withoutCovers: verdictKind,
  })
  .meta({ id: "DecidedChange" });

export const finding: z.ZodType<Finding> = z
  .object({
    id: text,
    workspace: text,
    status: z.enum(["open", "accepted", "resolved"]),
    triage: z.enum(["known_and_allowed", "remediate", "review"]),
    delta: z.enum(["new", "changed", "unchanged", "gone"]),
    change,
    risk,
    results: z.array(policyResult),
    verdict,
    cause,
    owner: maybe,
    due: maybe,
    firstSeen: text,
    lastSeen: text,
    group: maybe,
    commit: text.optional().describe("Commit of the code that it was compared with"),
    advice: text,
  })
  .meta({ id: "Finding" });
