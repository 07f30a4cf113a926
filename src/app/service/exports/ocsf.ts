import type { LoggedEntry } from "../../../audit/index.ts";
import type { Actor, AuditEntry, AuditEntryKind } from "../../../domain/index.ts";

/* Entries as events of the Open Cybersecurity Schema Framework (schema.ocsf.io). The mapping is documented in docs/exports.md. */

export const OCSF_VERSION = "1.6.0";

interface OcsfClass {
  readonly uid: number;
  readonly name: string;
  readonly category: number;
  readonly categoryName: string;
  /** Activity by a word in the entry's answer; anything else is 99, Other. */
  readonly activities: readonly (readonly [words: RegExp, id: number, name: string])[];
  /** What the class requires or recommends beside the base event. */
  facts(entry: AuditEntry, origin: string): object;
}

const IAM = { category: 3, categoryName: "Identity & Access Management" } as const;

const AUTHENTICATION: OcsfClass = {
  ...IAM,
  uid: 3002,
  name: "Authentication",
  activities: [
    [/sign(?:ed)?[ _-]?out|log(?:ged)?[ _-]?o(?:ut|ff)/, 2, "Logoff"],
    [/./, 1, "Logon"],
  ],
  facts: (entry) => ({ user: userOf(entry.actor, entry.subject), service: { name: "trueup" } }),
};

const ACCOUNT_CHANGE: OcsfClass = {
  ...IAM,
  uid: 3001,
  name: "Account Change",
  activities: [
    [/creat|add|invit/, 1, "Create"],
    [/disab|suspend/, 5, "Disable"],
    [/enab/, 2, "Enable"],
    [/delet|remov/, 6, "Delete"],
    [/unlock/, 12, "Unlock"],
    [/lock/, 9, "Lock"],
  ],
  facts: (entry) => ({ user: { uid: named(entry.subject) } }),
};

const USER_ACCESS: OcsfClass = {
  ...IAM,
  uid: 3005,
  name: "User Access Management",
  activities: [
    [/remov|revok|delet|\bended/, 2, "Revoke Privileges"],
    [/./, 1, "Assign Privileges"],
  ],
  facts: (entry) => ({ user: { uid: named(entry.subject) }, privileges: [named(entry.answer ?? "")] }),
};

const ENTITY: OcsfClass = {
  ...IAM,
  uid: 3004,
  name: "Entity Management",
  activities: [
    [/creat|add|open|request|load/, 1, "Create"],
    [/delet|remov|revok|clos|expir|\bended/, 4, "Delete"],
    [/./, 3, "Update"],
  ],
  facts: (entry) => ({ entity: { uid: named(entry.subject), type: entry.kind }, comment: entry.because }),
};

const COMPLIANCE: OcsfClass = {
  category: 2,
  categoryName: "Findings",
  uid: 2003,
  name: "Compliance Finding",
  activities: [
    [/resolv|\bended|closed/, 3, "Close"],
    [/accept|assign|comment|appl|expir/, 2, "Update"],
    [/./, 1, "Create"],
  ],
  facts: (entry) => ({
    finding_info: { uid: entry.id, title: `${entry.kind}: ${named(entry.subject)}`, desc: entry.because },
    compliance: {
      control: Object.keys(entry.revisions).join(", ") || entry.kind,
      ...complianceStatus(entry.answer),
    },
    resources: [{ uid: named(entry.subject), name: named(entry.subject), role: "Target", role_id: 1 }],
  }),
};

const SCAN: OcsfClass = {
  category: 6,
  categoryName: "Application Activity",
  uid: 6007,
  name: "Scan Activity",
  activities: [
    [/fail|error/, 6, "Error"],
    [/cancel/, 3, "Cancelled"],
    [/./, 2, "Completed"],
  ],
  facts: (entry) => ({
    scan: { uid: entry.id, name: named(entry.subject), type: "Other", type_id: 99 },
  }),
};

const EVENT_LOG: OcsfClass = {
  category: 1,
  categoryName: "System Activity",
  uid: 1008,
  name: "Event Log Activity",
  activities: [[/^/, 2, "Delete"]],
  facts: (_entry, origin) => ({ log_name: origin }),
};

