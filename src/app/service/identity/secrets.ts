import { randomBytes, timingSafeEqual } from "node:crypto";
import { sha256, sha256Hex } from "../../../base/index.ts";

/** 256 random bits, in characters that need no escaping anywhere. */
export function newSecret(): string {
  return randomBytes(32).toString("base64url");
}

export function newId(prefix: string): string {
  return `${prefix}_${randomBytes(12).toString("hex")}`;
}

/**
 * What is kept of a secret. A plain hash is enough: what it hashes is random, so that there is nothing to guess from it.
 */
export function hashOf(secret: string): string {
  return sha256Hex(secret);
}

/** Compares in the same time wherever they differ. */
export function sameText(one: string, other: string): boolean {
  return timingSafeEqual(sha256(one), sha256(other));
}
