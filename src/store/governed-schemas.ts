import * as z from "zod";
import type { Json } from "../base/index.ts";
import {
  type ApprovalRequest,
  type BreakGlassGrant,
  ENFORCEMENT_POINTS,
  type PolicyException,
  type Review,
} from "../domain/index.ts";

/* Documents of governance as they come back from the database: types by the compiler, values here. */

const text = z.string();
const maybe = text.nullable();
const texts = z.array(text);
const json = z.custom<Json>((value) => value !== undefined);
const riskClass = z.enum(["low", "medium", "high", "critical"]);
const person = z.object({ id: text, name: text });
const version = z.number().int().positive();
const perClass = z.record(riskClass, z.number());
const ended = z.object({ by: person.nullable(), at: text, because: text }).nullable();

const bound = z.union([
  z.object({ path: text, is: z.literal("equal_to"), value: json }),
  z.object({ path: text, is: z.literal("one_of"), values: z.array(json) }),
  z.object({ path: text, is: z.enum(["at_most", "at_least"]), value: z.number() }),
  z.object({ path: text, is: z.literal("within"), cidrs: texts }),
]);

const scope = z.object({
  workspaces: texts.exactOptional(),
  accounts: texts.exactOptional(),
  types: texts.exactOptional(),
  addresses: texts.exactOptional(),
  paths: texts.exactOptional(),
  riskClasses: z.array(riskClass).exactOptional(),
  bounds: z.array(bound).exactOptional(),
});

export const grantDocument = z.object({
  schema: z.literal("trueup.grant/v1"),
  id: text,
  kind: text,
  holder: person,
  team: maybe,
  sessions: texts,
  scope,
  reason: z.object({ broken: text, impact: text, touches: text }),
  incident: maybe,
  requestedAt: text,
  startsAt: maybe,
  endsAt: text,
  minutes: z.number(),
  consent: z.object({ rule: z.enum(["none", "told", "second_person"]), by: person.nullable() }),
  ended,
  reviewHours: perClass,
  worst: riskClass.nullable(),
  reviewedAt: maybe,
  outside: z.boolean(),
  version,
}) satisfies z.ZodType<BreakGlassGrant>;

export const exceptionDocument = z.object({
  schema: z.literal("trueup.exception/v1"),
  id: text,
  rule: text,
  scope,
  riskClass,
  owner: text,
  ticket: maybe,
  reason: text,
  requester: person,
  requestedAt: text,
  from: text,
  until: text,
  reviewEveryDays: z.number(),
  evidence: z.array(z.object({ ref: text, says: text, at: text })),
  granted: z.object({ by: person, at: text, because: text }).nullable(),
  revoked: ended,
  lastUsedAt: maybe,
  lastReviewedAt: maybe,
  version,
}) satisfies z.ZodType<PolicyException>;

export const approvalDocument = z.object({
  schema: z.literal("trueup.approval/v1"),
  id: text,
  workspace: text,
  point: z.enum(ENFORCEMENT_POINTS),
  digests: texts,
  summary: texts,
  decision: maybe,
  riskClass,
  requester: person,
  reason: text,
  quorum: z.array(z.object({ groups: texts, count: z.number(), because: text })),
  requestedAt: text,
  expiresAt: text,
  votes: z.array(
    z.object({ by: person, answer: z.enum(["approve", "reject"]), groups: texts, at: text, because: text }),
  ),
  revoked: ended,
  singleUse: z.boolean(),
  uses: z.array(z.object({ at: text, decision: text, requestIds: texts })),
  version,
}) satisfies z.ZodType<ApprovalRequest>;

const item = z.object({
  id: text,
  kind: z.enum(["change", "exception", "grant", "allowed_drift", "approval"]),
  title: text,
  workspace: text,
  riskClass,
  finding: maybe,
  by: z.enum(["holder", "others"]),
  evidence: z.array(z.object({ ref: text, says: text, confidence: z.enum(["high", "medium", "low"]) })),
  decision: z
    .object({
      choice: z.enum(["adopt", "roll_back", "already_back", "renew", "escalate"]),
      by: person,
      at: text,
      because: text,
    })
    .nullable(),
  proof: z
    .object({
      kind: z.enum(["no_op_plan", "read_again", "renewed", "escalated"]),
      ref: text,
      says: text,
      at: text,
    })
    .nullable(),
});

export const reviewDocument = z.object({
  schema: z.literal("trueup.review/v1"),
  id: text,
  kind: z.enum(["grant", "recurring"]),
  subject: text,
  holder: person.nullable(),
  team: maybe,
  openedAt: text,
  due: text,
  items: z.array(item),
  closed: z.object({ by: person, at: text }).nullable(),
  version,
}) satisfies z.ZodType<Review>;
