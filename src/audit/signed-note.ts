import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { err, ok, type Problem, problem, type Result, sha256 } from "../base/index.ts";

/* C2SP signed notes (https://c2sp.org/signed-note), Ed25519 signatures (type 0x01) only: the writer's side. */

const ED25519 = 0x01;
/** DER before the 32 raw bytes of an Ed25519 public key (RFC 8410 SubjectPublicKeyInfo) and of a private one (PKCS#8). */
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

/** A named Ed25519 key that can sign. The private part never leaves the object. */
export interface NoteSigner {
  /** Key name of the signature line: no white space, no `+`. */
  readonly name: string;
  /** C2SP verifier key: `name+hash+base64`. The public half, fit for handing out. */
  readonly vkey: string;
  /** Signs a text that ends in a newline and gives the whole signed note. */
  sign(text: string): string;
}

export function noteSigner(name: string, privateKey: KeyObject): NoteSigner {
  if (!/^[^\s+]+$/u.test(name)) throw new TypeError("noteSigner: a key name has no white space and no plus");
  const publicKey = rawPublicKey(createPublicKey(privateKey));
  const id = keyId(name, publicKey);
  return Object.freeze({
    name,
    vkey: vkeyText(name, publicKey),
    sign(text: string): string {
      if (!isNoteText(text)) {
        throw new TypeError("noteSigner: a note text ends in a newline and has no control characters");
      }
      const signature = Buffer.concat([id, sign(null, Buffer.from(text, "utf8"), privateKey)]);
      return `${text}\n\u2014 ${name} ${signature.toString("base64")}\n`;
    },
  });
}

/** Can this text be signed? It ends in a newline, is well-formed Unicode and has no other control characters. */
export function isNoteText(text: string): boolean {
  return text.endsWith("\n") && !/[\u0000-\u0009\u000b-\u001f]/.test(text) && !/\p{Surrogate}/u.test(text);
}

/** First four bytes of SHA-256 over the name, a newline, the type byte and the raw public key. */
export function keyId(name: string, publicKey: Uint8Array): Buffer {
  const data = Buffer.concat([Buffer.from(`${name}\n`, "utf8"), Buffer.of(ED25519), publicKey]);
  return Buffer.from(sha256(data)).subarray(0, 4);
}

export function vkeyText(name: string, publicKey: Uint8Array): string {
  const encoded = Buffer.concat([Buffer.of(ED25519), publicKey]).toString("base64");
  return `${name}+${keyId(name, publicKey).toString("hex")}+${encoded}`;
}

/** The 32 bytes of an Ed25519 public key. */
export function rawPublicKey(key: KeyObject): Buffer {
  return key.export({ format: "der", type: "spki" }).subarray(SPKI_PREFIX.length);
}

/** Private key from its 32-byte seed (RFC 8032): how test vectors give it. */
export function privateKeyFromSeed(seed: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: "der", type: "pkcs8" });
}

/** Ed25519 check of raw bytes, as `verifyExport` wants it handed in. Never throws: a key that is no key verifies nothing. */
export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    const key = createPublicKey({
      key: Buffer.concat([SPKI_PREFIX, publicKey]),
      format: "der",
      type: "spki",
    });
    return verify(null, message, key, signature);
  } catch {
    return false;
  }
}

/** Reads a public key given as a C2SP verifier key or as PEM; PEM keys get the name under which Trueup signs. */
export function readPublicKey(
  text: string,
  defaultName: (publicKey: Uint8Array) => string,
): Result<string, Problem> {
  const trimmed = text.trim();
  if (!trimmed.startsWith("-----BEGIN")) {
    const found = trimmed.split("\n").at(-1)?.trim() ?? "";
    return /^[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]+=*$/u.test(found)
      ? ok(found)
      : err(problem("public_key_unreadable", "the text is neither a C2SP verifier key nor a PEM public key"));
  }
  try {
    const key = createPublicKey(trimmed);
    if (key.asymmetricKeyType !== "ed25519") {
      return err(
        problem("public_key_unreadable", `the key is of type \`${key.asymmetricKeyType}\`, not Ed25519`),
      );
    }
    const raw = rawPublicKey(key);
    return ok(vkeyText(defaultName(raw), raw));
  } catch {
    return err(problem("public_key_unreadable", "the PEM text holds no public key"));
  }
}
