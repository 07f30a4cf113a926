import { type KeyObject, X509Certificate } from "node:crypto";
import {
  isArray,
  isNumber,
  isSet,
  type JsonObject,
  num,
  objectEntriesSorted,
  type RegoObject,
  type Value,
} from "../values/index.ts";
import { decodeBase64 } from "./base64.ts";
import { type BuiltinContext, Fault } from "./builtin.ts";
import { define } from "./define.ts";
import { describeCertificate, describeRequest, uriTexts } from "./keys/certificate.ts";
import { type ChainMember, type ChainOptions, verifyChain } from "./keys/chain.ts";
import { readDer } from "./keys/der.ts";
import { allPem, firstPem } from "./keys/pem.ts";
import { describePrivateKey, privateJwk, privateKeyOf, privateKeysOf } from "./keys/private-key.ts";
import { fault, objectAt, stringAt } from "./operands.ts";

const CERTIFICATES = "array[object[string: any]]";

export const x509 = [
  define(
    `crypto.x509.parse_certificates(certs: string) output: ${CERTIFICATES}`,
    "crypto",
    "The certificates of a text in PEM or of base64 with PEM or DER inside.",
    (_, args) => certificatesOf(stringAt(args, 0)).map(withUriTexts),
  ),
  define(
    `crypto.x509.parse_and_verify_certificates(certs: string) output: array<boolean, ${CERTIFICATES}>`,
    "crypto",
    "Whether the last certificate leads to the first, and the chain, leaf first.",
    (ctx, args) => verified(ctx, stringAt(args, 0), undefined),
  ),
  define(
    `crypto.x509.parse_and_verify_certificates_with_options(certs: string, options: object[string: any]) output: array<boolean, ${CERTIFICATES}>`,
    "crypto",
    "The same for a DNS name, a time and key usages.",
    (ctx, args) => {
      const text = stringAt(args, 0);
      return verified(ctx, text, objectAt(args, 1));
    },
  ),
  define(
    "crypto.x509.parse_certificate_request(csr: string) output: object[string: any]",
    "crypto",
    "A certificate request in PEM or base64.",
    (_, args) => {
      const der = requestOf(stringAt(args, 0));
      try {
        return describeRequest(der);
      } catch (thrown) {
        if (thrown instanceof Fault) throw fault("asn1: structure error: malformed certificate request");
        throw thrown;
      }
    },
  ),
  define(
    "crypto.x509.parse_keypair(cert: string, pem: string) output: object[string: any]",
    "crypto",
    "A certificate and its private key, which must belong together.",
    (_, args) => {
      const certificates = stringAt(args, 0);
      return keyPair(certificates, stringAt(args, 1));
    },
  ),
  define(
    "crypto.x509.parse_rsa_private_key(pem: string) output: object[string: any]",
    "crypto",
    "The first private key of a text in PEM or base64, as a JSON Web Key.",
    (_, args) => {
      const text = stringAt(args, 0);
      if (text === "") throw fault("input PEM data was empty");
      const pem = text.startsWith("-----BEGIN") ? text : latin1(decodeBase64(text, "standard"));
      const [key] = privateKeysOf(pem);
      return key === undefined ? null : privateJwk(key);
    },
  ),
  define(
    "crypto.parse_private_keys(keys: string) output: array[object[string: any]]",
    "crypto",
    "The private keys of a text in PEM or base64; null of an empty text.",
    (_, args) => {
      const text = stringAt(args, 0);
      return text === "" ? null : privateKeysOf(text).map(describePrivateKey);
    },
  ),
];

type ObjectValue = JsonObject | RegoObject;

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

/** DER of each certificate. */
function certificatesOf(text: string): readonly Uint8Array[] {
  if (text.startsWith("-----BEGIN")) return certificatesOfPem(text);
  const bytes = decodeBase64(text, "standard");
  const decoded = latin1(bytes);
  if (decoded.startsWith("-----BEGIN")) return certificatesOfPem(decoded);
  return readDer(bytes).map((element) => checked(element.raw));
}

function certificatesOfPem(text: string): readonly Uint8Array[] {
  return allPem(text).flatMap((block) => {
    if (block.type !== "CERTIFICATE") throw fault(`PEM block type is '${block.type}', expected CERTIFICATE`);
    return readDer(block.bytes).map((element) => checked(element.raw));
  });
}

function checked(der: Uint8Array): Uint8Array {
  describeCertificate(der);
  return der;
}

function withUriTexts(der: Uint8Array): Value {
  return { ...describeCertificate(der), URIStrings: uriTexts(der) };
}

function requestOf(text: string): Uint8Array {
  const bytes = text.startsWith("-----BEGIN CERTIFICATE REQUEST-----")
    ? Buffer.from(text, "utf8")
    : decodeBase64(text, "standard");
  const found = firstPem(latin1(bytes));
  if (found === undefined) return bytes;
  if (found.block.type !== "CERTIFICATE REQUEST")
    throw fault("invalid PEM-encoded certificate signing request");
  return found.block.bytes;
}

function memberOf(der: Uint8Array): ChainMember {
  return { der, certificate: new X509Certificate(Buffer.from(der)), fields: describeCertificate(der) };
}

