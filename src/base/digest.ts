import { createHash, createHmac } from "node:crypto";

/** SHA-256 as lower-case hexadecimal, 64 characters. */
export function sha256Hex(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

/** SHA-256 as 32 raw bytes. */
export function sha256(data: string | Uint8Array): Uint8Array {
  return createHash("sha256").update(data).digest();
}

/** HMAC-SHA-256 as lower-case hexadecimal, 64 characters. */
export function hmacSha256Hex(key: string | Uint8Array, data: string | Uint8Array): string {
  return createHmac("sha256", key).update(data).digest("hex");
}
