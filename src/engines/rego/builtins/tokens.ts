import { createPublicKey, createSecretKey, type KeyObject, X509Certificate } from "node:crypto";
import {
  compare,
  doubleText,
  isArray,
  isNumber,
  isObject,
  JsonError,
  type JsonObject,
  marshal,
  num,
  objectEntriesSorted,
  objectGet,
  parseJson,
  type RegoObject,
  type Value,
} from "../values/index.ts";
import { decodeBase64Url, encodeBase64Url } from "./base64-url.ts";
import { cacheOf } from "./bounded-cache.ts";
import { type BuiltinContext, Fault } from "./builtin.ts";
import { define } from "./define.ts";
import { parseJwks } from "./keys/jwk.ts";
import { firstPem } from "./keys/pem.ts";
import { type Algorithm, isAlgorithm, makeSignature, verifySignature } from "./keys/signatures.ts";
import { fault, objectAt, stringAt, typeFault } from "./operands.ts";

const SIZES = ["256", "384", "512"] as const;

export const tokens = [
  define(
    "io.jwt.decode(jwt: string) output: array<object[any: any], object[any: any], string>",
    "tokens",
    "Header, payload and signature (hexadecimal) of a token, nothing verified.",
    (_, args) => decode(stringAt(args, 0)),
  ),
  ...(["rs", "ps", "es"] as const).flatMap((family) =>
    SIZES.map((size) => verifier(`${family}${size}`, `${family.toUpperCase()}${size}` as Algorithm)),
  ),
  verifier("eddsa", "EdDSA"),
  ...SIZES.map((size) =>
    define(
      `io.jwt.verify_hs${size}(jwt: string, secret: string) result: boolean`,
      "tokens",
      `Whether the token's HS${size} signature holds.`,
      (_, args) => {
        const token = splitToken(stringAt(args, 0));
        const key = createSecretKey(Buffer.from(stringAt(args, 1), "utf8"));
        return verifySignature(`HS${size}`, key, signedBytes(token), decodeBase64Url(token.signature));
      },
    ),
  ),
  define(
    "io.jwt.decode_verify(jwt: string, constraints: object[string: any]) output: array<boolean, object[any: any], object[any: any]>",
    "tokens",
    "Whether a token's signature and claims meet the constraints, with its header and payload when they do.",
    decodeVerify,
    { nondeterministic: true },
  ),
  define(
    "io.jwt.encode_sign(headers: object[string: any], payload: object[string: any], key: object[string: any]) output: string",
    "tokensign",
    "A token of header and payload, signed with a JSON Web Key.",
    (_, args) => encodeSign(marshal(args[0]!), marshal(args[1]!), marshal(args[2]!)),
    { nondeterministic: true },
  ),
  define(
    "io.jwt.encode_sign_raw(headers: string, payload: string, key: string) output: string",
    "tokensign",
    "A token of header and payload given as JSON text, signed with a JSON Web Key.",
    (_, args) => {
      const key = stringAt(args, 2);
      const header = stringAt(args, 0);
      return encodeSign(header, stringAt(args, 1), key);
    },
    { nondeterministic: true },
  ),
];

type ObjectValue = JsonObject | RegoObject;

interface Token {
  readonly header: string;
  readonly payload: string;
  readonly signature: string;
}

interface VerificationKey {
  readonly key: KeyObject;
  readonly algorithm: string;
  readonly id: string;
}

function splitToken(text: string): Token {
  if (!text.includes(".")) throw fault("encoded JWT had no period separators");
  const parts = text.split(".");
  if (parts.length !== 3) throw fault(`encoded JWT must have 3 sections, found ${parts.length}`);
  return { header: parts[0]!, payload: parts[1]!, signature: parts[2]! };
}

function signedBytes(token: Token): Uint8Array {
  return Buffer.from(`${token.header}.${token.payload}`, "utf8");
}

function within<T>(prefix: string, run: () => T): T {
  try {
    return run();
  } catch (thrown) {
    if (thrown instanceof Fault || thrown instanceof JsonError) throw fault(`${prefix}: ${thrown.message}`);
    throw thrown;
  }
}

function decodeText(text: string): string {
  return Buffer.from(decodeBase64Url(text)).toString("utf8");
}

function jsonObject(text: string): ObjectValue {
  const value = within("invalid JSON", () => parseJson(text));
  if (!isObject(value)) throw fault("decoded JSON type was not an Object");
  return value;
}

function decodeHeader(token: Token): ObjectValue {
  const text = within("JWT header had invalid encoding", () => decodeText(token.header));
  const header = within("bad JWT header", () => jsonObject(text));
  if (objectGet(header, "enc") !== undefined) throw fault("JWT is a JWE object, which is not supported");
  return header;
}

