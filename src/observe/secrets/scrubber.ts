import {
  canonicalJson,
  hmacSha256Hex,
  isJsonObject,
  type Json,
  type JsonObject,
  setMember,
} from "../../base/index.ts";
import { HIDDEN } from "./hide-secrets.ts";

/** Clear secret texts, as sources collect them. They live in memory only. */
export type SecretValues = readonly string[];

/** Takes secrets out of whatever leaves the process. */
export interface Scrubber {
  /** Text with every known secret replaced by `(sensitive)`. */
  scrub(text: string): string;
  /** The same for every string and key of a JSON value; returns the value itself when nothing was found. */
  scrubJson<T extends Json>(value: T): Json;
  /** What stands for a secret value at its own place: equal secrets give equal markers. */
  marker(value: Json): string;
}

/** Shorter texts would destroy more than they hide; at their own place they are still replaced by path. */
const MIN_LENGTH = 4;
/** Below this length only whole words are replaced. */
const ANYWHERE_LENGTH = 8;
/**
 * A line of a longer secret is a secret by itself when it is all key material (the body of a PEM file), never
 * when it is prose or YAML.
 */
const KEY_MATERIAL = /^[A-Za-z0-9+/=_-]{24,}$/;

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** A short run of letters is far more often a name (`ledger`, `payments`) than a secret. */
const SINGLE_WORD = /^[A-Za-z]{1,9}$/;

/** Words and settings that are often marked as secret and as often meant plainly. */
const PLAIN_WORDS: ReadonlySet<string> = new Set(
  (
    "true false null none nil undefined yes no on off enabled disabled default admin administrator root user users " +
    "username password passwd secret secrets token tokens test testing prod production staging development dev " +
    "example localhost http https postgres postgresql mysql mariadb mongodb redis aws azure google kubernetes " +
    "public private string number bool object list map set input output name value type data local changed change " +
    "create update delete read write allow deny internal external opaque latest master main service server client " +
    "database changeme"
  ).split(" "),
);

/**
 * The marker of a secret value: `(sensitive, hmac:` and 16 hexadecimal characters of HMAC-SHA-256 under the
 * estate key over the canonical JSON. Without the key the value cannot be guessed from it; with it, equal
 * secrets are seen to be equal.
 */
export function secretMarker(value: Json, estateKey: string | Uint8Array): string {
  return `(sensitive, hmac:${hmacSha256Hex(estateKey, `trueup.secret/v1\n${canonicalJson(value)}`).slice(0, 16)})`;
}

/**
 * A scrubber for these secrets. Rules: texts under 4 characters, single words under 10 letters, plain words
 * and numbers under 6 digits are left alone (they are replaced at their own place only); texts under 8
 * characters are replaced as whole words; longer ones anywhere, also in their base64, URL-encoded and
 * JSON-escaped spelling, and line by line where the lines are key material. Time is linear in the text.
 */
export function makeScrubber(secrets: SecretValues, estateKey: string | Uint8Array): Scrubber {
  const index = buildIndex(secrets);
  const marker = (value: Json): string => secretMarker(value, estateKey);
  if (index === null) return { scrub: (text) => text, scrubJson: (value) => value, marker };
  const scrub = (text: string): string => scrubText(text, index);
  const scrubName = remembered(scrub);
  return { scrub, scrubJson: (value) => scrubJson(value, scrub, scrubName), marker };
}

/** Names of members come again and again; values do not. */
function remembered(scrub: Scrub): Scrub {
  const known = new Map<string, string>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const clean = scrub(text);
    if (known.size < 10_000) known.set(text, clean);
    return clean;
  };
}

interface SecretIndex {
  /** One bit for each hash of four leading characters: a cheap "certainly not here". */
  readonly filter: Uint8Array;
  /** Secrets by their first four characters. */
  readonly byPrefix: ReadonlyMap<string, Bucket>;
}

/** Secrets that begin alike. A look-up costs one step a length, however many there are of it. */
interface Bucket {
  readonly secrets: Set<string>;
  /** Lengths that occur, longest first. */
  readonly lengths: number[];
}

function buildIndex(secrets: SecretValues): SecretIndex | null {
  const spellings = new Set<string>();
  for (const secret of secrets) addSpellings(secret, spellings);
  if (spellings.size === 0) return null;
  const filter = new Uint8Array(1 << 16);
  const byPrefix = new Map<string, Bucket>();
  for (const spelling of [...spellings].sort((a, b) => b.length - a.length)) {
    filter[prefixHash(spelling, 0)] = 1;
    const prefix = spelling.slice(0, MIN_LENGTH);
    const bucket = byPrefix.get(prefix) ?? { secrets: new Set<string>(), lengths: [] };
    byPrefix.set(prefix, bucket);
    bucket.secrets.add(spelling);
    if (bucket.lengths.at(-1) !== spelling.length) bucket.lengths.push(spelling.length);
  }
  return { filter, byPrefix };
}

