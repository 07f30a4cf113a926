export interface Line {
  readonly blankBefore: boolean;
  /** Tabs. */
  readonly indent: number;
  /** `key:` of a map's entry that stands on this line alone; else null. */
  readonly key: string | null;
  /** What follows the key, or the whole line. */
  readonly rest: string;
  /** A comment at the end of the line. */
  readonly comment: string | null;
}

/** A key longer than this breaks an alignment when its length and that of the key before differ by this factor. */
const SMALL_KEY = 20;
const MAX_RATIO = 4;

/** Aligns the values of map entries on neighbouring lines, and comments at the ends of neighbouring lines. */
export function align(lines: readonly Line[]): { readonly blankBefore: boolean; readonly text: string }[] {
  const texts = lines.map((line) => line.rest);
  for (const [from, to] of sections(lines)) {
    const width = Math.max(...lines.slice(from, to).map((line) => line.key?.length ?? 0));
    for (let i = from; i < to; i += 1) {
      const { key, rest } = lines[i] as Line;
      texts[i] = `${(key ?? "").padEnd(width)} ${rest}`;
    }
  }
  return alignComments(lines, texts).map((text, i) => {
    const { blankBefore, indent } = lines[i] as Line;
    return { blankBefore, text: `${"\t".repeat(indent)}${text}` };
  });
}

/** Runs of entries that are aligned together: neighbouring lines of one map. */
function sections(lines: readonly Line[]): [number, number][] {
  const found: [number, number][] = [];
  let from = 0;
  while (from < lines.length) {
    if (lines[from]?.key === null) {
      from += 1;
      continue;
    }
    let to = from + 1;
    while (to < lines.length && joins(lines[to] as Line, lines[to - 1] as Line)) {
      to += 1;
    }
    found.push([from, to]);
    from = to;
  }
  return found;
}

function keySize(line: Line): number {
  return Math.max(1, (line.key?.length ?? 1) - 1);
}

function joins(line: Line, before: Line): boolean {
  if (line.key === null || line.blankBefore || line.indent !== before.indent) {
    return false;
  }
  const size = keySize(line);
  if (size <= SMALL_KEY && keySize(before) <= SMALL_KEY) {
    return true;
  }
  const ratio = size / keySize(before);
  return ratio * MAX_RATIO > 1 && ratio < MAX_RATIO;
}

function alignComments(lines: readonly Line[], texts: readonly string[]): string[] {
  const out = [...texts];
  let from = 0;
  while (from < lines.length) {
    if (lines[from]?.comment === null) {
      from += 1;
      continue;
    }
    let to = from + 1;
    while (
      to < lines.length &&
      lines[to]?.comment !== null &&
      !lines[to]?.blankBefore &&
      lines[to]?.indent === lines[from]?.indent
    ) {
      to += 1;
    }
    const width = Math.max(...texts.slice(from, to).map((text) => text.length));
    for (let i = from; i < to; i += 1) {
      out[i] = `${(texts[i] as string).padEnd(width)} ${lines[i]?.comment}`;
    }
    from = to;
  }
  return out;
}
