import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  type JsonWebKey,
  type KeyObject,
} from "node:crypto";
import { isArray, isObject, objectGet, parseJson, toPlain, type Value } from "../../values/index.ts";
import { decodeBase64Url } from "../base64-url.ts";
import { fault } from "../operands.ts";

/** A key of a JSON Web Key, with what the key says of its use. */
export interface Jwk {
  readonly key: KeyObject;
  readonly algorithm: string;
  readonly id: string;
  readonly isPrivate: boolean;
}

/**
 * The keys of a JSON Web Key or of a set of them.
 *
 * @throws Fault when the text is neither
 * @source RFC 7517, RFC 7518 section 6
 */
export function parseJwks(text: string): readonly Jwk[] {
  const document = parseJson(text);
  if (!isObject(document)) throw fault("a JWK must be an object");
  const keys = objectGet(document, "keys");
  if (keys === undefined) return [parseJwk(document)];
  if (!isArray(keys)) throw fault("`keys` of a JWK set must be an array");
  return keys.map(parseJwk);
}

function parseJwk(value: Value): Jwk {
  if (!isObject(value)) throw fault("a JWK must be an object");
  const text = (name: string): string => {
    const field = objectGet(value, name);
    return typeof field === "string" ? field : "";
  };
  const isPrivate = text("d") !== "" || text("kty") === "oct";
  return { key: keyOf(value, text), algorithm: text("alg"), id: text("kid"), isPrivate };
}

function keyOf(value: Value, text: (name: string) => string): KeyObject {
  const kty = text("kty");
  if (kty === "oct") return createSecretKey(Buffer.from(decodeBase64Url(text("k"))));
  if (kty !== "RSA" && kty !== "EC" && kty !== "OKP") throw fault(`unknown key type ${JSON.stringify(kty)}`);
  try {
    const key = toPlain(value) as JsonWebKey;
    return text("d") === ""
      ? createPublicKey({ key, format: "jwk" })
      : createPrivateKey({ key, format: "jwk" });
  } catch (thrown) {
    throw fault(`invalid ${kty} key: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
}
