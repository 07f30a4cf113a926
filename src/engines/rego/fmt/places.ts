import type { Location } from "../errors.ts";

/** A row that no comment stands on. */
export const NOWHERE = -1;

/** Row of the bracket that closes the first `open` of a text; `skip` names a pair that is stepped over before. */
export function closingRow(
  source: string,
  loc: Location,
  open: string,
  close: string,
  skip?: readonly [open: string, close: string],
): number {
  const text = source.slice(loc.offset, loc.end);
  let at = 0;
  let rows = 0;
  if (skip !== undefined) {
    const end = balanced(text, 0, skip[0], skip[1]);
    if (end !== undefined) {
      rows = end.rows;
      at = end.at + 1;
    }
  }
  const end = balanced(text, at, open, close);
  return end === undefined ? NOWHERE : loc.row + rows + end.rows;
}

function balanced(
  text: string,
  from: number,
  open: string,
  close: string,
): { readonly at: number; readonly rows: number } | undefined {
  let at = from;
  let rows = 0;
  while (at < text.length && text[at] !== open) {
    if (text[at] === "\n") rows++;
    at++;
  }
  for (let depth = 1; depth > 0; ) {
    at++;
    if (at >= text.length) return undefined;
    const unit = text[at];
    if (unit === open) depth++;
    else if (unit === close) depth--;
    else if (unit === "\n") rows++;
  }
  return { at, rows };
}

/** Items by the rows they were written on, in order of their places. */
export function byRow<T>(items: readonly T[], placeOf: (item: T) => Location): readonly (readonly T[])[] {
  const sorted = [...items].sort(
    (a, b) => placeOf(a).row - placeOf(b).row || placeOf(a).col - placeOf(b).col,
  );
  const lines: T[][] = [];
  let row = 0;
  for (const item of sorted) {
    const place = placeOf(item);
    const line = lines.at(-1);
    if (line === undefined || place.row > row) lines.push([item]);
    else line.push(item);
    row = place.row;
  }
  return lines;
}

export function lastRow(source: string, loc: Location): number {
  let row = loc.row;
  for (let i = loc.offset; i < loc.end; i++) if (source[i] === "\n") row++;
  return row;
}
