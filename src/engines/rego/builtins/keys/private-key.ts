import { createPrivateKey, type JsonWebKey, type KeyObject } from "node:crypto";
import { num, type Value } from "../../values/index.ts";
import { decodeBase64Url } from "../base64-url.ts";
import { fault } from "../operands.ts";
import { unsignedOf } from "./der.ts";
import { allPem } from "./pem.ts";

const DER_TYPES: Readonly<Record<string, "pkcs1" | "pkcs8" | "sec1">> = {
  "RSA PRIVATE KEY": "pkcs1",
  "PRIVATE KEY": "pkcs8",
  "EC PRIVATE KEY": "sec1",
};

/** Private keys among the PEM blocks of a text, which may itself be in base64. */
export function privateKeysOf(text: string): readonly KeyObject[] {
  const keys: KeyObject[] = [];
  for (const { type, bytes } of allPem(unwrapBase64(text))) {
    const format = DER_TYPES[type];
    if (format !== undefined) keys.push(privateKeyOf(bytes, format));
  }
  return keys;
}

export function privateKeyOf(bytes: Uint8Array, type: "pkcs1" | "pkcs8" | "sec1"): KeyObject {
  try {
    return createPrivateKey({ key: Buffer.from(bytes), format: "der", type });
  } catch {
    throw fault(`x509: failed to parse private key (${type === "sec1" ? "SEC 1" : type.toUpperCase()})`);
  }
}

export function unwrapBase64(text: string): string {
  const compact = text.replace(/[\r\n]/g, "");
  if (compact.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) return text;
  return Buffer.from(compact, "base64").toString("latin1");
}

/** The key with the fields of Go's private key types. */
export function describePrivateKey(key: KeyObject): Value {
  const jwk = key.export({ format: "jwk" });
  if (jwk.kty === "RSA") {
    return {
      N: bigField(jwk.n),
      E: bigField(jwk.e),
      D: bigField(jwk.d),
      Primes: [bigField(jwk.p), bigField(jwk.q)],
      Precomputed: { Dp: bigField(jwk.dp), Dq: bigField(jwk.dq), Qinv: bigField(jwk.qi), CRTValues: [] },
    };
  }
  if (jwk.kty === "EC") return { Curve: {}, X: bigField(jwk.x), Y: bigField(jwk.y), D: bigField(jwk.d) };
  // Go's Ed25519 key is seed and public key in one.
  const seed = Buffer.concat([decodeBase64Url(jwk.d ?? ""), decodeBase64Url(jwk.x ?? "")]);
  return seed.toString("base64");
}

function bigField(text: string | undefined): Value {
  return num.fromBigInt(unsignedOf(decodeBase64Url(text ?? "")));
}

/** The key as a JSON Web Key. */
export function privateJwk(key: KeyObject): Value {
  const jwk: JsonWebKey = key.export({ format: "jwk" });
  const result: Record<string, Value> = {};
  for (const name of ["crv", "d", "dp", "dq", "e", "kty", "n", "p", "q", "qi", "x", "y"] as const) {
    const value = jwk[name];
    if (typeof value === "string") result[name] = value;
  }
  return result;
}
