import {
  err,
  type JsonObject,
  member,
  ok,
  type Problem,
  problem,
  type Result,
  stringMember,
} from "../../../base/index.ts";
import type { AuditEvent, ReadGap } from "../../../domain/index.ts";
import { readRecords } from "../../documents/index.ts";
import { hideSecrets } from "../../secrets/index.ts";
import { typesOf } from "./action-types.ts";
import { actorOf } from "./actor.ts";
import { channelOf } from "./channel.ts";
import { identifiersOf } from "./identifiers.ts";
import { actionOf, isRecord, unwrap } from "./schema.ts";

const SOURCE = "cloudtrail";

export interface CloudTrailReading {
  readonly events: readonly AuditEvent[];
  readonly gaps: readonly ReadGap[];
}

/**
 * Reads recorded CloudTrail: delivered files (`{Records}`), LookupEvents (`{Events}` with `CloudTrailEvent`
 * texts, or a bare list of them), EventBridge envelopes, and JSON lines of any of these. A record delivered
 * twice is one event.
 */
export function readCloudTrail(
  text: string,
  options: { readonly file: string },
): Result<CloudTrailReading, Problem> {
  const log = readRecords(text, options.file);
  if (!log.ok) return log;
  const gaps: ReadGap[] = log.value.badLines.map((line) =>
    gap(options.file, `line ${line} of \`${options.file}\` is no JSON object`),
  );
  const events = new Map<string, AuditEvent>();
  let strange = 0;
  let seen = 0;
  for (const { value } of log.value.records) {
    for (const record of unwrap(value)) {
      seen++;
      const event = isRecord(record) ? toEvent(record) : null;
      if (event === null) strange++;
      else events.set(event.id, event);
    }
  }
  if (events.size === 0 && seen > 0)
    return err(
      problem("not_a_cloudtrail_log", `\`${options.file}\` holds no CloudTrail record`, {
        place: { file: options.file },
        hint: "pass a delivered log file, the output of `aws cloudtrail lookup-events`, or JSON lines of records",
      }),
    );
  if (strange > 0)
    gaps.push(
      gap(options.file, `${strange} of ${seen} entries of \`${options.file}\` are no CloudTrail records`),
    );
  return ok({ events: [...events.values()], gaps });
}

/** The subject is the log: a line of it that cannot be read says nothing about any resource. */
function gap(file: string, message: string): ReadGap {
  return { source: SOURCE, subject: file, code: "unreadable", message };
}

/** `null` for a record without a time that can be read. */
function toEvent(record: JsonObject): AuditEvent | null {
  const time = Date.parse(stringMember(record, "eventTime") ?? "");
  if (Number.isNaN(time)) return null;
  const action = actionOf(record);
  return {
    id: stringMember(record, "eventID") ?? `${stringMember(record, "eventTime")} ${action}`,
    source: SOURCE,
    time: new Date(time).toISOString(),
    actor: actorOf(record),
    channel: channelOf(record),
    action,
    write: isWrite(record, action),
    outcome: outcomeOf(record),
    account:
      stringMember(record, "recipientAccountId") ?? stringMember(member(record, "userIdentity"), "accountId"),
    region: stringMember(record, "awsRegion"),
    types: typesOf(action),
    identifiers: identifiersOf(record),
    parameters: hideSecrets(member(record, "requestParameters") ?? null),
  };
}

/** The record's own `readOnly`; where it is missing or an emulator's guess, the verb. */
function isWrite(record: JsonObject, action: string): boolean {
  const verb = action.slice(action.indexOf(":") + 1);
  const reads =
    /^(?:Get|List|Describe|Head|Lookup|Search|BatchGet|Query|Scan|Check|Validate|Simulate|Preview|Download|ConsoleLogin|AssumeRole|Decrypt|Encrypt|GenerateDataKey)/;
  if (reads.test(verb)) return false;
  const readOnly = member(record, "readOnly");
  return !(readOnly === true || readOnly === "true");
}

/** A denied try is evidence that a guard worked; a failed one changed nothing. */
function outcomeOf(record: JsonObject): AuditEvent["outcome"] {
  const code = stringMember(record, "errorCode");
  if (code === null || code === "") return "succeeded";
  if (/AccessDenied|Unauthorized|NotAuthorized|Forbidden|AuthFailure|ChangeApprovalRequired/i.test(code))
    return "denied";
  // `DryRunOperation` is the answer to a call that would have been let through; nothing happened.
  return "failed";
}
