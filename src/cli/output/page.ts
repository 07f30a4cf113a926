import { createColors } from "picocolors";
import { displayWidth, padded, wrapped } from "./display-width.ts";
import { withoutRunnerCommands } from "./neutral-text.ts";

export type Style = "plain" | "bold" | "dim" | "red" | "alarm" | "yellow" | "green" | "cyan";

/** Lines of a page for a terminal. Takes neutral text only; adds wrapping, indentation and, when asked, colour. */
export class Page {
  readonly width: number;
  readonly #lines: string[] = [];
  readonly #paint: Readonly<Record<Style, (text: string) => string>>;

  constructor(options: { readonly colour?: boolean; readonly width?: number }) {
    this.width = Math.min(200, Math.max(40, options.width ?? 80));
    const c = createColors(options.colour === true);
    this.#paint = {
      plain: (text) => text,
      bold: c.bold,
      dim: c.dim,
      red: c.red,
      alarm: (text) => c.bold(c.red(text)),
      yellow: c.yellow,
      green: c.green,
      cyan: c.cyan,
    };
  }

  /** One empty line; never two in a row. */
  gap(): void {
    if (this.#lines.length > 0 && this.#lines.at(-1) !== "") this.#lines.push("");
  }

  /** Wrapped text; the lines after the first are indented by `hang` more columns. */
  text(text: string, style: Style = "plain", indent = 0, hang = 0): void {
    this.labelled("", text, { indent, labelWidth: hang, style, bare: true });
  }

  /** A label column and wrapped text beside it. */
  labelled(
    label: string,
    text: string,
    at: {
      readonly indent: number;
      readonly labelWidth: number;
      readonly style?: Style;
      readonly labelStyle?: Style;
      readonly bare?: boolean;
    },
  ): void {
    const hang = " ".repeat(at.indent + at.labelWidth);
    const rows = wrapped(text, this.width - displayWidth(hang));
    rows.forEach((row, index) => {
      const painted = this.#paint[at.style ?? "plain"](row);
      const first = at.bare === true ? " ".repeat(at.indent) : this.#label(label, at);
      this.#line(`${index === 0 ? first : hang}${painted}`);
    });
  }

  #label(
    label: string,
    at: { readonly indent: number; readonly labelWidth: number; readonly labelStyle?: Style },
  ): string {
    const painted = this.#paint[at.labelStyle ?? "dim"](label);
    return `${" ".repeat(at.indent)}${painted}${padded(label, at.labelWidth).slice(label.length)}`;
  }

  /** A heading with a rule under it. */
  heading(text: string, style: Style = "bold"): void {
    this.gap();
    this.text(text, style);
    this.#line(this.#paint.dim("-".repeat(Math.min(this.width, displayWidth(text)))));
  }

  #line(line: string): void {
    this.#lines.push(withoutRunnerCommands(line.trimEnd()));
  }

  toString(): string {
    return `${this.#lines.join("\n").trimEnd()}\n`;
  }
}
