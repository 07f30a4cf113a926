/** A table in box-drawing characters: headings in the middle, cells left or (`numeric`) right. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numeric = false,
): string {
  const all = head.length > 0 ? [head, ...rows] : rows;
  const columns = Math.max(0, ...all.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) =>
    Math.max(...all.map((row) => width(row[i] ?? ""))),
  );
  const rule = (left: string, middle: string, right: string): string =>
    `${left}${widths.map((w) => "─".repeat(w + 2)).join(middle)}${right}`;
  const line = (cells: readonly string[], place: (text: string, room: number, i: number) => string): string =>
    `│${widths.map((w, i) => ` ${place(cells[i] ?? "", w - width(cells[i] ?? ""), i)} `).join("│")}│`;
  const centred = (text: string, room: number): string =>
    `${" ".repeat(Math.floor(room / 2))}${text}${" ".repeat(Math.ceil(room / 2))}`;
  const cell = (text: string, room: number, i: number): string =>
    numeric && i > 0 ? " ".repeat(room) + text : text + " ".repeat(room);
  return [
    rule("┌", "┬", "┐"),
    ...(head.length > 0 ? [line(head, centred), rule("├", "┼", "┤")] : []),
    ...rows.map((row) => line(row, cell)),
    rule("└", "┴", "┘"),
    "",
  ].join("\n");
}

function width(text: string): number {
  return [...text].length;
}
