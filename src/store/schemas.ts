import * as z from "zod";
import type { Json } from "../base/index.ts";
import type { Finding } from "../domain/index.ts";

/* Documents as they come back from the database. Types are checked against the domain by the compiler, values here. */

/** Values that came out of `JSON.parse` are JSON; what they mean is not for the store to say. */
const json = z.custom<Json>((value) => value !== undefined);
const text = z.string();
const maybe = text.nullable();
const path = z.array(z.union([text, z.number()]));
const riskClass = z.enum(["low", "medium", "high", "critical"]);
const verdictKind = z.enum(["allowed", "violation", "review"]);
const verdictRow = z.literal([1, 2, 3, 4, 5, 6, 7, 8, 9]);

const actor = z.object({
  kind: z.enum(["human", "pipeline", "agent", "service", "unknown"]),
  principal: maybe,
  person: maybe,
  personRule: maybe,
  groups: z.array(text),
  sourceIp: maybe,
  userAgent: maybe,
  session: maybe,
});

const resource = z.object({
  provider: text,
  account: maybe,
  region: maybe,
  type: text,
  id: maybe,
  address: text,
  name: text,
  module: maybe,
});

const cause = z.object({
  kind: z.enum([
    "break_glass_pending_adoption",
    "bypassed_pipeline",
    "unapplied_commit",
    "platform",
    "unknown",
  ]),
  confidence: z.enum(["high", "medium", "low"]),
  evidence: z.array(z.object({ ref: text, says: text })),
});

const change = z.object({
  id: text,
  digest: text,
  origin: z.enum(["planned", "attempted", "observed"]),
  action: z.enum(["create", "update", "delete", "replace", "read", "no_op", "forget"]),
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
  channel: z.enum(["console", "api", "cli", "iac", "kubernetes", "unknown"]),
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
});

const policy = z.object({
  set: text,
  revision: text,
  policy: text,
  engine: z.enum(["rego", "sentinel", "built-in", "opa-server", "opa-wasm"]),
});
const level = z.enum(["advisory", "soft-mandatory", "hard-mandatory"]);
const message = z.object({ rule: text, message: text, path: path.nullable(), severity: maybe });
const violation = message.extend({
  policy,
  level,
  introduced: z.boolean().nullable(),
  planLevel: z.boolean(),
});
const result = z.object({
  policy,
  level,
  outcome: z.enum(["pass", "fail", "error", "not_applicable"]),
  violations: z.array(violation),
  allows: z.array(message),
  reviews: z.array(message),
  warnings: z.array(message),
  error: z.object({ code: text, message: text }).nullable(),
  prints: z.array(text),
});

const risk = z.object({
  class: riskClass,
  rules: z.array(z.object({ rule: text, class: riskClass, path: path.nullable(), reason: text })),
  properties: z.record(text, riskClass),
  unknownType: z.boolean(),
});

const cover = z.object({ kind: z.enum(["exception", "grant", "approval"]), id: text, verified: z.boolean() });
const permit = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("low_risk") }),
  z.object({ kind: z.literal("allow_rule"), policy, rule: text }),
  z.object({ kind: z.literal("cover"), cover }),
  z.object({ kind: z.literal("planned"), riskClass: text }),
  z.object({ kind: z.literal("approved_run"), run: text }),
]);

const verdict = z.object({
  kind: verdictKind,
  row: verdictRow,
  because: text,
  determining: z.array(z.object({ policy, rule: text, message: text, waivedBy: cover.nullable() })),
  erroring: z.array(z.object({ policy, message: text })),
  permit: permit.nullable(),
  covers: z.array(cover),
  withoutCovers: z.object({ kind: verdictKind, row: verdictRow }),
  attributionDeadline: maybe,
});

const finding = z.object({
  id: text,
  workspace: text,
  status: z.enum(["open", "accepted", "resolved"]),
  triage: z.enum(["known_and_allowed", "remediate", "review"]),
  delta: z.enum(["new", "changed", "unchanged", "gone"]),
  change,
  risk,
  results: z.array(result),
  verdict,
  cause,
  owner: maybe,
  due: maybe,
  firstSeen: text,
  lastSeen: text,
  group: maybe,
  commit: text.optional(),
  advice: text,
}) satisfies z.ZodType<Finding>;

/**
 * A finding from its stored document. Gives back what was parsed, not zod's copy of it: fields that a newer minor version added
 * and keys such as `__proto__` stay as they are.
 */
export function readFinding(document: string): Finding {
  const value: unknown = JSON.parse(document);
  if (isFinding(value)) return value;
  const issue = finding.safeParse(value).error?.issues[0];
  throw new TypeError(`a stored finding is not one: ${issue?.path.join(".")}: ${issue?.message}`);
}

function isFinding(value: unknown): value is Finding {
  return finding.safeParse(value).success;
}
