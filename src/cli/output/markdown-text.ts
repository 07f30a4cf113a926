import { neutral, prose } from "./neutral-text.ts";

/** An underscore inside a word means nothing; escaping it would only hurt the eyes. */
const SPECIAL = /[&<>\\`*[\]|~@#!$\u200b]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g;

/**
 * Every character that could mean something to CommonMark, GFM, HTML or a forge's own filters becomes an entity, which no parser
 * takes for markup. Behind `@`, `#`, `!`, `~`, `%` and `$`, and inside URLs, a zero-width space keeps forges from linking people,
 * issues, labels and addresses (they look for those after entities are resolved). The result has at most about `max` characters.
 */
function escaped(text: string, max: number): string {
  const loose = text.replace(/[@#!~%$](?=[\w"'])|:(?=\/\/)|\bwww(?=\.)|\b(?:mailto|xmpp)(?=:)/gi, "$&\u200b");
  const safe = loose.replace(SPECIAL, (character) => `&#${character.charCodeAt(0)};`);
  if (safe.length <= max) return safe;
  // Never cut inside an entity, nor a character in two.
  return `${safe.slice(0, max).replace(/(?:&#?\d*|[\ud800-\udbff])$/, "")}…`;
}

/** Hostile prose as Markdown text on one line. */
export function mdText(text: string, max = 800): string {
  return escaped(prose(text, max), max);
}

/** Hostile text as code. Not in backticks, which the text could close, but in an element. */
export function mdCode(text: string, max = 800): string {
  return `<code>${escaped(neutral(text), max)}</code>`;
}

/** UTF-8 bytes, as forges count them. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