function decode(text: string): Value {
  const token = splitToken(text);
  const header = decodeHeader(token);
  const payload = within("JWT payload had invalid encoding", () => decodeText(token.payload));
  // A token in a token; some writers put its text into quotes.
  if (objectGet(header, "cty") === "JWT") return decode(payload.replace(/^["']+|["']+$/g, ""));
  const claims = jsonObject(payload);
  const signature = within("JWT signature had invalid encoding", () => decodeBase64Url(token.signature));
  return [header, claims, Buffer.from(signature).toString("hex")];
}

function verifier(name: string, algorithm: Algorithm) {
  return define(
    `io.jwt.verify_${name}(jwt: string, certificate: string) result: boolean`,
    "tokens",
    `Whether the token's ${algorithm} signature holds by a certificate, public key or JSON Web Keys.`,
    (ctx, args) => {
      const token = splitToken(stringAt(args, 0));
      const keys = keysOf(ctx, stringAt(args, 1));
      const signature = decodeBase64Url(token.signature);
      const header = readHeader(decodeHeader(token));
      const data = signedBytes(token);
      return anyKey(keys, header, (key) => verifySignature(algorithm, key, data, signature, true));
    },
  );
}

/** By key id where one fits, else with every key whose algorithm is unknown or the token's. */
function anyKey(
  keys: readonly VerificationKey[],
  header: Header,
  verifies: (key: KeyObject) => boolean,
): boolean {
  const named = header.kid === "" ? undefined : keys.find((key) => key.id === header.kid);
  if (named !== undefined) return verifies(named.key);
  return keys.some((key) => (key.algorithm === "" || key.algorithm === header.alg) && verifies(key.key));
}

function keysOf(ctx: BuiltinContext, text: string): readonly VerificationKey[] {
  return cacheOf<readonly VerificationKey[]>(ctx.constants, "jwt keys", 100).get(text, parseKeys);
}

function parseKeys(text: string): readonly VerificationKey[] {
  const found = firstPem(text);
  if (found === undefined) {
    return within("failed to parse a JWK key (set)", () => parseJwks(text))
      .filter((jwk) => jwk.algorithm === "" || isAlgorithm(jwk.algorithm))
      .map(({ key, algorithm, id }) => ({ key, algorithm, id }));
  }
  const { block, rest } = found;
  if (rest !== "") throw fault("extra data after a PEM certificate block");
  switch (block.type) {
    case "CERTIFICATE":
      return [
        {
          key: readKey("certificate", () => new X509Certificate(block.bytes).publicKey),
          algorithm: "",
          id: "",
        },
      ];
    case "PUBLIC KEY":
      return [
        {
          key: readKey("public key", () =>
            createPublicKey({ key: Buffer.from(block.bytes), format: "der", type: "spki" }),
          ),
          algorithm: "",
          id: "",
        },
      ];
    default:
      throw fault("failed to extract a Key from the PEM certificate");
  }
}

function readKey(kind: string, read: () => KeyObject): KeyObject {
  try {
    return read();
  } catch (thrown) {
    throw fault(
      `failed to parse a PEM ${kind}: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
    );
  }
}

interface Header {
  readonly alg: string;
  readonly kid: string;
  readonly cty: string;
  /** Critical parameters that are not known here. */
  readonly unknownCritical: boolean;
}

const KNOWN_PARAMETERS = ["alg", "kid", "typ", "cty", "crit"];

function readHeader(header: ObjectValue): Header {
  const texts: Record<string, string> = { alg: "", kid: "", typ: "", cty: "" };
  let critical: readonly Value[] = [];
  for (const [name, value] of objectEntriesSorted(header)) {
    if (name === "crit") {
      if (!isArray(value)) throw fault("crit: must be a list");
      critical = value.filter((item) => typeof item === "string");
      if (critical.length === 0) throw fault("crit: must be a nonempty list");
    } else if (typeof name === "string" && Object.hasOwn(texts, name)) {
      if (typeof value !== "string") throw fault(`${name}: must be a string`);
      texts[name] = value;
    }
  }
  return {
    alg: texts["alg"]!,
    kid: texts["kid"]!,
    cty: texts["cty"]!,
    unknownCritical: critical.some(
      (name) => !KNOWN_PARAMETERS.includes(name as string) && objectGet(header, name) !== undefined,
    ),
  };
}

interface Constraints {
  readonly keys: readonly VerificationKey[] | undefined;
  readonly secret: string;
  readonly alg: string;
  readonly iss: string;
  readonly aud: string;
  /** Nanoseconds, as the double that Go computes with. */
  readonly time: number;
}

function readConstraints(ctx: BuiltinContext, object: ObjectValue): Constraints {
  let keys: readonly VerificationKey[] | undefined;
  let time: Value | undefined;
  const texts: Record<string, string> = { secret: "", alg: "", iss: "", aud: "" };
  for (const [name, value] of objectEntriesSorted(object)) {
    if (name === "cert") {
      if (typeof value !== "string") throw fault("cert constraint: must be a string");
      keys = keysOf(ctx, value);
    } else if (name === "time") time = value;
    else if (typeof name === "string" && Object.hasOwn(texts, name)) {
      if (typeof value !== "string") throw fault(`${name} constraint: must be a string`);
      texts[name] = value;
    } else
      throw fault(`unknown token validation constraint: ${typeof name === "string" ? name : marshal(name)}`);
  }
  const now = time === undefined ? ctx.nowNs() : undefined;
  const nanos = now === undefined ? time : num.fromBigInt(now);
  if (!isNumber(nanos)) throw fault("token time constraint: must be a number");
  const double = num.toDouble(nanos);
  if (double < 0) throw fault("token time constraint: must not be negative");
  if (keys !== undefined && texts["secret"] !== "") throw fault("duplicate key constraints");
  if (keys === undefined && texts["secret"] === "") throw fault("no key constraint");
  return {
    keys,
    secret: texts["secret"]!,
    alg: texts["alg"]!,
    iss: texts["iss"]!,
    aud: texts["aud"]!,
    time: double,
  };
}

const UNVERIFIED: Value = [false, {}, {}];

function decodeVerify(ctx: BuiltinContext, args: readonly Value[]): Value {
  const constraints = readConstraints(ctx, objectAt(args, 1));
  let text = args[0]!;
  for (;;) {
    if (typeof text !== "string") throw typeFault(1, text, "string");
    const token = splitToken(text);
    const decoded = decodeHeader(token);
    const header = readHeader(decoded);
    if (header.alg === "" || header.unknownCritical) return UNVERIFIED;
    if (constraints.alg !== "" && constraints.alg !== header.alg) return UNVERIFIED;
    const signature = decodeBase64Url(token.signature);
    if (!isSigned(constraints, header, signedBytes(token), signature)) return UNVERIFIED;
    const payload = within("JWT payload had invalid encoding", () => decodeText(token.payload));
    if (header.cty.toLowerCase() === "jwt") {
      text = payload;
      continue;
    }
    const claims = jsonObject(payload);
    return meets(constraints, claims) ? [true, decoded, claims] : UNVERIFIED;
  }
}

function isSigned(
  constraints: Constraints,
  header: Header,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  const { alg } = header;
  if (!isAlgorithm(alg)) return false;
  if (constraints.keys !== undefined)
    return anyKey(constraints.keys, header, (key) => verifySignature(alg, key, data, signature));
  return verifySignature(alg, createSecretKey(Buffer.from(constraints.secret, "utf8")), data, signature);
}

/** @source RFC 7519 section 4.1 */
function meets(constraints: Constraints, claims: ObjectValue): boolean {
  if (constraints.iss !== "" && objectGet(claims, "iss") !== constraints.iss) return false;
  const audience = objectGet(claims, "aud");
  if (audience === undefined ? constraints.aud !== "" : !hasAudience(audience, constraints.aud)) return false;
  const now = num.fromText(doubleText(constraints.time / 1e9, "f", -1));
  const expires = timeClaim(claims, "exp");
  if (expires !== undefined && compare(now, expires) >= 0) return false;
  const notBefore = timeClaim(claims, "nbf");
  return notBefore === undefined || compare(now, notBefore) >= 0;
}

function hasAudience(claim: Value, wanted: string): boolean {
  return claim === wanted || (isArray(claim) && claim.includes(wanted));
}

function timeClaim(claims: ObjectValue, name: string): Value | undefined {
  const value = objectGet(claims, name);
  if (value !== undefined && !isNumber(value)) throw fault(`${name} value must be a number`);
  return value;
}

function encodeSign(header: string, payload: string, key: string): Value {
  const keys = parseJwks(key);
  const first = keys[0];
  if (first === undefined) throw fault("no keys found in JWK set");
  const parsed = within("missing or invalid 'alg' header: cannot parse JSON", () => {
    if (header === "") throw fault('cannot parse empty string; unparsed tail: ""');
    return parseJson(header);
  });
  const algorithm = isObject(parsed) ? objectGet(parsed, "alg") : undefined;
  if (typeof algorithm !== "string")
    throw fault(`missing or invalid 'alg' header: jwsbb: header "alg" not found`);
  if (!isAlgorithm(algorithm)) throw fault(`unknown JWS algorithm: ${algorithm}`);
  const type = isObject(parsed) ? objectGet(parsed, "typ") : undefined;
  if ((typeof type !== "string" || type === "JWT") && !isJson(payload))
    throw fault("type is JWT but payload is not JSON");
  const signed = `${encodeBase64Url(Buffer.from(header, "utf8"))}.${encodeBase64Url(Buffer.from(payload, "utf8"))}`;
  const signature = makeSignature(algorithm, first.key, Buffer.from(signed, "utf8"));
  return `${signed}.${encodeBase64Url(signature)}`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
