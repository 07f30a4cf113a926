import { quoteGo } from "../values/index.ts";
import { daysInMonth, secondsFromParts } from "./civil-time.ts";
import { type LayoutPart, MONTHS, parseLayout, type Std, WEEKDAYS } from "./go-layout.ts";
import type { Moment } from "./go-time-format.ts";
import { fault } from "./operands.ts";
import { fixedZone, UTC, type Zone } from "./time-zones.ts";

/** What has been read so far; -1 where nothing was. */
interface Fields {
  year: number;
  month: number;
  day: number;
  yearDay: number;
  hour: number;
  minute: number;
  second: number;
  nanos: number;
  pm: boolean;
  am: boolean;
  offset: number | undefined;
  zoneName: string;
  utc: boolean;
}

/**
 * Reads a text in a layout, as Go's `time.Parse` with UTC as local zone.
 *
 * @throws Fault with Go's message, ``parsing time "x" as "2006": cannot parse "x" as "2006"``
 */
export function parseMoment(layout: string, value: string): Moment {
  return new TimeReader(layout, value).read();
}

/** Thrown when an element does not fit; the reader words the error. */
class Misfit {
  readonly outOfRange: string | undefined;

  constructor(outOfRange?: string) {
    this.outOfRange = outOfRange;
  }
}

