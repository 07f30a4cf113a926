/** Bytes of standard base64 with padding (RFC 4648 section 4), in its one canonical spelling; `null` for anything else. */
export function fromBase64(text: string): Uint8Array | null {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null;
  const raw = atob(text);
  // Bits beyond the last byte must be zero, or one signature would have several spellings.
  if (btoa(raw) !== text) return null;
  return Uint8Array.from(raw, (char) => char.charCodeAt(0));
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Bytes of lower-case hexadecimal; `null` for anything else. */
export function fromHex(text: string): Uint8Array | null {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) return null;
  return Uint8Array.from({ length: text.length / 2 }, (_, index) =>
    Number.parseInt(text.slice(2 * index, 2 * index + 2), 16),
  );
}

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
