/** One element of a Go time layout, or text between elements. */
export type LayoutPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "std"; readonly std: Std; readonly text: string }
  /** `.000` or `.999` (`,` too): digits of a second. */
  | { readonly kind: "fraction"; readonly digits: number; readonly trim: boolean; readonly text: string };

export type Std = (typeof STANDARD)[number];

/** Longer elements first where one starts like another. */
const STANDARD = [
  "January",
  "Jan",
  "Monday",
  "Mon",
  "MST",
  "2006",
  "002",
  "01",
  "02",
  "03",
  "04",
  "05",
  "06",
  "15",
  "__2",
  "_2",
  "PM",
  "pm",
  "-07:00:00",
  "-07:00",
  "-070000",
  "-0700",
  "-07",
  "Z07:00:00",
  "Z07:00",
  "Z070000",
  "Z0700",
  "Z07",
  "1",
  "2",
  "3",
  "4",
  "5",
] as const;

/**
 * Splits a layout of Go's package `time` into its elements.
 *
 * @source https://pkg.go.dev/time#pkg-constants
 */
export function parseLayout(layout: string): readonly LayoutPart[] {
  const parts: LayoutPart[] = [];
  let text = "";
  for (let at = 0; at < layout.length; ) {
    const part = elementAt(layout, at);
    if (part === undefined) {
      text += layout[at];
      at++;
      continue;
    }
    if (text !== "") parts.push({ kind: "text", text });
    text = "";
    parts.push(part);
    at += part.text.length;
  }
  if (text !== "") parts.push({ kind: "text", text });
  return parts;
}

function elementAt(layout: string, at: number): LayoutPart | undefined {
  const fraction = /^[.,](0+|9+)(?!\d)/.exec(layout.slice(at, at + 40));
  if (fraction !== null) {
    const digits = fraction[1]!;
    return { kind: "fraction", digits: digits.length, trim: digits[0] === "9", text: fraction[0] };
  }
  // `_2006` is an underscore before a year, not a day.
  if (layout.startsWith("_2006", at)) return undefined;
  for (const std of STANDARD) {
    if (!layout.startsWith(std, at)) continue;
    // `January` and `Mon` only when no lower-case letter follows: `Mont` is text.
    if ((std === "Jan" || std === "Mon") && /[a-z]/.test(layout[at + 3] ?? "")) continue;
    return { kind: "std", std, text: std };
  }
  return undefined;
}

/** Layouts that may be given by name. */
export const NAMED_LAYOUTS: ReadonlyMap<string, string> = new Map([
  ["ANSIC", "Mon Jan _2 15:04:05 2006"],
  ["UnixDate", "Mon Jan _2 15:04:05 MST 2006"],
  ["RubyDate", "Mon Jan 02 15:04:05 -0700 2006"],
  ["RFC822", "02 Jan 06 15:04 MST"],
  ["RFC822Z", "02 Jan 06 15:04 -0700"],
  ["RFC850", "Monday, 02-Jan-06 15:04:05 MST"],
  ["RFC1123", "Mon, 02 Jan 2006 15:04:05 MST"],
  ["RFC1123Z", "Mon, 02 Jan 2006 15:04:05 -0700"],
  ["RFC3339", "2006-01-02T15:04:05Z07:00"],
  ["RFC3339Nano", "2006-01-02T15:04:05.999999999Z07:00"],
]);

export const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

export const WEEKDAYS = [
  "Sunday",
  "Monday",
  "Tuesday",
  "Wednesday",
  "Thursday",
  "Friday",
  "Saturday",
] as const;
