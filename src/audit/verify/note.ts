import { sha256 } from "../../base/index.ts";
import { fromBase64, fromHex, utf8 } from "./encoding.ts";
import { sameBytes } from "./tree.ts";

/* C2SP signed notes and tlog-checkpoints, read from strangers. Every field is hostile until its signature holds. */

/** Ed25519 over raw bytes. Handed in: this room is pure, and node:crypto is not. Must not throw. */
export type VerifySignature = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;

/** A key that is trusted because the caller says so. */
export interface VerifierKey {
  readonly name: string;
  /** 4 bytes. */
  readonly id: Uint8Array;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
}

const ED25519 = 1;
/** The specification asks for at least 16; more than this many lines is an attack on our time. */
const MAX_SIGNATURES = 100;

/** Reads `name+hash+base64(type || key)` and checks the hash; `null` for anything but a sound Ed25519 key. */
export function parseVerifierKey(vkey: string): VerifierKey | null {
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})$/u.exec(vkey);
  const [, name, hash, encoded] = match ?? [];
  const id = fromHex(hash ?? "x");
  const data = fromBase64(encoded ?? "x");
  if (name === undefined || id === null || data === null || data.length !== 33 || data[0] !== ED25519) {
    return null;
  }
  const named = new Uint8Array([...utf8(`${name}\n`), ...data]);
  return sameBytes(sha256(named).subarray(0, 4), id) ? { name, id, publicKey: data.subarray(1) } : null;
}

export type OpenedNote =
  | { readonly kind: "opened"; readonly text: string; readonly key: VerifierKey }
  | { readonly kind: "refused"; readonly why: string };

/**
 * Text of a note that one of the keys has signed. Signatures of unknown keys are ignored; a failing signature of a known key
 * refuses the whole note, as the specification asks.
 */
export function openNote(
  note: string,
  keys: readonly VerifierKey[],
  verifySignature: VerifySignature,
): OpenedNote {
  const split = note.lastIndexOf("\n\n");
  if (split === -1 || !note.endsWith("\n") || /[\u0000-\u0009\u000b-\u001f]|\p{Surrogate}/u.test(note)) {
    return { kind: "refused", why: "it is no signed note" };
  }
  const text = note.slice(0, split + 1);
  const lines = note.slice(split + 2, -1).split("\n");
  if (lines.length > MAX_SIGNATURES) return { kind: "refused", why: "it has too many signatures" };
  let signedBy: VerifierKey | null = null;
  for (const line of lines) {
    const [, name, encoded] = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u.exec(line) ?? [];
    const data = fromBase64(encoded ?? "x");
    if (name === undefined || data === null || data.length < 5) {
      return { kind: "refused", why: "a signature line is malformed" };
    }
    const key = keys.find((known) => known.name === name && sameBytes(known.id, data.subarray(0, 4)));
    if (key === undefined) continue;
    if (!verifySignature(key.publicKey, utf8(text), data.subarray(4))) {
      return { kind: "refused", why: `the signature of \`${name}\` does not hold` };
    }
    signedBy ??= key;
  }
  if (signedBy === null) return { kind: "refused", why: "none of the given keys has signed it" };
  return { kind: "opened", text, key: signedBy };
}

/** Fields of a checkpoint whose signature has held. */
export interface TreeHead {
  readonly origin: string;
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

/** Reads the text of an opened note; `null` when it is no checkpoint. Extension lines are allowed and ignored. */
export function parseTreeHead(text: string): TreeHead | null {
  const lines = text.split("\n").slice(0, -1);
  const [origin, sizeText, rootText] = lines;
  if (origin === undefined || sizeText === undefined || rootText === undefined || lines.includes(""))
    return null;
  if (!/^(0|[1-9][0-9]{0,15})$/.test(sizeText)) return null;
  const size = Number(sizeText);
  const root = fromBase64(rootText);
  if (!Number.isSafeInteger(size) || root === null || root.length !== 32) return null;
  return { origin, size, root };
}