function verified(ctx: BuiltinContext, text: string, options: ObjectValue | undefined): Value {
  const members = readMembers(text);
  if (members === undefined) return [false, []];
  const now = ctx.nowNs();
  const seconds = now === undefined ? undefined : Number(now / 1_000_000_000n);
  const chain = verifyChain(members, readOptions(options, seconds));
  if (chain === undefined) return [false, []];
  // Only the built-in without options adds the texts of URIs.
  return [true, chain.map(({ der, fields }) => (options === undefined ? withUriTexts(der) : fields))];
}

function readMembers(text: string): readonly ChainMember[] | undefined {
  try {
    return certificatesOf(text).map(memberOf);
  } catch (thrown) {
    // Node's own parser is stricter in places and throws errors.
    if (thrown instanceof Fault || thrown instanceof Error) return undefined;
    throw thrown;
  }
}

const USAGE_NAMES = [
  "Any",
  "ServerAuth",
  "ClientAuth",
  "CodeSigning",
  "EmailProtection",
  "IPSECEndSystem",
  "IPSECTunnel",
  "IPSECUser",
  "TimeStamping",
  "OCSPSigning",
  "MicrosoftServerGatedCrypto",
  "NetscapeServerGatedCrypto",
  "MicrosoftCommercialCodeSigning",
  "MicrosoftKernelCodeSigning",
];

function readOptions(options: ObjectValue | undefined, now: number | undefined): ChainOptions {
  let dnsName = "";
  let seconds = now;
  let usages: readonly number[] = [1];
  for (const [name, value] of options === undefined ? [] : objectEntriesSorted(options)) {
    switch (name) {
      case "DNSName":
        if (typeof value !== "string") throw fault("'DNSName' should be a string");
        dnsName = value;
        break;
      case "CurrentTime": {
        if (!isNumber(value)) throw fault("'CurrentTime' should be a number");
        const nanos = num.toInt64(value);
        if (nanos === undefined) throw fault("'CurrentTime' should be a valid int64 number");
        seconds = Number(nanos / 1_000_000_000n);
        break;
      }
      case "MaxConstraintComparisons":
        if (!isNumber(value)) throw fault("'MaxConstraintComparisons' should be a number");
        if (num.toInt64(value) === undefined)
          throw fault("'MaxConstraintComparisons' should be a valid number");
        break;
      case "KeyUsages":
        usages = usagesOf(value);
        break;
      default:
        if (typeof name === "string") throw fault("invalid key option");
    }
  }
  return { dnsName, seconds, usages };
}

function usagesOf(value: Value): readonly number[] {
  const names = isArray(value) ? value : isSet(value) ? value.sortedItems() : undefined;
  if (names === undefined) throw fault("'KeyUsages' should be an Array or Set");
  const texts = names.filter((name) => typeof name === "string");
  const numbers = texts.map((name) => USAGE_NAMES.findIndex((usage) => name === `KeyUsage${usage}`));
  const invalid = texts.filter((_, i) => numbers[i] === -1);
  if (invalid.length > 0) throw fault(`invalid entries for 'KeyUsages' found: [${invalid.join(" ")}]`);
  return numbers.length === 0 ? [1] : numbers;
}

function keyPair(certificateText: string, keyText: string): Value {
  const certificates = pairBlocks(certificateText, "CERTIFICATE");
  const keys = pairBlocks(keyText, "PRIVATE KEY");
  const der = certificates.filter((block) => block.type === "CERTIFICATE").map((block) => block.bytes);
  const leaf = der[0];
  if (leaf === undefined) throw fault("tls: failed to find any PEM data in certificate input");
  const block = keys.find(({ type }) => type === "PRIVATE KEY" || type.endsWith(" PRIVATE KEY"));
  if (block === undefined) throw fault("tls: failed to find any PEM data in key input");
  const key = pairKey(block.bytes);
  const fields = describeCertificate(leaf);
  const certificate = new X509Certificate(Buffer.from(leaf));
  if (certificate.publicKey.asymmetricKeyType !== key.asymmetricKeyType)
    throw fault("tls: private key type does not match public key type");
  if (!certificate.checkPrivateKey(key)) throw fault("tls: private key does not match public key");
  return {
    Certificate: der.map((bytes) => Buffer.from(bytes).toString("base64")),
    PrivateKey: describePrivateKey(key),
    OCSPStaple: null,
    SignedCertificateTimestamps: null,
    SupportedSignatureAlgorithms: null,
    Leaf: fields,
  };
}

/** PEM blocks of a text, or of base64 with PEM or the DER of one block inside. */
function pairBlocks(text: string, type: string) {
  if (text.startsWith("-----BEGIN ")) return allPem(text);
  const bytes = decodeBase64(text, "standard");
  const decoded = latin1(bytes);
  return decoded.startsWith("-----BEGIN") ? allPem(decoded) : [{ type, bytes, text: "" }];
}

/** Go tries the encodings one after the other, whatever the block calls itself. */
function pairKey(bytes: Uint8Array): KeyObject {
  for (const type of ["pkcs1", "pkcs8", "sec1"] as const) {
    try {
      return privateKeyOf(bytes, type);
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
    }
  }
  throw fault("tls: failed to parse private key");
}
