import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  member,
  stringMember,
} from "../../../base/index.ts";

/**
 * Raw audit events of a Kubernetes API server (`audit.k8s.io/v1` Event; v1beta1 had the same members) and the
 * lists they come in (`EventList` of an audit webhook, JSON lines of the log backend).
 */
export function unwrap(value: Json): readonly Json[] {
  const items = isJsonObject(value) ? member(value, "items") : undefined;
  return isJsonArray(items) ? items : [value];
}

export function isEvent(value: Json): value is JsonObject {
  return (
    isJsonObject(value) &&
    stringMember(value, "auditID") !== null &&
    stringMember(value, "verb") !== null &&
    (stringMember(value, "apiVersion") ?? "audit.k8s.io/").startsWith("audit.k8s.io/")
  );
}

/** What a request was about. */
export interface ObjectRef {
  readonly group: string;
  readonly resource: string;
  readonly subresource: string | null;
  readonly namespace: string | null;
  readonly name: string | null;
}

/**
 * `objectRef`, with the name that only the answer knows (`generateName`). `null` for requests about no
 * resource.
 */
export function objectRefOf(event: JsonObject): ObjectRef | null {
  const ref = member(event, "objectRef");
  const resource = stringMember(ref, "resource");
  if (resource === null) return null;
  const metadata = member(member(event, "responseObject"), "metadata");
  const isStatus = stringMember(member(event, "responseObject"), "kind") === "Status";
  return {
    group: stringMember(ref, "apiGroup") ?? "",
    resource,
    subresource: stringMember(ref, "subresource"),
    namespace: stringMember(ref, "namespace"),
    name: stringMember(ref, "name") ?? (isStatus ? null : stringMember(metadata, "name")),
  };
}

/** `patch networking.k8s.io/networkpolicies`, with the subresource where there is one. */
export function actionOf(event: JsonObject, ref: ObjectRef): string {
  const group = ref.group === "" ? "" : `${ref.group}/`;
  const sub = ref.subresource === null ? "" : `/${ref.subresource}`;
  return `${stringMember(event, "verb") ?? ""} ${group}${ref.resource}${sub}`;
}
