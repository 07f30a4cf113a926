import { runtimeError } from "../errors.ts";
import { bytesOf, textOf } from "../values/bytes.ts";
import { normalInt } from "../values/integers.ts";
import type { Value } from "../values/value.ts";
import { Float, isInt, Namespace, UNDEFINED } from "../values/value.ts";
import type { StandardImport } from "./define.ts";
import { define, functions, namespace, wrongArgument } from "./define.ts";

const NS = 1_000_000_000n;
const MONTHS = [
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
];
const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const SHOWN = [
  "day",
  "hour",
  "minute",
  "month",
  "month_name",
  "second",
  "unix",
  "unix_nano",
  "weekday",
  "weekday_name",
  "year",
  "zone",
  "zone_string",
];

/** An instant and the offset from UTC in which its parts are read. */
interface Moment {
  readonly ns: bigint;
  readonly offsetSeconds: number;
  /** `UTC`, or the name of the configured zone, or `±hh:mm`. */
  readonly zone: string;
}

const moments = new WeakMap<Namespace, Moment>();

export const timeImport: StandardImport = ({ nowNs, config }) => {
  const zone = typeof config["timezone"] === "string" ? config["timezone"] : null;
  const inZone = (ns: bigint, offsetSeconds: number): Namespace =>
    timespace(
      zone === null
        ? { ns, offsetSeconds, zone: offsetName(offsetSeconds) }
        : { ns, offsetSeconds: offsetOf(zone, ns), zone },
    );
  return namespace("time", {
    now: nowNs === null ? UNDEFINED : inZone(nowNs, 0),
    ...functions(
      define("load", 1, 1, ([value]) => {
        if (value instanceof Namespace && moments.has(value)) {
          return value;
        }
        const read = timeish(value as Value);
        return inZone(read.ns, read.offsetSeconds);
      }),
    ),
    nanosecond: 1,
    microsecond: 1000,
    millisecond: 1_000_000,
    second: 1_000_000_000,
    minute: 60_000_000_000,
    hour: 3_600_000_000_000,
  });
};

function timespace(moment: Moment): Namespace {
  const { ns, offsetSeconds, zone } = moment;
  const seconds = floorDiv(ns, NS);
  const local = new Date((Number(seconds) + offsetSeconds) * 1000);
  const members: Readonly<Record<string, Value>> = {
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
    second: local.getUTCSeconds(),
    day: local.getUTCDate(),
    month: local.getUTCMonth() + 1,
    month_name: MONTHS[local.getUTCMonth()] ?? "",
    weekday: local.getUTCDay(),
    weekday_name: DAYS[local.getUTCDay()] ?? "",
    year: local.getUTCFullYear(),
    unix: normalInt(seconds),
    unix_nano: normalInt(ns),
    zone: offsetSeconds,
    zone_string: bytesOf(zone),
    ...functions(
      define("before", 1, 1, ([other]) => ns < momentOf(other as Value).ns),
      define("after", 1, 1, ([other]) => ns > momentOf(other as Value).ns),
      define("equal", 1, 1, ([other]) => ns === momentOf(other as Value).ns),
      define("add", 1, 1, ([duration]) => timespace({ ...moment, ns: ns + durationNs(duration as Value) })),
      define("sub", 1, 1, ([other]) => normalInt(ns - momentOf(other as Value).ns)),
    ),
  };
  const space = new Namespace(
    "time",
    (name) => (Object.hasOwn(members, name) ? members[name] : undefined),
    SHOWN,
  );
  moments.set(space, moment);
  return space;
}

function momentOf(value: Value): { readonly ns: bigint } {
  const known = value instanceof Namespace ? moments.get(value) : undefined;
  return known ?? timeish(value);
}

function durationNs(value: Value): bigint {
  if (isInt(value)) {
    return BigInt(value);
  }
  if (value instanceof Float && Number.isFinite(value.value)) {
    return BigInt(Math.trunc(value.value));
  }
  throw wrongArgument("add", 0, "a duration in nanoseconds", value);
}

const RFC3339 = /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2})$/;
/** Years 0001 to 9999, outside of which dates have no RFC 3339 form. */
const FIRST_SECOND = -62_135_596_800;
const LAST_SECOND = 253_402_300_799;

/** Seconds since 1970, or an RFC 3339 string. */
function timeish(value: Value): { readonly ns: bigint; readonly offsetSeconds: number } {
  if (isInt(value) || value instanceof Float) {
    const seconds = value instanceof Float ? value.value : Number(value);
    if (!(seconds >= FIRST_SECOND && seconds <= LAST_SECOND)) {
      throw runtimeError("a time lies outside of the years 1 to 9999");
    }
    return {
      ns: value instanceof Float ? BigInt(Math.round(seconds * 1000)) * 1_000_000n : BigInt(value) * NS,
      offsetSeconds: 0,
    };
  }
  if (typeof value !== "string") {
    throw wrongArgument("time.load", 0, "seconds since 1970 or an RFC 3339 string", value);
  }
  const match = RFC3339.exec(value);
  const ms = match === null ? Number.NaN : Date.parse(`${match[1]}T${match[2]}Z`);
  if (match === null || Number.isNaN(ms)) {
    throw runtimeError(`\`${textOf(value)}\` is not an RFC 3339 time`);
  }
  const offsetSeconds = parseOffset(match[4] as string);
  const fraction = BigInt((match[3] ?? "").padEnd(9, "0"));
  return { ns: BigInt(ms) * 1_000_000n + fraction - BigInt(offsetSeconds) * NS, offsetSeconds };
}

function parseOffset(text: string): number {
  if (text.length === 1) {
    return 0;
  }
  const seconds = Number(text.slice(1, 3)) * 3600 + Number(text.slice(4, 6)) * 60;
  return text.startsWith("-") ? -seconds : seconds;
}

function offsetName(seconds: number): string {
  if (seconds === 0) {
    return "UTC";
  }
  const minutes = Math.abs(seconds) / 60;
  const two = (n: number): string => String(Math.floor(n)).padStart(2, "0");
  return `${seconds < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
}

/** Offset of a named zone at an instant, from the zone data of the JavaScript engine. */
function offsetOf(zone: string, ns: bigint): number {
  let parts: Intl.DateTimeFormatPart[];
  try {
    const format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    parts = format.formatToParts(new Date(Number(ns / 1_000_000n)));
  } catch {
    throw runtimeError(`the time zone \`${zone}\` is not known`);
  }
  const part = (type: string): number => Number(parts.find((p) => p.type === type)?.value ?? 0);
  const local = Date.UTC(
    part("year"),
    part("month") - 1,
    part("day"),
    part("hour"),
    part("minute"),
    part("second"),
  );
  return Math.round(local / 1000) - Number(floorDiv(ns, NS));
}

function floorDiv(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}
