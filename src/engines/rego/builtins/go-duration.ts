import { doubleText, quoteGo } from "../values/index.ts";
import { fault } from "./operands.ts";

const UNITS: ReadonlyMap<string, bigint> = new Map([
  ["ns", 1n],
  ["us", 1_000n],
  ["µs", 1_000n],
  ["μs", 1_000n],
  ["ms", 1_000_000n],
  ["s", 1_000_000_000n],
  ["m", 60_000_000_000n],
  ["h", 3_600_000_000_000n],
]);

const LONG_UNITS: ReadonlyMap<string, number> = new Map([
  ["d", 24],
  ["w", 7 * 24],
  ["y", 365 * 24],
]);

const INT64 = 2n ** 63n;

/**
 * Nanoseconds of a duration such as `1h30m`, `-1.5s` or, as OPA adds, `2w3d`.
 *
 * @throws Fault with the message of Go's `time.ParseDuration`
 */
export function parseDuration(text: string): bigint {
  if (text === "") throw fault('time: invalid duration ""');
  if (!/[dwy]/.test(text)) return parseGoDuration(text, text);
  const match = /^([-+]?)((?:[0-9.]+(?:ms|us|µs|ns|[a-z]))+)$/.exec(text);
  if (match === null) throw fault(`time: invalid duration ${quoteGo(text)}`);
  const rewritten = match[2]!.replace(
    /([0-9.]+)(ms|us|µs|ns|[a-z])/g,
    (segment, digits: string, unit: string) => {
      const hours = LONG_UNITS.get(unit);
      if (hours === undefined) return segment;
      const value = /^(?:\d+\.?\d*|\.\d+)$/.test(digits) ? Number(digits) : Number.NaN;
      if (!Number.isFinite(value)) throw fault(`time: invalid duration ${quoteGo(text)}`);
      return `${doubleText(value * hours, "f", -1)}h`;
    },
  );
  return parseGoDuration(match[1]! + rewritten, text);
}

/** `shown` is the text that errors quote. */
function parseGoDuration(text: string, shown: string): bigint {
  const invalid = () => fault(`time: invalid duration ${quoteGo(shown)}`);
  const sign = /^[-+]/.exec(text)?.[0] ?? "";
  let rest = text.slice(sign.length);
  if (rest === "0") return 0n;
  if (rest === "") throw invalid();
  let total = 0n;
  while (rest !== "") {
    const amount = /^(\d*)(?:\.(\d*))?/.exec(rest)!;
    const [whole = "", fraction = ""] = [amount[1], amount[2]];
    if (whole === "" && fraction === "") throw invalid();
    if (BigInt(whole || "0") > INT64) throw invalid();
    rest = rest.slice(amount[0].length);
    const unit = /^[^0-9.]*/.exec(rest)![0];
    if (unit === "") throw fault(`time: missing unit in duration ${quoteGo(shown)}`);
    const size = UNITS.get(unit);
    if (size === undefined) throw fault(`time: unknown unit ${quoteGo(unit)} in duration ${quoteGo(shown)}`);
    rest = rest.slice(unit.length);
    total += BigInt(whole || "0") * size + (BigInt(fraction || "0") * size) / 10n ** BigInt(fraction.length);
    if (total > INT64) throw invalid();
  }
  if (sign === "-") return -total;
  if (total > INT64 - 1n) throw invalid();
  return total;
}
