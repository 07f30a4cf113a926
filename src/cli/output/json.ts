import type { Printable } from "./documents.ts";

/** Characters that are legal in JSON but dangerous where JSON ends up: in a terminal, a CI log, an HTML page. */
const ESCAPED =
  /[<>\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\u{e0001}|[\u{e0020}-\u{e007f}]|#(?=#(?:vso|teamcity)?\[)/giu;

/** Any JSON value, pretty-printed, with dangerous characters as `\u` escapes: the value read back is the same. */
export function safeJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(ESCAPED, (character) =>
    [...Array(character.length).keys()]
      .map((unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}

/**
 * The report as it is, `schema` first: what the published JSON Schemas describe. In pieces, because a check of 100,000 resources
 * is longer than the longest string that the engine can hold.
 */
export function* jsonPieces(document: Printable): Generator<string> {
  const { schema, ...rest } = document;
  yield `{\n  "schema": ${safeJson(schema)}`;
  for (const [key, value] of Object.entries(rest)) {
    if (value === undefined) continue;
    yield `,\n  ${safeJson(key)}: `;
    if (Array.isArray(value) && value.length > 0) yield* listPieces(value);
    else yield indented(safeJson(value), 2);
  }
  yield "\n}\n";
}

/** {@link jsonPieces} as one string. */
export function renderJson(document: Printable): string {
  const { schema, ...rest } = document;
  return `${safeJson({ schema, ...rest })}\n`;
}

function* listPieces(items: readonly unknown[]): Generator<string> {
  let before = "[\n    ";
  for (const item of items) {
    yield before + indented(safeJson(item), 4);
    before = ",\n    ";
  }
  yield "\n  ]";
}

/** `JSON.stringify` indents from the left edge; strings hold no line breaks, so every one of them is layout. */
function indented(text: string, by: number): string {
  return text.replaceAll("\n", `\n${" ".repeat(by)}`);
}