function addSpellings(secret: string, into: Set<string>): void {
  const text = secret.trim();
  if (!isScrubbable(text)) return;
  into.add(text);
  if (text.length < ANYWHERE_LENGTH) return;
  const escaped = JSON.stringify(text).slice(1, -1);
  if (escaped !== text) into.add(escaped);
  const url = encodeURIComponent(text.replace(LONE_SURROGATE, "\ufffd"));
  if (url !== text) into.add(url);
  const base64 = base64Of(secret);
  into.add(base64.replace(/=+$/, ""));
  into.add(base64Of(`${text}\n`).replace(/=+$/, ""));
  if (text.includes("\n")) {
    for (const line of text.split("\n")) {
      const part = line.trim();
      if (KEY_MATERIAL.test(part)) into.add(part);
    }
  }
}

function isScrubbable(text: string): boolean {
  if (text.length < MIN_LENGTH) return false;
  if (PLAIN_WORDS.has(text.toLowerCase()) || SINGLE_WORD.test(text)) return false;
  return !/^[\d.,:\s-]{1,5}$/.test(text);
}

function base64Of(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let binary = "";
  for (let i = 0; i < bytes.length; i += 0x8000)
    binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(binary);
}

function prefixHash(text: string, at: number): number {
  let hash = text.charCodeAt(at);
  hash = Math.imul(hash, 31) + text.charCodeAt(at + 1);
  hash = Math.imul(hash, 31) + text.charCodeAt(at + 2);
  hash = Math.imul(hash, 31) + text.charCodeAt(at + 3);
  return hash & 0xffff;
}

function scrubText(text: string, index: SecretIndex): string {
  const last = text.length - MIN_LENGTH;
  let out = "";
  let copied = 0;
  let at = 0;
  while (at <= last) {
    const found = index.filter[prefixHash(text, at)] === 1 ? secretAt(text, at, index) : null;
    if (found === null) {
      at++;
      continue;
    }
    out += text.slice(copied, at) + HIDDEN;
    at += found.length;
    copied = at;
  }
  return copied === 0 ? text : out + text.slice(copied);
}

function secretAt(text: string, at: number, index: SecretIndex): string | null {
  const bucket = index.byPrefix.get(text.slice(at, at + MIN_LENGTH));
  if (bucket === undefined) return null;
  for (const length of bucket.lengths) {
    if (at + length > text.length) continue;
    const secret = text.slice(at, at + length);
    if (!bucket.secrets.has(secret)) continue;
    if (length >= ANYWHERE_LENGTH) return secret;
    if (!isWordCharacter(text, at - 1) && !isWordCharacter(text, at + length)) return secret;
  }
  return null;
}

function isWordCharacter(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return (
    (code >= 48 && code <= 57) ||
    (code >= 65 && code <= 90) ||
    (code >= 97 && code <= 122) ||
    code === 95 ||
    code > 127
  );
}

type Scrub = (text: string) => string;

/** Copies only what changes: a value without secrets comes back as itself. */
function scrubJson(value: Json, scrub: Scrub, scrubName: Scrub): Json {
  if (typeof value === "string") return scrub(value);
  if (Array.isArray(value)) {
    let copy: Json[] | null = null;
    for (let i = 0; i < value.length; i++) {
      const item: Json = value[i];
      const clean = scrubJson(item, scrub, scrubName);
      if (clean !== item) copy ??= value.slice();
      if (copy !== null) copy[i] = clean;
    }
    return copy ?? value;
  }
  return isJsonObject(value) ? scrubObject(value, scrub, scrubName) : value;
}

function scrubObject(value: JsonObject, scrub: Scrub, scrubName: Scrub): JsonObject {
  const keys = Object.keys(value);
  let copy: Record<string, Json> | null = null;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] ?? "";
    const item = value[key] ?? null;
    const clean = scrubJson(item, scrub, scrubName);
    const name = scrubName(key);
    if (copy === null) {
      if (clean === item && name === key) continue;
      copy = {};
      for (const earlier of keys.slice(0, i)) setMember(copy, earlier, value[earlier] ?? null);
    }
    setMember(copy, name, clean);
  }
  return copy ?? value;
}
