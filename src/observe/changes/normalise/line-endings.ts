import type { Normaliser } from "./normaliser.ts";

/** A file's bytes are what a file resource is about. */
const BYTES_MATTER = new Set(["local_file", "local_sensitive_file"]);

export const lineEndings: Normaliser = {
  name: "line-endings",
  removes: "a text that differs only in line breaks at its end or in CRLF against LF",
  isNoise: ({ before, after, resource }) =>
    typeof before === "string" &&
    typeof after === "string" &&
    !BYTES_MATTER.has(resource.type) &&
    withoutLineEnd(before) === withoutLineEnd(after),
};

function withoutLineEnd(text: string): string {
  const unix = text.includes("\r") ? text.replaceAll("\r\n", "\n") : text;
  let end = unix.length;
  while (end > 0 && unix.charCodeAt(end - 1) === 10) end--;
  return unix.slice(0, end);
}
