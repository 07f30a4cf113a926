import { isArray, isNumber, num, type Value } from "../values/index.ts";
import { cacheOf } from "./bounded-cache.ts";
import type { BuiltinContext } from "./builtin.ts";
import { daysInMonth, secondsFromParts } from "./civil-time.ts";
import { define } from "./define.ts";
import { parseDuration } from "./go-duration.ts";
import { type LayoutPart, NAMED_LAYOUTS, parseLayout, WEEKDAYS } from "./go-layout.ts";
import { formatMoment, localCivil, type Moment } from "./go-time-format.ts";
import { parseMoment } from "./go-time-parse.ts";
import { fault, intAt, stringAt, typeFault } from "./operands.ts";
import { findZone, fromLocal, UTC, type Zone } from "./time-zones.ts";

const WHEN = "any<number, array<number, string>>";

export const times = [
  define(
    "time.now_ns() now: number",
    "time",
    "Nanoseconds since 1970 at the start of the evaluation; undefined when the host gave no time.",
    (ctx) => {
      const now = ctx.nowNs();
      return now === undefined ? undefined : num.fromBigInt(now);
    },
    { nondeterministic: true },
  ),
  define(
    "time.parse_ns(layout: string, value: string) ns: number",
    "time",
    "Nanoseconds since 1970 of a text in a layout of Go's package `time`.",
    (_, args) => {
      const layout = stringAt(args, 0);
      return toNanos(parseMoment(NAMED_LAYOUTS.get(layout) ?? layout, stringAt(args, 1)));
    },
  ),
  define(
    "time.parse_rfc3339_ns(value: string) ns: number",
    "time",
    "Nanoseconds since 1970 of a text such as `2006-01-02T15:04:05Z`.",
    (_, args) => toNanos(parseMoment(NAMED_LAYOUTS.get("RFC3339")!, stringAt(args, 0))),
  ),
  define(
    "time.parse_duration_ns(duration: string) ns: number",
    "time",
    "Nanoseconds of a duration such as `1h30m`; `d`, `w` and `y` are known too.",
    (_, args) => num.fromBigInt(parseDuration(stringAt(args, 0))),
  ),
  define(
    "time.format(x: any<number, array<number, string>, array<number, string, string>>) formatted timestamp: string",
    "time",
    "Text of a time, given as nanoseconds or with zone and layout.",
    (ctx, args) => {
      const { moment, layout } = momentAt(args[0]!);
      const known = NAMED_LAYOUTS.get(layout === "" ? "RFC3339Nano" : layout) ?? layout;
      const parts = cacheOf<readonly LayoutPart[]>(ctx.constants, "layout").get(known, parseLayout);
      return formatMoment(moment, parts);
    },
  ),
  define(
    `time.date(x: ${WHEN}) date: array<number, number, number>`,
    "time",
    "Year, month and day of a time.",
    (_, args) => {
      const { year, month, day } = localCivil(momentAt(args[0]!).moment);
      return [year, month, day];
    },
  ),
  define(
    `time.clock(x: ${WHEN}) output: array<number, number, number>`,
    "time",
    "Hour, minute and second of a time.",
    (_, args) => {
      const { hour, minute, second } = localCivil(momentAt(args[0]!).moment);
      return [hour, minute, second];
    },
  ),
  define(
    `time.weekday(x: ${WHEN}) day: string`,
    "time",
    "The day of the week, from `Monday` to `Sunday`.",
    (_, args) => WEEKDAYS[localCivil(momentAt(args[0]!).moment).weekday]!,
  ),
  define(
    "time.add_date(ns: number, years: number, months: number, days: number) output: number",
    "time",
    "The time so many years, months and days later.",
    addDate,
  ),
  define(
    `time.diff(ns1: ${WHEN}, ns2: ${WHEN}) output: array<number, number, number, number, number, number>`,
    "time",
    "Years, months, days, hours, minutes and seconds between two times.",
    diff,
  ),
];

