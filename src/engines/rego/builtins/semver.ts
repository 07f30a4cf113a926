import { quoteGo } from "../values/index.ts";
import { define } from "./define.ts";
import { fault, stringAt } from "./operands.ts";

export const semver = [
  define(
    "semver.compare(a: string, b: string) result: number",
    "semver",
    "-1, 0 or 1 as version `a` comes before, with or after `b`. Build metadata does not count.",
    (_, args) => {
      const texts = [stringAt(args, 0), stringAt(args, 1)] as const;
      const [a, b] = texts.map(parse);
      if (a === undefined) throw fault(`operand 1: string ${quoteGo(texts[0])} is not a valid SemVer`);
      if (b === undefined) throw fault(`operand 2: string ${quoteGo(texts[1])} is not a valid SemVer`);
      return compareVersions(a, b);
    },
  ),
  define(
    "semver.is_valid(vsn: any) result: boolean",
    "semver",
    "Whether the value is the text of a semantic version; a leading `v` is allowed.",
    (_, [value]) => typeof value === "string" && parse(value) !== undefined,
  ),
];

interface Version {
  readonly numbers: readonly bigint[];
  readonly preRelease: readonly string[];
}

const INT64_MAX = 2n ** 63n - 1n;
const VERSION =
  /^v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;

/** @source https://semver.org, 2.0.0 */
function parse(text: string): Version | undefined {
  const match = VERSION.exec(text);
  if (match === null) return undefined;
  const numbers = match.slice(1, 4).map((digits) => BigInt(digits!));
  if (numbers.some((number) => number > INT64_MAX)) return undefined;
  const preRelease = match[4]?.split(".") ?? [];
  return preRelease.some((part) => /^0\d+$/.test(part)) ? undefined : { numbers, preRelease };
}

function compareVersions(a: Version, b: Version): number {
  for (let i = 0; i < 3; i++) {
    const order = sign(a.numbers[i]!, b.numbers[i]!);
    if (order !== 0) return order;
  }
  // A version comes after its own pre-releases.
  if (a.preRelease.length === 0 || b.preRelease.length === 0)
    return sign(b.preRelease.length, a.preRelease.length);
  for (let i = 0; i < Math.min(a.preRelease.length, b.preRelease.length); i++) {
    const order = compareParts(a.preRelease[i]!, b.preRelease[i]!);
    if (order !== 0) return order;
  }
  return sign(a.preRelease.length, b.preRelease.length);
}

function compareParts(a: string, b: string): number {
  const numeric = [a, b].map((part) => /^\d+$/.test(part));
  if (numeric[0] !== numeric[1]) return numeric[0] ? -1 : 1;
  return numeric[0] ? sign(BigInt(a), BigInt(b)) : sign(a, b);
}

function sign<T extends bigint | number | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
