import { type Civil, civilFromSeconds } from "./civil-time.ts";
import { type LayoutPart, MONTHS, type Std, WEEKDAYS } from "./go-layout.ts";
import type { Zone } from "./time-zones.ts";

/** A moment in a zone. */
export interface Moment {
  /** Whole seconds since 1970. */
  readonly seconds: number;
  /** 0 to 999,999,999. */
  readonly nanos: number;
  readonly zone: Zone;
}

export function localCivil(moment: Moment): Civil {
  return civilFromSeconds(moment.seconds + moment.zone.offsetAt(moment.seconds));
}

/** Text of a moment in a layout, as Go's `Time.Format`. */
export function formatMoment(moment: Moment, layout: readonly LayoutPart[]): string {
  const offset = moment.zone.offsetAt(moment.seconds);
  const civil = civilFromSeconds(moment.seconds + offset);
  let out = "";
  for (const part of layout) {
    if (part.kind === "text") out += part.text;
    else if (part.kind === "fraction") out += fraction(moment.nanos, part.digits, part.trim, part.text[0]!);
    else out += standard(part.std, civil, offset, moment);
  }
  return out;
}

function fraction(nanos: number, digits: number, trim: boolean, point: string): string {
  const all = nanos.toString().padStart(9, "0").slice(0, digits).padEnd(digits, "0");
  const shown = trim ? all.replace(/0+$/, "") : all;
  return shown === "" ? "" : point + shown;
}

function standard(std: Std, civil: Civil, offset: number, moment: Moment): string {
  switch (std) {
    case "January":
      return MONTHS[civil.month - 1]!;
    case "Jan":
      return MONTHS[civil.month - 1]!.slice(0, 3);
    case "Monday":
      return WEEKDAYS[civil.weekday]!;
    case "Mon":
      return WEEKDAYS[civil.weekday]!.slice(0, 3);
    case "MST":
      return zoneName(moment.zone.abbreviation(offset), offset);
    case "2006":
      return pad(civil.year, 4);
    case "06":
      return pad(((civil.year % 100) + 100) % 100, 2);
    case "01":
      return pad(civil.month, 2);
    case "1":
      return civil.month.toString();
    case "02":
      return pad(civil.day, 2);
    case "_2":
      return civil.day.toString().padStart(2, " ");
    case "2":
      return civil.day.toString();
    case "002":
      return pad(civil.yearDay, 3);
    case "__2":
      return civil.yearDay.toString().padStart(3, " ");
    case "15":
      return pad(civil.hour, 2);
    case "03":
      return pad(civil.hour % 12 || 12, 2);
    case "3":
      return (civil.hour % 12 || 12).toString();
    case "04":
      return pad(civil.minute, 2);
    case "4":
      return civil.minute.toString();
    case "05":
      return pad(civil.second, 2);
    case "5":
      return civil.second.toString();
    case "PM":
      return civil.hour >= 12 ? "PM" : "AM";
    case "pm":
      return civil.hour >= 12 ? "pm" : "am";
    default:
      return zoneOffset(std, offset);
  }
}

/** Zones without a name print as an offset. */
function zoneName(name: string, offset: number): string {
  return name === "" ? zoneOffset(offset % 3600 === 0 ? "-07" : "-0700", offset) : name;
}

function zoneOffset(std: string, offset: number): string {
  if (std.startsWith("Z") && offset === 0) return "Z";
  const size = Math.abs(offset);
  const colon = std.includes(":") ? ":" : "";
  const places = std.replace(/[^0-9]/g, "").length;
  let out = (offset < 0 ? "-" : "+") + pad(Math.floor(size / 3600), 2);
  if (places >= 4) out += colon + pad(Math.floor(size / 60) % 60, 2);
  if (places >= 6) out += colon + pad(size % 60, 2);
  return out;
}

function pad(value: number, width: number): string {
  const digits = Math.abs(value).toString().padStart(width, "0");
  return value < 0 ? `-${digits}` : digits;
}