const INT64 = 2n ** 63n;
const SECOND = 1_000_000_000n;

function toNanos(moment: Moment): Value {
  const nanos = Number.isSafeInteger(moment.seconds)
    ? BigInt(moment.seconds) * SECOND + BigInt(moment.nanos)
    : INT64;
  if (nanos < -INT64 || nanos >= INT64) throw fault("time outside of valid range");
  return num.fromBigInt(nanos);
}

/** Nanoseconds, or an array of nanoseconds, zone and layout. */
function momentAt(value: Value): { readonly moment: Moment; readonly layout: string } {
  if (isNumber(value)) return { moment: fromNanos(value, UTC), layout: "" };
  if (!isArray(value) || value.length === 0)
    throw typeFault(1, value, "either number (ns) or [number (ns), string (tz)]");
  const [nanos, zoneName = "", layout = ""] = value;
  if (!isNumber(nanos)) throw typeFault(1, nanos!, "number");
  if (typeof zoneName !== "string") throw typeFault(1, zoneName, "string");
  const zone = zoneAt(zoneName);
  if (typeof layout !== "string") throw typeFault(1, layout, "string");
  return { moment: fromNanos(nanos, zone), layout };
}

/** `Local` is UTC: a policy's answer must not depend on where it runs. */
function zoneAt(name: string): Zone {
  if (name === "" || name === "UTC" || name === "Local") return UTC;
  const zone = findZone(name);
  if (zone !== undefined) return zone;
  if (name.includes("..") || name.startsWith("/") || name.includes("\\"))
    throw fault("time: invalid location name");
  throw fault(`unknown time zone ${name}`);
}

function fromNanos(value: num.Numeric, zone: Zone): Moment {
  // Go goes through a 64-bit float: only what that holds exactly is a time.
  const integer = num.toBigInt(value);
  if (integer === undefined || integer < -INT64 || integer >= INT64) throw fault("timestamp too big");
  const seconds = integer / SECOND - (integer % SECOND < 0n ? 1n : 0n);
  return { seconds: Number(seconds), nanos: Number(integer - seconds * SECOND), zone };
}

function addDate(_: BuiltinContext, args: readonly Value[]): Value {
  const { moment } = momentAt(args[0]!);
  const [years, months, days] = [intAt(args, 1), intAt(args, 2), intAt(args, 3)];
  const civil = localCivil(moment);
  const local = secondsFromParts(
    civil.year + years,
    civil.month + months,
    civil.day + days,
    civil.hour,
    civil.minute,
    civil.second,
  );
  // Far outside of the range the zone does not matter, and must not be asked.
  if (!Number.isSafeInteger(local) || Math.abs(local) > 1e11) throw fault("time outside of valid range");
  return toNanos({ ...moment, seconds: fromLocal(moment.zone, local) });
}

function diff(_: BuiltinContext, args: readonly Value[]): Value {
  const a = momentAt(args[0]!).moment;
  const b: Moment = { ...momentAt(args[1]!).moment, zone: a.zone };
  const later = a.seconds > b.seconds || (a.seconds === b.seconds && a.nanos > b.nanos);
  const [from, to] = later ? [localCivil(b), localCivil(a)] : [localCivil(a), localCivil(b)];
  let year = to.year - from.year;
  let month = to.month - from.month;
  let day = to.day - from.day;
  let hour = to.hour - from.hour;
  let minute = to.minute - from.minute;
  let second = to.second - from.second;
  if (second < 0) {
    second += 60;
    minute--;
  }
  if (minute < 0) {
    minute += 60;
    hour--;
  }
  if (hour < 0) {
    hour += 24;
    day--;
  }
  if (day < 0) {
    day += daysInMonth(from.year, from.month);
    month--;
  }
  if (month < 0) {
    month += 12;
    year--;
  }
  return [year, month, day, hour, minute, second];
}
