/** ` Did you mean "a" or "b"?` for names close to the one typed; empty when there is none. */
export function didYouMean(prefix: string, typed: string, options: readonly string[], quote = true): string {
  const close = suggestions(typed, options);
  if (close.length === 0) return "";
  return ` ${prefix} ${orList(quote ? close.map((name) => `"${name}"`) : close)}?`;
}

export function suggestions(typed: string, options: readonly string[]): readonly string[] {
  const threshold = Math.max(Math.floor(typed.length * 0.4) + 1, 1);
  return options
    .map((option) => ({ option, distance: distance(typed, option) }))
    .filter((item) => item.distance <= threshold)
    .sort((a, b) => a.distance - b.distance)
    .map((item) => item.option);
}

export function orList(items: readonly string[]): string {
  const shown = items.slice(0, 5);
  if (shown.length === 2) return `${shown[0]} or ${shown[1]}`;
  if (shown.length < 2) return shown.join("");
  return `${shown.slice(0, -1).join(", ")}, or ${shown.at(-1)}`;
}

/** Edits from one name to the other; a change of case counts as one. */
function distance(a: string, b: string): number {
  if (a === b) return 0;
  const [x, y] = [a.toLowerCase(), b.toLowerCase()];
  if (x === y) return 1;
  let row = Array.from({ length: y.length + 1 }, (_, i) => i);
  for (let i = 1; i <= x.length; i++) {
    const next = [i];
    for (let j = 1; j <= y.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (x[i - 1] === y[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[y.length]!;
}
