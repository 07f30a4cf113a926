import { createHash, createHmac } from "node:crypto";
import {
  isObject,
  type JsonObject,
  marshal,
  num,
  objectEntries,
  objectEntriesSorted,
  objectGet,
  objectOf,
  quoteGo,
  type RegoObject,
  RegoSet,
  termText,
  type Value,
} from "../values/index.ts";
import { civilFromSeconds } from "./civil-time.ts";
import { define } from "./define.ts";
import { checkRequest } from "./host.ts";
import { fault, numberAt, objectAt, operandFault, typeFault } from "./operands.ts";
import { encodePath, parseUri } from "./uris.ts";

export const aws = [
  define(
    "providers.aws.sign_req(request: object[string: any], aws_config: object[string: any], time_ns: number) signed_request: object[any: any]",
    "providers.aws",
    "A request for `http.send` with the headers of an AWS signature (version 4).",
    (_, args) => signRequest(args),
  ),
];

type ObjectValue = JsonObject | RegoObject;

const CONFIG_KEYS = ["aws_access_key", "aws_region", "aws_secret_access_key", "aws_service"];
/** Proxies may change these. */
const UNSIGNED: ReadonlySet<string> = new Set(["authorization", "user-agent", "x-amzn-trace-id"]);

/** @source https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html */
function signRequest(args: readonly Value[]): Value {
  const request = objectAt(args, 0);
  const config = args[1]!;
  if (!isObject(config)) throw typeFault(1, config, "object");
  checkConfig(config);
  const time = numberAt(args, 2);
  const nanos = num.toInt64(time);
  if (nanos === undefined) throw operandFault(3, "could not convert time_ns value into a unix timestamp");
  checkRequest(request);
  const headers = objectGet(request, "headers") ?? {};
  if (!isObject(headers)) throw typeFault(0, headers, "object");
  const [url, method] = [objectGet(request, "url"), objectGet(request, "method")];
  const invalid = ["method", "url"].filter((key) => typeof objectGet(request, key) !== "string");
  if (invalid.length > 0)
    throw operandFault(
      1,
      `invalid values for required request parameters(s): ${termText(RegoSet.of(invalid))}`,
    );
  const unsigned = objectGet(config, "disable_payload_signing");
  if (unsigned !== undefined && typeof unsigned !== "boolean")
    throw operandFault(2, "invalid value for 'disable_payload_signing' in AWS config");
  const own = objectEntriesSorted(headers).map(([key, value]) => [textOf(key), textOf(value)] as const);
  const signed = sign({
    url: url as string,
    method: method as string,
    headers: own,
    contentHash: unsigned === true ? "UNSIGNED-PAYLOAD" : sha256(bodyOf(request)),
    config,
    seconds: Number(nanos / 1_000_000_000n - (nanos % 1_000_000_000n < 0n ? 1n : 0n)),
  });
  return objectOf([...objectEntries(request), ["headers", objectOf([...own, ...signed])]]);
}

function checkConfig(config: ObjectValue): void {
  const missing = CONFIG_KEYS.filter((key) => objectGet(config, key) === undefined);
  if (missing.length > 0)
    throw operandFault(2, `missing required AWS config parameters(s): ${termText(RegoSet.of(missing))}`);
  const invalid = CONFIG_KEYS.filter((key) => typeof objectGet(config, key) !== "string");
  if (invalid.length > 0)
    throw operandFault(
      2,
      `invalid values for required AWS config parameters(s): ${termText(RegoSet.of(invalid))}`,
    );
}

function textOf(value: Value | undefined): string {
  return typeof value === "string" ? value : "";
}

function bodyOf(request: ObjectValue): string {
  const raw = objectGet(request, "raw_body");
  if (raw !== undefined) return textOf(raw);
  const body = objectGet(request, "body");
  return body === undefined ? "" : marshal(body);
}

interface Signing {
  readonly url: string;
  readonly method: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly contentHash: string;
  readonly config: ObjectValue;
  readonly seconds: number;
}

/** The headers to add. */
function sign(signing: Signing): readonly (readonly [string, string])[] {
  const { config, contentHash } = signing;
  const option = (name: string): string => textOf(objectGet(config, name));
  const { host, path, query } = addressOf(signing.url);
  const stamp = timestamp(signing.seconds);
  const date = stamp.slice(0, 8);
  const [region, service] = [option("aws_region"), option("aws_service")];
  const added = new Map([
    ["host", host],
    ["x-amz-date", stamp],
  ]);
  if (service === "s3" || service === "glacier") added.set("x-amz-content-sha256", contentHash);
  const token = option("aws_session_token");
  if (token !== "") added.set("x-amz-security-token", token);
  const all = new Map(added);
  for (const [name, value] of signing.headers) {
    const lower = name.toLowerCase();
    if (!UNSIGNED.has(lower)) all.set(lower, value);
  }
  const names = [...all.keys()].sort();
  const canonical = [
    signing.method,
    path,
    query,
    ...names.map((name) => `${name}:${all.get(name)}`),
    "",
    names.join(";"),
    contentHash,
  ].join("\n");
  const scope = `${date}/${region}/${service}/aws4_request`;
  const toSign = ["AWS4-HMAC-SHA256", stamp, scope, sha256(canonical)].join("\n");
  const key = [date, region, service, "aws4_request"].reduce<Buffer>(
    (previous, part) => hmac(previous, part),
    Buffer.from(`AWS4${option("aws_secret_access_key")}`, "utf8"),
  );
  const credential = `${option("aws_access_key")}/${scope}`;
  const signature = hmac(key, toSign).toString("hex");
  return [
    [
      "Authorization",
      `AWS4-HMAC-SHA256 Credential=${credential},SignedHeaders=${names.join(";")},Signature=${signature}`,
    ],
    ...added,
  ];
}

function addressOf(url: string): { readonly host: string; readonly path: string; readonly query: string } {
  const parts = parseUri(url);
  if (typeof parts === "string") throw fault(`parse ${quoteGo(url)}: ${parts}`);
  const authority = /^(?:[a-zA-Z][a-zA-Z0-9+.-]*:)?\/\/([^/?#]*)/.exec(url)?.[1] ?? "";
  const path = parts["path"] ?? "";
  const raw = /^[^?#]*/.exec(url)![0].replace(/^(?:[a-zA-Z][a-zA-Z0-9+.-]*:)?(?:\/\/[^/]*)?/, "");
  const valid = /^[A-Za-z0-9\-_.~!$&'()*+,;=:@[\]/%]*$/.test(raw);
  return {
    host: authority.slice(authority.lastIndexOf("@") + 1),
    path: valid ? raw : encodePath(path),
    query: parts["raw_query"] ?? "",
  };
}

function timestamp(seconds: number): string {
  const { year, month, day, hour, minute, second } = civilFromSeconds(seconds);
  const two = (value: number): string => value.toString().padStart(2, "0");
  return `${year.toString().padStart(4, "0")}${two(month)}${two(day)}T${two(hour)}${two(minute)}${two(second)}Z`;
}

function sha256(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text, "utf8").digest();
}
