const OPENING_BRACE = 0x7b;
const NEWLINE = 0x0a;

/** How far into a document a warning may reach: a page of text, not a plan. */
const MOST = 64 * 1024;

/**
 * A document without the warnings before it. OpenTofu writes those about its own configuration (development overrides, a
 * missing file) to standard output, so that they stand in front of the JSON of `show -json`, in a file that was made of it
 * as well. Only whole lines of a text that begins with such a warning are left out; anything else is given back as it is.
 */
export function withoutWarnings(input: Uint8Array | string): Uint8Array | string {
  if (typeof input === "string")
    return isWarning(input.slice(0, 200)) ? input.slice(Math.max(0, braceIn(input))) : input;
  const bytes = Buffer.from(input.buffer, input.byteOffset, input.byteLength);
  if (!isWarning(bytes.toString("utf8", 0, 200))) return input;
  for (let at = bytes.indexOf(NEWLINE); at !== -1 && at < MOST; at = bytes.indexOf(NEWLINE, at + 1)) {
    if (bytes[at + 1] === OPENING_BRACE) return bytes.subarray(at + 1);
  }
  return input;
}

function braceIn(text: string): number {
  const at = text.slice(0, MOST).indexOf("\n{");
  return at === -1 ? 0 : at + 1;
}

/** `Warning: …`, also in the box that the tool draws where colours are on. */
function isWarning(start: string): boolean {
  return /^\s*(?:There are some problems with the CLI configuration:\s*)?(?:╷\s*│\s*)?Warning: /.test(start);
}
