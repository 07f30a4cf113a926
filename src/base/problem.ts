/**
 * Something that could not be done, told so that a person at 2 AM can act on it.
 * `code` is stable (`plan_unreadable`); `message` is one sentence without a final full stop.
 */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly place?: Place;
  /** What to do about it, one imperative sentence. */
  readonly hint?: string;
}

export interface Place {
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
  /** 1-based. */
  readonly column?: number;
  /** A JSON path or an address within the file. */
  readonly path?: string;
}

export function problem(
  code: string,
  message: string,
  extra: { place?: Place; hint?: string } = {},
): Problem {
  return { code, message, ...extra };
}

/** `file:line:column: message (hint)`, the one form in which problems are printed. */
export function problemText(p: Problem): string {
  const place = p.place === undefined ? "" : placeText(p.place);
  const hint = p.hint === undefined ? "" : `; ${p.hint}`;
  return `${place === "" ? "" : `${place}: `}${p.message}${hint} [${p.code}]`;
}

function placeText(place: Place): string {
  const parts = [place.file, place.line, place.line === undefined ? undefined : place.column];
  const position = parts.filter((part) => part !== undefined).join(":");
  return [position, place.path].filter((part) => part !== undefined && part !== "").join(" at ");
}
