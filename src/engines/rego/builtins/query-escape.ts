import { quoteGo } from "../values/index.ts";
import { fault } from "./operands.ts";

/** Form encoding as Go's `url.QueryEscape`: a space becomes `+`, letters, digits and `-_.~` stay. */
export function queryEscape(text: string): string {
  return encodeURIComponent(wellFormed(text))
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+");
}

/** @throws Fault `invalid URL escape "%zz"` */
export function queryUnescape(text: string): string {
  return percentDecode(text.replaceAll("+", " "), text);
}

/** Decodes `%xx`; bytes that are no UTF-8 become U+FFFD. */
export function percentDecode(text: string, original = text): string {
  if (!text.includes("%")) return text;
  const bad = /%(?![0-9a-fA-F]{2})/.exec(text);
  if (bad !== null) throw fault(`invalid URL escape ${quoteGo(original.slice(bad.index, bad.index + 3))}`);
  const bytes: number[] = [];
  for (let i = 0; i < text.length; ) {
    if (text[i] === "%") {
      bytes.push(Number.parseInt(text.slice(i + 1, i + 3), 16));
      i += 3;
      continue;
    }
    const next = text.indexOf("%", i);
    const plain = text.slice(i, next < 0 ? undefined : next);
    bytes.push(...Buffer.from(plain, "utf8"));
    i += plain.length;
  }
  return Buffer.from(bytes).toString("utf8");
}

function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd");
}
