import {
  err,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  member,
  ok,
  type Problem,
  problem,
  type Result,
  setMember,
  stringMember,
} from "../../../base/index.ts";
import type { AuditEvent, ReadGap } from "../../../domain/index.ts";
import { readRecords } from "../../documents/index.ts";
import { HIDDEN, hideSecrets } from "../../secrets/index.ts";
import { actorOf, channelOf } from "./actor.ts";
import { typesOf } from "./resource-types.ts";
import { actionOf, isEvent, type ObjectRef, objectRefOf, unwrap } from "./schema.ts";

const SOURCE = "kubernetes-audit";

const WRITES: ReadonlySet<string> = new Set(["create", "update", "patch", "delete", "deletecollection"]);

export interface KubernetesAuditReading {
  readonly events: readonly AuditEvent[];
  readonly gaps: readonly ReadGap[];
}

/**
 * Reads a recorded Kubernetes audit log: JSON lines, an `EventList`, or single events. A request is logged
 * once a stage; only its end (`ResponseComplete`, `Panic`) is an event here.
 */
export function readKubernetesAudit(
  text: string,
  options: { readonly file: string },
): Result<KubernetesAuditReading, Problem> {
  const log = readRecords(text, options.file);
  if (!log.ok) return log;
  const gaps: ReadGap[] = log.value.badLines.map((line) =>
    gap(options.file, `line ${line} of \`${options.file}\` is no JSON object`),
  );
  const events = new Map<string, AuditEvent>();
  let strange = 0;
  let known = 0;
  for (const { value } of log.value.records) {
    for (const record of unwrap(value)) {
      if (!isEvent(record)) {
        strange++;
        continue;
      }
      known++;
      const event = toEvent(record);
      if (event !== null) events.set(event.id, event);
    }
  }
  if (known === 0 && strange > 0)
    return err(
      problem("not_a_kubernetes_audit_log", `\`${options.file}\` holds no Kubernetes audit event`, {
        place: { file: options.file },
        hint: "pass the file of `--audit-log-path`, or what the audit webhook received",
      }),
    );
  if (strange > 0)
    gaps.push(gap(options.file, `${strange} entries of \`${options.file}\` are no Kubernetes audit events`));
  return ok({ events: [...events.values()], gaps });
}

/** The subject is the log: a line of it that cannot be read says nothing about any resource. */
function gap(file: string, message: string): ReadGap {
  return { source: SOURCE, subject: file, code: "unreadable", message };
}

/** `null` for stages before the end and for requests about no resource. */
function toEvent(event: JsonObject): AuditEvent | null {
  const stage = stringMember(event, "stage");
  if (stage !== null && stage !== "ResponseComplete" && stage !== "Panic") return null;
  const ref = objectRefOf(event);
  if (ref === null) return null;
  const time = Date.parse(
    stringMember(event, "stageTimestamp") ?? stringMember(event, "requestReceivedTimestamp") ?? "",
  );
  if (Number.isNaN(time)) return null;
  return {
    id: stringMember(event, "auditID") ?? "",
    source: SOURCE,
    time: new Date(time).toISOString(),
    actor: actorOf(event),
    channel: channelOf(event),
    action: actionOf(event, ref),
    write: isWrite(event, ref),
    outcome: outcomeOf(event),
    account: null,
    region: null,
    types: typesOf(ref.group, ref.resource),
    identifiers: identifiersOf(event, ref),
    parameters: parametersOf(event, ref),
  };
}

/** Status is what a controller reports, not what anybody declares; a dry run changes nothing. */
function isWrite(event: JsonObject, ref: ObjectRef): boolean {
  if (!WRITES.has(stringMember(event, "verb") ?? "")) return false;
  if (ref.subresource === "status" || ref.subresource === "token") return false;
  return !/[?&]dryRun=/.test(stringMember(event, "requestURI") ?? "");
}

function outcomeOf(event: JsonObject): AuditEvent["outcome"] {
  const code = member(member(event, "responseStatus"), "code");
  const status = typeof code === "number" ? code : 200;
  if (status < 400) return "succeeded";
  return status === 401 || status === 403 ? "denied" : "failed";
}

/** Name, `namespace/name`, uid and API path of the object; all of a namespace for `deletecollection`. */
function identifiersOf(event: JsonObject, ref: ObjectRef): string[] {
  const found = new Set<string>();
  if (ref.name !== null) {
    const namespaced = ref.namespace !== null && ref.namespace !== "" && ref.resource !== "namespaces";
    found.add(namespaced ? `${ref.namespace}/${ref.name}` : ref.name);
    const path = (stringMember(event, "requestURI") ?? "").split("?")[0] ?? "";
    if (path !== "") found.add(path.endsWith(`/${ref.name}`) ? path : `${path}/${ref.name}`);
  } else if (ref.namespace !== null) found.add(`${ref.namespace}/*`);
  const response = member(event, "responseObject");
  const uid =
    stringMember(member(response, "metadata"), "uid") ?? stringMember(member(response, "details"), "uid");
  if (uid !== null) found.add(uid);
  return [...found];
}

/** What the request set. Of a Secret the names stay and every value is hidden, in a JSON patch too. */
function parametersOf(event: JsonObject, ref: ObjectRef): Json {
  const request = withoutBookkeeping(member(event, "requestObject") ?? null);
  return ref.resource === "secrets" ? hideSecretObject(request) : hideSecrets(request);
}

function hideSecretObject(request: Json): Json {
  if (isJsonArray(request)) return request.map((step) => hideMembers(step, (key) => key === "value"));
  const hidden = hideMembers(request, (key) => key === "data" || key === "stringData", hideAll);
  return hideSecrets(hidden);
}

function hideAll(value: Json): Json {
  return isJsonObject(value) ? hideMembers(value, () => true) : HIDDEN;
}

function hideMembers(
  value: Json,
  isHidden: (key: string) => boolean,
  hide: (value: Json) => Json = () => HIDDEN,
): Json {
  if (!isJsonObject(value)) return value;
  const copy: Record<string, Json> = {};
  for (const key of Object.keys(value)) {
    const item = value[key] ?? null;
    setMember(copy, key, item !== null && isHidden(key) ? hide(item) : item);
  }
  return copy;
}

/**
 * Without what every object carries and nobody set, and without the copy of the whole object that `kubectl
 * apply` keeps.
 */
function withoutBookkeeping(value: Json): Json {
  if (!isJsonObject(value)) return value;
  const kept: Record<string, Json> = {};
  for (const key of Object.keys(value)) {
    if (
      key === "managedFields" ||
      key === "status" ||
      key === "kubectl.kubernetes.io/last-applied-configuration"
    )
      continue;
    const item = value[key] ?? null;
    setMember(kept, key, key === "metadata" || key === "annotations" ? withoutBookkeeping(item) : item);
  }
  return kept;
}
