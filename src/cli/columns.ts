import { displayWidth, padded } from "./output/display-width.ts";
import { prose } from "./output/neutral-text.ts";

/** Rows of cells as aligned lines, two spaces between columns, the first row as heading. Hostile text is made visible. */
export function columns(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [heading, ...rows].map((row) => row.map((cell) => prose(cell, 200)));
  const widths = heading.map((_, column) => Math.max(...cells.map((row) => displayWidth(row[column] ?? ""))));
  return cells
    .map((row) =>
      row
        .map((cell, column) => padded(cell, widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
