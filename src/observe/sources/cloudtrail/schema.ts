import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  member,
  stringMember,
} from "../../../base/index.ts";
import { findUnsound, mayHoldBrokenText } from "../../documents/index.ts";

/**
 * Raw CloudTrail records (event version 1.0 to 1.x, AWS CloudTrail user guide "CloudTrail record contents";
 * unknown members are passed over) and the envelopes they come in: `{Records: […]}` of delivered files,
 * `{Events: [{CloudTrailEvent: "…"}]}` of LookupEvents, `{detail: {…}}` of EventBridge.
 */
export function unwrap(value: Json): readonly Json[] {
  if (isJsonArray(value)) return value.flatMap(unwrap);
  if (!isJsonObject(value)) return [value];
  const many = member(value, "Records") ?? member(value, "Events");
  if (isJsonArray(many)) return many.flatMap(unwrap);
  const text = member(value, "CloudTrailEvent");
  if (typeof text === "string") return [parsed(text)];
  const detail = member(value, "detail");
  if (isJsonObject(detail) && Object.hasOwn(value, "detail-type")) return [detail];
  return [value];
}

/** `null` stands for text that is no JSON, or none that later walks can take: no record. */
function parsed(text: string): Json {
  try {
    const value: Json = JSON.parse(text);
    return findUnsound(value, mayHoldBrokenText(text)) === null ? value : null;
  } catch {
    return null;
  }
}

/** What makes a JSON object a CloudTrail record. */
export function isRecord(value: Json): value is JsonObject {
  return (
    stringMember(value, "eventSource") !== null &&
    stringMember(value, "eventName") !== null &&
    stringMember(value, "eventTime") !== null
  );
}

/**
 * `ec2:AuthorizeSecurityGroupIngress`: service and API name, without the date that old Lambda names carry.
 */
export function actionOf(record: JsonObject): string {
  const service = (stringMember(record, "eventSource") ?? "").replace(/\.amazonaws\.com$/, "");
  const name = (stringMember(record, "eventName") ?? "").replace(/\d{8}(?:v\d+)?$/, "");
  // Emulators record the transport (`POST.ec2`) and leave the action in the parameters.
  const spoken = /^(?:GET|POST|PUT|DELETE)\./.test(name)
    ? stringMember(member(record, "requestParameters"), "Action")
    : null;
  return `${service}:${spoken ?? name}`;
}