/** A kind that is not here is Entity Management: something that is governed was changed. */
const CLASSES: ReadonlyMap<AuditEntryKind, OcsfClass> = new Map<AuditEntryKind, OcsfClass>([
  ["scan", SCAN],
  ["check", COMPLIANCE],
  ["verdict", COMPLIANCE],
  ["decision", COMPLIANCE],
  ["finding", COMPLIANCE],
  ["baseline", COMPLIANCE],
  ["fail_open", COMPLIANCE],
  ["sign_in", AUTHENTICATION],
  ["account", ACCOUNT_CHANGE],
  ["role_binding", USER_ACCESS],
  ["tombstone", EVENT_LOG],
]);

/** An entry as an OCSF event. `raw_data` is the entry as it was hashed, so that nothing is lost on the way. */
export function ocsfEvent({ index, entry, text, leaf }: LoggedEntry, origin: string): object {
  const kind = CLASSES.get(entry.kind) ?? ENTITY;
  const answer = (entry.answer ?? "").toLowerCase();
  const [, activity, activityName] = kind.activities.find(([words]) => words.test(answer)) ?? [
    null,
    99,
    entry.answer ?? entry.kind,
  ];
  const severity = severityOf(entry, answer);
  const refused = /fail|denied|refused|rejected|invalid/.test(answer);
  return {
    category_uid: kind.category,
    category_name: kind.categoryName,
    class_uid: kind.uid,
    class_name: kind.name,
    activity_id: activity,
    activity_name: activityName,
    type_uid: kind.uid * 100 + activity,
    type_name: `${kind.name}: ${activityName}`,
    severity_id: severity.id,
    severity: severity.name,
    time: Date.parse(entry.time),
    message: entry.because,
    // Findings have a life of their own in this member: see `compliance.status_id`.
    ...(kind === COMPLIANCE ? {} : { status_id: refused ? 2 : 1, status: refused ? "Failure" : "Success" }),
    status_detail: entry.answer ?? entry.kind,
    metadata: {
      version: OCSF_VERSION,
      product: { name: "Trueup", vendor_name: "Trueup" },
      uid: entry.id,
      sequence: index,
      log_name: origin,
      original_time: entry.time,
      event_code: entry.kind,
    },
    // A finding has no actor of its own in the schema; `raw_data` names them.
    ...(kind === COMPLIANCE || kind === SCAN ? {} : { actor: actorOf(entry.actor) }),
    ...(kind.category === 3 && entry.actor.sourceIp !== null
      ? { src_endpoint: { ip: entry.actor.sourceIp } }
      : {}),
    ...kind.facts(entry, origin),
    raw_data: text,
    unmapped: { leaf, workspace: entry.workspace, channel: entry.channel, subject: entry.subject },
  };
}

function complianceStatus(answer: string | null): object {
  switch (answer) {
    case "allow":
    case "allowed":
    case "known_and_allowed":
    case "pass":
    case "accepted":
    case "applied":
      return { status: "Pass", status_id: 1 };
    case "deny":
    case "violation":
    case "fail":
      return { status: "Fail", status_id: 3 };
    case "review":
    case "warn":
    case "require_approval":
      return { status: "Warning", status_id: 2 };
    case null:
      return { status: "Unknown", status_id: 0 };
    default:
      return { status: answer, status_id: 99 };
  }
}

function severityOf({ kind }: AuditEntry, answer: string): { readonly id: number; readonly name: string } {
  if (kind === "break_glass" || kind === "fail_open") return { id: 4, name: "High" };
  if (answer === "deny" || answer === "violation" || kind === "tombstone") return { id: 3, name: "Medium" };
  if (answer === "review" || answer === "warn" || answer === "require_approval")
    return { id: 2, name: "Low" };
  return { id: 1, name: "Informational" };
}

const USER_TYPES: Readonly<Record<Actor["kind"], readonly [id: number, name: string]>> = {
  human: [1, "User"],
  pipeline: [4, "Service"],
  service: [4, "Service"],
  agent: [99, "Agent"],
  unknown: [0, "Unknown"],
};

function actorOf(actor: Actor): object {
  const session = actor.session === null ? {} : { session: { uid: actor.session } };
  return { user: userOf(actor, "unknown"), ...session };
}

function userOf(actor: Actor, otherwise: string): object {
  const [typeId, type] = USER_TYPES[actor.kind];
  const uid = named(actor.principal ?? actor.person ?? otherwise);
  const groups = actor.groups.length === 0 ? {} : { groups: actor.groups.map((name) => ({ name })) };
  return { uid, name: actor.person ?? uid, type_id: typeId, type, ...groups };
}

/** The schema wants names that are not empty. */
function named(text: string): string {
  return text === "" ? "unknown" : text;
}
