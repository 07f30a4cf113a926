import { civilFromSeconds, secondsFromParts } from "./civil-time.ts";
import { ZONE_NAMES } from "./zone-names.generated.ts";

/** A time zone: what to add to UTC at a moment, and what that is called. */
export interface Zone {
  readonly name: string;
  /** Seconds east of UTC at a moment in seconds since 1970. */
  offsetAt(seconds: number): number;
  abbreviation(offset: number): string;
}

export const UTC: Zone = { name: "UTC", offsetAt: () => 0, abbreviation: () => "UTC" };

/** A zone without rules, as parsed text may name one. */
export function fixedZone(offset: number, name: string): Zone {
  return { name, offsetAt: () => offset, abbreviation: () => name };
}

/** Zones of the IANA database by their exact names. */
export function findZone(name: string): Zone | undefined {
  const known = zones.get(name);
  if (known !== undefined) return known;
  const abbreviations = namesOf(name);
  if (abbreviations === undefined) return undefined;
  const zone = makeZone(name, abbreviations);
  // Bounded: only names of the table get here.
  zones.set(name, zone);
  return zone;
}

const zones = new Map<string, Zone>();

function namesOf(name: string): ReadonlyMap<number, string> | undefined {
  const row = ZONE_NAMES.find(([members]) => members.split(" ").includes(name));
  if (row === undefined) return undefined;
  return new Map(
    row[1].split(" ").map((pair) => {
      const [offset = "", abbreviation = ""] = pair.split("=");
      return [Number(offset), abbreviation] as const;
    }),
  );
}

function makeZone(name: string, abbreviations: ReadonlyMap<number, string>): Zone {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      hourCycle: "h23",
      era: "short",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch {
    // A zone that this platform does not know; its own names know one offset at least.
    return fixedZone([...abbreviations.keys()].at(-1) ?? 0, name);
  }
  const offsets = new Map<number, number>();
  return {
    name,
    offsetAt(seconds) {
      // Offsets change on whole quarters of an hour in UTC.
      const slot = Math.floor(seconds / 900);
      let offset = offsets.get(slot);
      if (offset === undefined) {
        offset = readOffset(format, slot * 900);
        if (offsets.size >= 4096) offsets.clear();
        offsets.set(slot, offset);
      }
      return offset;
    },
    abbreviation: (offset) => abbreviations.get(offset) ?? numericName(offset),
  };
}

function readOffset(format: Intl.DateTimeFormat, seconds: number): number {
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
  for (const { type, value } of format.formatToParts(seconds * 1000)) parts[type] = value;
  const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts[type] ?? 0);
  const local = secondsFromParts(
    part("year"),
    part("month"),
    part("day"),
    part("hour"),
    part("minute"),
    part("second"),
  );
  return local - seconds;
}

/** As the database names zones without letters: `+03`, `-0330`. */
function numericName(offset: number): string {
  const { hour, minute } = civilFromSeconds(Math.abs(offset));
  const two = (value: number): string => value.toString().padStart(2, "0");
  return `${offset < 0 ? "-" : "+"}${two(hour)}${minute === 0 ? "" : two(minute)}`;
}

/** The moment at which clocks of the zone show the given local time. */
export function fromLocal(zone: Zone, local: number): number {
  const guess = local - zone.offsetAt(local);
  const offset = zone.offsetAt(guess);
  return local - offset;
}