class TimeReader {
  readonly #layout: string;
  readonly #value: string;
  #rest: string;
  readonly #fields: Fields = {
    year: 0,
    month: -1,
    day: -1,
    yearDay: -1,
    hour: 0,
    minute: 0,
    second: 0,
    nanos: 0,
    pm: false,
    am: false,
    offset: undefined,
    zoneName: "",
    utc: false,
  };

  constructor(layout: string, value: string) {
    this.#layout = layout;
    this.#value = value;
    this.#rest = value;
  }

  read(): Moment {
    const parts = parseLayout(this.#layout);
    for (const [i, part] of parts.entries()) {
      const held = this.#rest;
      try {
        this.#part(part, parts[i + 1]);
      } catch (thrown) {
        if (!(thrown instanceof Misfit)) throw thrown;
        if (thrown.outOfRange !== undefined) throw this.#problem(`: ${thrown.outOfRange} out of range`);
        throw this.#problem(`: cannot parse ${quoteGo(this.#shown(part, held))} as ${quoteGo(part.text)}`);
      }
    }
    if (this.#rest !== "") throw this.#problem(`: extra text: ${quoteGo(this.#rest)}`);
    return this.#moment();
  }

  /** For plain text Go shows what is left where the texts part, for elements what was left before. */
  #shown(part: LayoutPart, held: string): string {
    return part.kind === "text" ? this.#rest : held;
  }

  #problem(detail: string) {
    const prefix = detail.startsWith(": cannot") ? ` as ${quoteGo(this.#layout)}` : "";
    return fault(`parsing time ${quoteGo(this.#value)}${prefix}${detail}`);
  }

  #part(part: LayoutPart, next: LayoutPart | undefined): void {
    if (part.kind === "text") this.#text(part.text);
    else if (part.kind === "fraction") this.#fraction(part.digits, part.trim, part.text);
    else this.#standard(part.std, next);
  }

  /** A run of spaces in the layout takes any number of them. */
  #text(text: string): void {
    for (let i = 0; i < text.length; ) {
      if (text[i] === " ") {
        if (this.#rest !== "" && this.#rest[0] !== " ") throw new Misfit();
        while (text[i] === " ") i++;
        this.#rest = this.#rest.replace(/^ +/, "");
        continue;
      }
      if (this.#rest[0] !== text[i]) throw new Misfit();
      this.#rest = this.#rest.slice(1);
      i++;
    }
  }

  #fraction(digits: number, trim: boolean, text: string): void {
    if (trim) {
      const match = /^[.,]\d+/.exec(this.#rest);
      // `.999` may be missing altogether.
      if (match !== null) this.#takeFraction(match[0]);
      return;
    }
    const part = this.#rest.slice(0, digits + 1);
    if (part.length < text.length || !/^[.,]\d+$/.test(part)) throw new Misfit();
    this.#takeFraction(part);
  }

  #takeFraction(part: string): void {
    this.#fields.nanos = Number(part.slice(1, 10).padEnd(9, "0"));
    this.#rest = this.#rest.slice(part.length);
  }

  #standard(std: Std, next: LayoutPart | undefined): void {
    const fields = this.#fields;
    switch (std) {
      case "2006":
        fields.year = this.#number(/^\d{4}/);
        return;
      case "06": {
        const year = this.#number(/^\d\d/);
        fields.year = year >= 69 ? 1900 + year : 2000 + year;
        return;
      }
      case "January":
        fields.month = this.#name(MONTHS) + 1;
        return;
      case "Jan":
        fields.month = this.#name(MONTHS.map((name) => name.slice(0, 3))) + 1;
        return;
      case "01":
      case "1":
        fields.month = this.#ranged(std === "01", 1, 12, "month");
        return;
      case "Monday":
        this.#name(WEEKDAYS);
        return;
      case "Mon":
        this.#name(WEEKDAYS.map((name) => name.slice(0, 3)));
        return;
      case "02":
      case "_2":
      case "2":
        if (std === "_2") this.#rest = this.#rest.replace(/^ /, "");
        // Whether the day exists is decided when the month is known.
        fields.day = this.#digits(std === "02");
        return;
      case "002":
      case "__2":
        if (std === "__2") this.#rest = this.#rest.replace(/^ {1,2}/, "");
        fields.yearDay = this.#number(std === "002" ? /^\d{3}/ : /^\d{1,3}/);
        return;
      case "15":
        fields.hour = this.#ranged(false, 0, 23, "hour");
        return;
      case "03":
      case "3":
        fields.hour = this.#ranged(std === "03", 0, 12, "hour");
        return;
      case "04":
      case "4":
        fields.minute = this.#ranged(std === "04", 0, 59, "minute");
        return;
      case "05":
      case "5":
        fields.second = this.#ranged(std === "05", 0, 59, "second");
        this.#looseFraction(next);
        return;
      case "PM":
      case "pm": {
        const half = this.#rest.slice(0, 2);
        const [am, pm] = std === "PM" ? ["AM", "PM"] : ["am", "pm"];
        if (half !== am && half !== pm) throw new Misfit();
        fields.pm = half === pm;
        fields.am = half === am;
        this.#rest = this.#rest.slice(2);
        return;
      }
      case "MST":
        this.#zoneName();
        return;
      default:
        this.#zoneOffset(std);
    }
  }

  /** A fraction after seconds is accepted though the layout has none. */
  #looseFraction(next: LayoutPart | undefined): void {
    const match = /^[.,]\d+/.exec(this.#rest);
    if (match !== null && next?.kind !== "fraction") this.#takeFraction(match[0]);
  }

  #number(pattern: RegExp): number {
    const match = pattern.exec(this.#rest);
    if (match === null) throw new Misfit();
    this.#rest = this.#rest.slice(match[0].length);
    return Number(match[0]);
  }

  #digits(two: boolean): number {
    return this.#number(two ? /^\d\d/ : /^\d\d?/);
  }

  #ranged(two: boolean, low: number, high: number, name: string): number {
    const value = this.#digits(two);
    if (value < low || value > high) throw new Misfit(name);
    return value;
  }

  #name(names: readonly string[]): number {
    const rest = this.#rest.toLowerCase();
    const index = names.findIndex((name) => rest.startsWith(name.toLowerCase()));
    if (index < 0) throw new Misfit();
    this.#rest = this.#rest.slice(names[index]!.length);
    return index;
  }

  #zoneName(): void {
    const fields = this.#fields;
    if (this.#rest.startsWith("UTC")) {
      fields.utc = true;
      this.#rest = this.#rest.slice(3);
      return;
    }
    const name =
      /^(?:ChST|MeST)/.exec(this.#rest)?.[0] ??
      /^GMT(?:[+-]\d{1,2})?/.exec(this.#rest)?.[0] ??
      /^[+-]\d\d(?!\d)/.exec(this.#rest)?.[0] ??
      zoneLetters(this.#rest);
    if (name === undefined) throw new Misfit();
    fields.zoneName = name;
    this.#rest = this.#rest.slice(name.length);
  }

  #zoneOffset(std: Std): void {
    if (std.startsWith("Z") && this.#rest.startsWith("Z")) {
      this.#fields.utc = true;
      this.#rest = this.#rest.slice(1);
      return;
    }
    const colon = std.includes(":") ? ":" : "";
    const places = std.replace(/[^0-9]/g, "").length;
    const pattern = `^([+-])(\\d\\d)${places >= 4 ? `${colon}(\\d\\d)` : ""}${places >= 6 ? `${colon}(\\d\\d)` : ""}`;
    const match = new RegExp(pattern).exec(this.#rest);
    if (match === null) throw new Misfit();
    const [hour, minute, second] = [match[2], match[3], match[4]].map((digits) => Number(digits ?? "0"));
    if (hour! > 24) throw new Misfit("time zone offset hour");
    if (minute! > 60) throw new Misfit("time zone offset minute");
    if (second! > 60) throw new Misfit("time zone offset second");
    const size = hour! * 3600 + minute! * 60 + second!;
    this.#fields.offset = match[1] === "-" ? -size : size;
    this.#rest = this.#rest.slice(match[0].length);
  }

  #moment(): Moment {
    const fields = this.#fields;
    if (fields.pm && fields.hour < 12) fields.hour += 12;
    else if (fields.am && fields.hour === 12) fields.hour = 0;
    const [month, day] = this.#date();
    const local = secondsFromParts(fields.year, month, day, fields.hour, fields.minute, fields.second);
    const zone = this.#zone();
    return { seconds: local - zone.offsetAt(local), nanos: fields.nanos, zone };
  }

  #date(): readonly [month: number, day: number] {
    const { year, yearDay } = this.#fields;
    let { month, day } = this.#fields;
    if (yearDay >= 0) {
      const leap = daysInMonth(year, 2) === 29;
      if (yearDay < 1 || yearDay > (leap ? 366 : 365)) throw this.#problem(": day-of-year out of range");
      let rest = yearDay;
      let of = 1;
      while (rest > daysInMonth(year, of)) rest -= daysInMonth(year, of++);
      if (month >= 0 && month !== of) throw this.#problem(": day-of-year does not match month");
      if (day >= 0 && day !== rest) throw this.#problem(": day-of-year does not match day");
      month = of;
      day = rest;
    }
    if (month < 0) month = 1;
    if (day < 0) day = 1;
    if (day < 1 || day > daysInMonth(year, month)) throw this.#problem(": day out of range");
    return [month, day];
  }

  /** A name without an offset says nothing of the moment, not even `GMT+3` does. */
  #zone(): Zone {
    const { offset, zoneName, utc } = this.#fields;
    return utc || offset === undefined ? UTC : fixedZone(offset, zoneName);
  }
}

/** Three letters, four when the last is T, five as in `WITAT` when they end in ST or so. */
function zoneLetters(text: string): string | undefined {
  const letters = /^[A-Z]{0,6}/.exec(text)?.[0] ?? "";
  switch (letters.length) {
    case 5:
      return letters.endsWith("T") ? letters : undefined;
    case 4:
      return letters.endsWith("T") || letters === "WITA" ? letters : undefined;
    case 3:
      return letters;
    default:
      return undefined;
  }
}
