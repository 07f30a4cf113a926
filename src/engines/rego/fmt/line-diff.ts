/** Lines shown around a change. */
const CONTEXT = 3;
/** Above this many pairs of changed lines the whole middle counts as changed, so that the work stays bounded. */
const MAX_CELLS = 4_000_000;

interface Edit {
  readonly mark: " " | "-" | "+";
  readonly line: string;
}

/** A unified diff of two texts, empty when they are equal. */
export function lineDiff(name: string, before: string, after: string): string {
  if (before === after) return "";
  const edits = editsOf(before.split("\n"), after.split("\n"));
  const out = [`--- ${name}`, `+++ ${name} (formatted)`];
  let [oldRow, newRow, at] = [1, 1, 0];
  while (at < edits.length) {
    const next = edits.findIndex((edit, i) => i >= at && edit.mark !== " ");
    if (next < 0) break;
    const start = Math.max(at, next - CONTEXT);
    oldRow += start - at;
    newRow += start - at;
    let end = next;
    for (let i = next; i < edits.length && i <= end + 2 * CONTEXT; i++) if (edits[i]?.mark !== " ") end = i;
    const hunk = edits.slice(start, Math.min(edits.length, end + CONTEXT + 1));
    const olds = hunk.filter((edit) => edit.mark !== "+").length;
    const news = hunk.filter((edit) => edit.mark !== "-").length;
    out.push(`@@ -${oldRow},${olds} +${newRow},${news} @@`, ...hunk.map((edit) => edit.mark + edit.line));
    oldRow += olds;
    newRow += news;
    at = start + hunk.length;
  }
  return `${out.join("\n")}\n`;
}

function editsOf(before: readonly string[], after: readonly string[]): readonly Edit[] {
  let start = 0;
  while (start < Math.min(before.length, after.length) && before[start] === after[start]) start++;
  let end = 0;
  const room = Math.min(before.length, after.length) - start;
  while (end < room && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  const kept = (line: string): Edit => ({ mark: " ", line });
  return [
    ...before.slice(0, start).map(kept),
    ...middle(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map(kept),
  ];
}

/** Longest common subsequence, from its table of lengths. */
function middle(a: readonly string[], b: readonly string[]): readonly Edit[] {
  const removed = (line: string): Edit => ({ mark: "-", line });
  const added = (line: string): Edit => ({ mark: "+", line });
  if (a.length * b.length > MAX_CELLS) return [...a.map(removed), ...b.map(added)];
  const width = b.length + 1;
  const common = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] as number;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--)
      common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  const out: Edit[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      out.push({ mark: " ", line: a[i] as string });
      i++;
      j++;
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1)))
      out.push(removed(a[i++] as string));
    else out.push(added(b[j++] as string));
  }
  return out;
}
