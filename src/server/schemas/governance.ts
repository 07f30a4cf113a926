import * as z from "zod";
import type {
  ApprovalView,
  ExceptionView,
  GrantStory,
  GrantView,
  ReviewView,
} from "../../app/service/index.ts";
import type {
  ApprovalRequest,
  BreakGlassGrant,
  CoverScope,
  Evidence,
  PolicyException,
  Review,
} from "../../domain/index.ts";
import { ENFORCEMENT_POINTS } from "../../domain/index.ts";
import { json, riskClass } from "./judgement.ts";

/* What governance sends and takes. The compiler holds replies to the domain's types; what is taken is strict. */

const text = z.string();
const maybe = text.nullable();
const texts = z.array(text);
const person = z.object({ id: text, name: text }).meta({ id: "Person" });
const version = z.number().int().positive().describe("What `ETag` carries");
const perClass = z.record(riskClass, z.number());
const ended = z.object({ by: person.nullable(), at: text, because: text }).nullable();
const confidence = z.enum(["high", "medium", "low"]);

const LIST = 200;
/** Text that people write. */
export const prose = z.string().min(1).max(4_000);
export const name = z.string().min(1).max(2_000);
const names = z.array(name).min(1).max(LIST);
/** RFC 3339 with a zone. */
export const instant = z.iso.datetime({ offset: true });

const bound = z.union([
  z.strictObject({ path: name, is: z.literal("equal_to"), value: json }),
  z.strictObject({ path: name, is: z.literal("one_of"), values: z.array(json).min(1).max(LIST) }),
  z.strictObject({ path: name, is: z.enum(["at_most", "at_least"]), value: z.number() }),
  z.strictObject({ path: name, is: z.literal("within"), cidrs: names }),
]);

export const coverScope: z.ZodType<CoverScope> = z
  .strictObject({
    workspaces: names.exactOptional(),
    accounts: names.exactOptional(),
    types: names.exactOptional(),
    addresses: names.exactOptional(),
    paths: names.exactOptional(),
    riskClasses: z.array(riskClass).min(1).max(4).exactOptional(),
    bounds: z.array(bound).min(1).max(LIST).exactOptional(),
  })
  .meta({ id: "CoverScope", description: "Every given list must match; globs over whole values" });

export const evidence: z.ZodType<Evidence> = z
  .strictObject({ ref: name, says: prose, at: instant })
  .meta({ id: "Evidence", description: "A finding, decision or ticket, and what it shows" });

const grant: z.ZodType<BreakGlassGrant> = z
  .object({
    schema: z.literal("trueup.grant/v1"),
    id: text,
    kind: text,
    holder: person,
    team: maybe,
    sessions: texts,
    scope: coverScope,
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
  })
  .meta({ id: "BreakGlassGrant" });

const viewed = {
  grant,
  status: z.enum(["pending", "active", "expired", "revoked", "reviewed"]),
  ends: text,
  reviewDue: text,
};

export const grantView: z.ZodType<GrantView> = z.object(viewed).meta({ id: "GrantView" });

export const grantStory: z.ZodType<GrantStory> = z
  .object({
    ...viewed,
    links: z.array(
      z.object({
        grant: text,
        ref: text,
        kind: z.enum(["finding", "attempt", "event"]),
        by: z.enum(["holder", "others"]),
        confidence,
        says: text,
        at: text,
      }),
    ),
  })
  .meta({ id: "GrantStory" });

const exception: z.ZodType<PolicyException> = z
  .object({
    schema: z.literal("trueup.exception/v1"),
    id: text,
    rule: text,
    scope: coverScope,
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
  })
  .meta({ id: "PolicyException" });

export const exceptionView: z.ZodType<ExceptionView> = z
  .object({
    exception,
    status: z.enum(["requested", "granted", "active", "expired", "revoked"]),
    unused: z.boolean().describe("Nothing needed it for so long that it is proposed for removal"),
  })
  .meta({ id: "ExceptionView" });

const approval: z.ZodType<ApprovalRequest> = z
  .object({
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
      z.object({
        by: person,
        answer: z.enum(["approve", "reject"]),
        groups: texts,
        at: text,
        because: text,
      }),
    ),
    revoked: ended,
    singleUse: z.boolean(),
    uses: z.array(z.object({ at: text, decision: text, requestIds: texts })),
    version,
  })
  .meta({ id: "ApprovalRequest" });

export const approvalView: z.ZodType<ApprovalView> = z
  .object({
    request: approval,
    status: z.enum(["pending", "approved", "rejected", "expired", "revoked", "used"]),
  })
  .meta({ id: "ApprovalView" });

export const reviewChoice = z.enum(["adopt", "roll_back", "already_back", "renew", "escalate"]);

const review: z.ZodType<Review> = z
  .object({
    schema: z.literal("trueup.review/v1"),
    id: text,
    kind: z.enum(["grant", "recurring"]),
    subject: text,
    holder: person.nullable(),
    team: maybe,
    openedAt: text,
    due: text,
    items: z.array(
      z.object({
        id: text,
        kind: z.enum(["change", "exception", "grant", "allowed_drift", "approval"]),
        title: text,
        workspace: text,
        riskClass,
        finding: maybe,
        by: z.enum(["holder", "others"]),
        evidence: z.array(z.object({ ref: text, says: text, confidence })),
        decision: z.object({ choice: reviewChoice, by: person, at: text, because: text }).nullable(),
        proof: z
          .object({
            kind: z.enum(["no_op_plan", "read_again", "renewed", "escalated"]),
            ref: text,
            says: text,
            at: text,
          })
          .nullable(),
      }),
    ),
    closed: z.object({ by: person, at: text }).nullable(),
    version,
  })
  .meta({ id: "Review" });

export const reviewView: z.ZodType<ReviewView> = z
  .object({ review, status: z.enum(["open", "overdue", "closed"]) })
  .meta({ id: "ReviewView" });
