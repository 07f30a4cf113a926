import {
  constants,
  createHmac,
  type KeyObject,
  sign as signBytes,
  timingSafeEqual,
  verify as verifyBytes,
} from "node:crypto";
import { fault } from "../operands.ts";

/** Algorithms of JSON Web Signatures that OPA knows. */
export type Algorithm = `${"RS" | "PS" | "ES" | "HS"}${"256" | "384" | "512"}` | "EdDSA";

const KNOWN: ReadonlySet<string> = new Set(
  ["RS", "PS", "ES", "HS"]
    .flatMap((family) => ["256", "384", "512"].map((size) => family + size))
    .concat("EdDSA"),
);

export function isAlgorithm(name: string): name is Algorithm {
  return KNOWN.has(name);
}

/**
 * Whether a signature holds. A key of another kind than the algorithm wants never verifies.
 * `anySalt`: PSS with a salt of any length, else with one as long as the digest.
 */
export function verifySignature(
  algorithm: Algorithm,
  key: KeyObject,
  data: Uint8Array,
  signature: Uint8Array,
  anySalt = false,
): boolean {
  const hash = `sha${algorithm.slice(2)}`;
  const kind = key.asymmetricKeyType;
  try {
    switch (algorithm.slice(0, 2)) {
      case "HS": {
        if (key.type !== "secret") return false;
        const mac = createHmac(hash, key).update(data).digest();
        return mac.length === signature.length && timingSafeEqual(mac, signature);
      }
      case "RS":
        return (
          kind === "rsa" && verifyBytes(hash, data, { key, padding: constants.RSA_PKCS1_PADDING }, signature)
        );
      case "PS": {
        const saltLength = anySalt ? constants.RSA_PSS_SALTLEN_AUTO : constants.RSA_PSS_SALTLEN_DIGEST;
        return (
          kind === "rsa" &&
          verifyBytes(hash, data, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }, signature)
        );
      }
      case "ES": {
        if (kind !== "ec") return false;
        const fitted = fitSignature(signature, coordinateSize(key));
        return fitted !== undefined && verifyBytes(hash, data, { key, dsaEncoding: "ieee-p1363" }, fitted);
      }
      default:
        return kind === "ed25519" && verifyBytes(null, data, key, signature);
    }
  } catch {
    // OpenSSL refuses keys and signatures of odd sizes by throwing.
    return false;
  }
}

/** @throws Fault when the key does not fit the algorithm */
export function makeSignature(algorithm: Algorithm, key: KeyObject, data: Uint8Array): Uint8Array {
  const hash = `sha${algorithm.slice(2)}`;
  const kind = key.asymmetricKeyType;
  const family = algorithm.slice(0, 2);
  if (family === "HS" && key.type === "secret") return createHmac(hash, key).update(data).digest();
  if (key.type === "private") {
    if (family === "RS" && kind === "rsa")
      return signBytes(hash, data, { key, padding: constants.RSA_PKCS1_PADDING });
    if (family === "PS" && kind === "rsa")
      return signBytes(hash, data, {
        key,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      });
    if (family === "ES" && kind === "ec") return signBytes(hash, data, { key, dsaEncoding: "ieee-p1363" });
    if (algorithm === "EdDSA" && kind === "ed25519") return signBytes(null, data, key);
  }
  throw fault(`failed to sign payload: the key does not fit algorithm ${algorithm}`);
}

const CURVE_SIZES: Readonly<Record<string, number>> = {
  secp224r1: 28,
  prime256v1: 32,
  secp256k1: 32,
  secp384r1: 48,
  secp521r1: 66,
};

function coordinateSize(key: KeyObject): number {
  return CURVE_SIZES[key.asymmetricKeyDetails?.namedCurve ?? ""] ?? 0;
}

/** Both halves as numbers of the curve's size: Go takes them in any length. */
function fitSignature(signature: Uint8Array, size: number): Uint8Array | undefined {
  const half = Math.floor(signature.length / 2);
  const parts = [signature.subarray(0, half), signature.subarray(half)].map((part) => {
    const start = part.findIndex((byte) => byte !== 0);
    return start < 0 ? new Uint8Array() : part.subarray(start);
  });
  if (size === 0 || parts.some((part) => part.length > size)) return undefined;
  const fitted = new Uint8Array(size * 2);
  fitted.set(parts[0]!, size - parts[0]!.length);
  fitted.set(parts[1]!, size * 2 - parts[1]!.length);
  return fitted;
}
