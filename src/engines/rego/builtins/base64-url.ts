import { decodeBase64, encodeBase64 } from "./base64.ts";
import { fault } from "./operands.ts";

/** Bytes of base64url text, padded or not. @throws Fault as `base64url.decode` does */
export function decodeBase64Url(text: string): Uint8Array {
  const size = Buffer.byteLength(text, "utf8") % 4;
  if (text.endsWith("=") || size === 0) return decodeBase64(text, "url");
  if (size === 1) throw fault(`illegal base64url string: ${text}`);
  return decodeBase64(text + "=".repeat(4 - size), "url");
}

/** Without padding, as in tokens. */
export function encodeBase64Url(bytes: Uint8Array): string {
  return encodeBase64(bytes, "url").replace(/=+$/, "");
}
