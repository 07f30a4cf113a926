import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  member,
  stringMember,
} from "../../../base/index.ts";
import { isSecretName } from "../../secrets/index.ts";

/** A record names a few resources; a hostile one may not fill the memory. */
const MAX_IDENTIFIERS = 256;
const MAX_LENGTH = 1024;

const NAMING_KEY =
  /(?:id|ids|arn|arns|name|names|identifier|url|bucket|key|role|user|group|table|topic|queue|cluster|service|alias|resource|resources|items)$/i;
const RESOURCE_ID = /^(?:[a-z][a-z0-9]{1,12}-[0-9a-f]{8,32}|arn:[a-z0-9-]+:)/;

/** Members that name the caller, the request or the network, not a resource. */
const NOT_NAMING: ReadonlySet<string> = new Set([
  "requestId",
  "clientToken",
  "creationToken",
  "callerReference",
  "ownerId",
  "userAgent",
]);

/** Every id, ARN or name in the request, the response and `resources[]`; of an ARN also its last part. */
export function identifiersOf(record: JsonObject): string[] {
  const found = new Set<string>();
  for (const part of ["requestParameters", "responseElements"])
    collect(member(record, part) ?? null, "", found);
  const resources = member(record, "resources");
  if (isJsonArray(resources))
    for (const resource of resources) {
      const arn = stringMember(resource, "ARN") ?? stringMember(resource, "arn");
      if (arn !== null) add(arn, found);
    }
  return [...found];
}

function collect(value: Json, key: string, found: Set<string>): void {
  if (found.size >= MAX_IDENTIFIERS) return;
  if (typeof value === "string") {
    const names = NAMING_KEY.test(key) && !NOT_NAMING.has(key) && !isSecretName(key);
    if (names || RESOURCE_ID.test(value)) add(value, found);
  } else if (isJsonArray(value)) for (const item of value) collect(item, key, found);
  else if (isJsonObject(value))
    for (const name of Object.keys(value)) collect(value[name] ?? null, name.replace(/\.\d+$/, ""), found);
}

function add(text: string, found: Set<string>): void {
  if (text === "" || text.length > MAX_LENGTH) return;
  found.add(text);
  if (!text.startsWith("arn:")) return;
  const last = text.split(/[:/]/).at(-1);
  if (last !== undefined && last !== "") found.add(last);
}
