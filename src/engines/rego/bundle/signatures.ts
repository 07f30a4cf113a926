import { constants, createHash, createHmac, createPublicKey, timingSafeEqual, verify } from "node:crypto";
import { fail, type Outcome, ok } from "../errors.ts";
import { isArray, isObject, lookup, marshal, type Value } from "../values/index.ts";
import { readJson, readYaml } from "./documents.ts";

/** What a bundle must be signed with. */
export interface Verification {
  /** PEM of a public key or certificate, or the secret of an HMAC. */
  readonly key: string;
  /** JWS algorithm; no other is accepted, whatever the signature says of itself. */
  readonly algorithm: string;
  /** `kid` that the signature must name, when given. */
  readonly keyId?: string;
  /** `scope` claim that the signature must have, when given. */
  readonly scope?: string;
}

export const SIGNATURES = ".signatures.json";

interface SignedFile {
  /** Path in the bundle, without a leading slash. */
  readonly inner: string;
  readonly bytes: Uint8Array;
}

/**
 * Verifies a bundle as OPA does: the JWS of `.signatures.json` lists all files with their hashes; JSON and YAML files are
 * hashed in canonical form. Answers the first thing that is wrong.
 */
export function verifyBundle(
  files: readonly SignedFile[],
  signatures: Uint8Array | undefined,
  wanted: Verification,
): string | undefined {
  if (signatures === undefined) return "bundle missing .signatures.json file";
  const payload = verifiedPayload(new TextDecoder().decode(signatures), wanted);
  if (!payload.ok) return payload.error;
  const listed = signedHashes(payload.value);
  if (!listed.ok) return listed.error;
  const rest = new Map(listed.value);
  for (const file of files) {
    const entry = rest.get(file.inner);
    if (entry === undefined) return `file ${file.inner} not included in bundle signature`;
    const digest = digestOf(file, entry.algorithm);
    if (!digest.ok) return digest.error;
    if (digest.value !== entry.hash)
      return `${file.inner}: digest mismatch (want: ${entry.hash}, got: ${digest.value})`;
    rest.delete(file.inner);
  }
  const [missing] = rest.keys();
  return missing === undefined
    ? undefined
    : `file ${missing} specified in bundle signatures but not found in target bundle`;
}

function member(value: Value | undefined, name: string): Value | undefined {
  return value !== undefined && isObject(value) ? lookup(value, name) : undefined;
}

function verifiedPayload(text: string, wanted: Verification): Outcome<Value, string> {
  const document = readJson(text);
  const tokens = document.ok ? member(document.value, "signatures") : undefined;
  const token = isArray(tokens) && tokens.length === 1 ? tokens[0] : undefined;
  if (typeof token !== "string")
    return fail(".signatures.json: one JSON Web Token is expected under `signatures`");
  const parts = token.split(".");
  const [head, body, signature] = parts as [string, string, string];
  if (parts.length !== 3) return fail(".signatures.json: no JSON Web Token");
  const decode = (part: string): Outcome<Value, string> =>
    readJson(Buffer.from(part, "base64url").toString("utf8"));
  const header = decode(head);
  const payload = decode(body);
  if (!header.ok || !payload.ok) return fail(".signatures.json: no JSON Web Token");
  if (member(header.value, "alg") !== wanted.algorithm)
    return fail(`.signatures.json: signed with another algorithm than ${wanted.algorithm}`);
  const id = member(header.value, "kid") ?? member(payload.value, "keyid");
  if (wanted.keyId !== undefined && id !== wanted.keyId)
    return fail(`.signatures.json: signed by another key than \`${wanted.keyId}\``);
  if (wanted.scope !== undefined && member(payload.value, "scope") !== wanted.scope)
    return fail("scope mismatch");
  const valid = isSignedBy(`${head}.${body}`, Buffer.from(signature, "base64url"), wanted);
  return valid ? payload : fail(".signatures.json: the signature is not valid for the key");
}

function isSignedBy(text: string, signature: Uint8Array, { key, algorithm }: Verification): boolean {
  const family = algorithm.slice(0, 2);
  const hash = `sha${algorithm.slice(2)}`;
  if (!/^(RS|PS|ES|HS)(256|384|512)$/.test(algorithm)) return false;
  try {
    if (family === "HS") {
      const made = createHmac(hash, key).update(text).digest();
      return made.length === signature.length && timingSafeEqual(made, signature);
    }
    const publicKey = createPublicKey(key);
    if ((family === "ES") !== (publicKey.asymmetricKeyType === "ec")) return false;
    return verify(
      hash,
      Buffer.from(text),
      {
        key: publicKey,
        ...(family === "ES" ? { dsaEncoding: "ieee-p1363" as const } : {}),
        ...(family === "PS"
          ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO }
          : {}),
      },
      signature,
    );
  } catch {
    // A text that is no key verifies nothing.
    return false;
  }
}

interface SignedHash {
  readonly hash: string;
  readonly algorithm: string;
}

function signedHashes(payload: Value): Outcome<ReadonlyMap<string, SignedHash>, string> {
  const files = member(payload, "files");
  if (!isArray(files)) return fail(".signatures.json: the signature lists no files");
  const out = new Map<string, SignedHash>();
  for (const file of files) {
    const [name, hash, algorithm] = [member(file, "name"), member(file, "hash"), member(file, "algorithm")];
    if (typeof name !== "string" || typeof hash !== "string" || typeof algorithm !== "string")
      return fail(".signatures.json: a file of the signature has no name, hash or algorithm");
    out.set(name.replace(/^\/+/, ""), { hash, algorithm });
  }
  return ok(out);
}

const HASHES: ReadonlyMap<string, string> = new Map([
  ["SHA-256", "sha256"],
  ["SHA-384", "sha384"],
  ["SHA-512", "sha512"],
]);

function digestOf(file: SignedFile, algorithm: string): Outcome<string, string> {
  const hash = HASHES.get(algorithm);
  if (hash === undefined)
    return fail(
      `${file.inner}: hashing algorithm \`${algorithm}\` is not accepted; use SHA-256, SHA-384 or SHA-512`,
    );
  const structured = /(^|\/)\.manifest$|\.json$/.test(file.inner);
  const yaml = /\.ya?ml$/.test(file.inner);
  if (!structured && !yaml) return ok(createHash(hash).update(file.bytes).digest("hex"));
  const text = new TextDecoder().decode(file.bytes);
  const document = yaml ? readYaml(text) : readJson(text);
  if (!document.ok) return fail(`${file.inner}: ${document.error}`);
  return ok(createHash(hash).update(canonical(document.value)).digest("hex"));
}

/** Sorted keys, no blanks, numbers as they are spelt, and `<`, `>`, `&` as themselves. */
function canonical(value: Value): string {
  return marshal(value).replace(/\\\\|\\u00(?:3c|3e|26)/g, (found) =>
    found === "\\\\" ? found : String.fromCharCode(Number.parseInt(found.slice(2), 16)),
  );
}
