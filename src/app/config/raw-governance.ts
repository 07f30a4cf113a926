import * as z from "zod";
import { DURATION_PATTERN } from "./duration.ts";

/** Sections `break_glass`, `approvals` and `exception_limits` of `trueup.yaml`, as people write them. */

const text = z.string().min(1).max(2_000);
const groups = z.array(text).min(1).max(100).describe("Groups of the identity provider");
const duration = z.string().regex(DURATION_PATTERN).describe("A duration: 90s, 10m, 4h, 7d, 1h30m");
const riskClass = z.enum(["low", "medium", "high", "critical"]);
const perClass = (what: string) =>
  z
    .strictObject({
      critical: duration.optional(),
      high: duration.optional(),
      medium: duration.optional(),
      low: duration.optional(),
    })
    .describe(what);

const scope = z
  .strictObject({
    workspaces: z.array(text).min(1).optional(),
    accounts: z.array(text).min(1).optional(),
    types: z.array(text).min(1).optional(),
    addresses: z.array(text).min(1).optional(),
    paths: z.array(text).min(1).optional(),
    risk_classes: z.array(riskClass).min(1).optional(),
  })
  .describe("The widest scope of a grant: every given list must match; globs allowed");

const incident = z
  .strictObject({
    pattern: text.optional().describe("RE2 pattern over the whole id, e.g. INC-[0-9]+"),
    lookup: z
      .string()
      .regex(/^https?:\/\/\S+$/)
      .max(2_000)
      .optional()
      .describe('Asked by POST with {incident, kind, holder}; a grant needs the answer {"open": true}'),
  })
  .meta({ minProperties: 1, maxProperties: 1 })
  .describe("The incident whose id is demanded, and how it is checked");

export const rawBreakGlass = z
  .strictObject({
    teams: z.array(text).optional().describe("Groups that are teams: their grants and debts count together"),
    emergencies: z
      .record(
        z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
        z.strictObject({
          title: text.optional().describe("What it is, for people"),
          groups: groups.describe("Who may open a grant of it"),
          scope: scope.optional(),
          max: duration.describe("How long a grant may last at most"),
          consent: z
            .enum(["none", "told", "second_person"])
            .optional()
            .describe("Must a second person agree, or only be told? Default: told"),
          incident: incident.optional(),
          review: perClass(
            "Time until the review must be closed, by the worst class; default 24h, 72h, 7d, 14d",
          ).optional(),
        }),
      )
      .optional()
      .describe("Defined emergencies by name"),
  })
  .describe("Who may override soft-mandatory rules in which emergency, and what follows");

const quorum = z.strictObject({
  groups,
  count: z.number().int().min(1).max(20).optional().describe("How many different people; default 1"),
  within: duration.optional().describe("How long a request waits and an approval lasts; default 24h"),
});

export const rawApprovals = z
  .strictObject({
    critical: quorum.optional(),
    high: quorum.optional(),
    medium: quorum.optional(),
    low: quorum.optional(),
  })
  .describe("Who approves changes, by RiskClass; a class that is not named cannot be approved");

export const rawExceptionLimits = z
  .strictObject({
    max: perClass("How long an exception may last; default 7d, 30d, 90d, 180d").optional(),
    review_every: perClass("How often it must be reviewed; default 7d, 14d, 30d, 90d").optional(),
    unused_after: duration.optional().describe("Unused for so long, it is proposed for removal; default 30d"),
    owners: z
      .record(text, groups)
      .optional()
      .describe("Groups that may grant exceptions to a policy set, by set name or * for all others"),
  })
  .describe("What exceptions may be asked for, and who grants them");
