import { runtimeError } from "../errors.ts";
import { bytesOf, textOf } from "../values/bytes.ts";
import type { Value } from "../values/value.ts";
import { Namespace } from "../values/value.ts";
import type { StandardImport } from "./define.ts";
import { define, functions, namespace, stringArg, wrongArgument } from "./define.ts";

interface Version {
  /** At least three segments. */
  readonly segments: readonly bigint[];
  /** How many segments were written, for `~>`. */
  readonly written: number;
  readonly prerelease: string;
  readonly metadata: string;
}

const VERSION = /^v?(\d{1,18}(?:\.\d{1,18})*)(?:-([0-9A-Za-z.~-]+))?(?:\+([0-9A-Za-z.~-]+))?$/;
const versions = new WeakMap<Namespace, Version>();

export const versionImport: StandardImport = () =>
  namespace(
    "version",
    functions(define("new", 1, 1, (args) => versionObject(parse(stringArg(args, 0, "version.new"))))),
  );

function parse(bytes: string): Version {
  const text = textOf(bytes).trim();
  const match = VERSION.exec(text);
  if (match === null) {
    throw runtimeError(`\`${text}\` is not a version`);
  }
  const segments = (match[1] as string).split(".").map(BigInt);
  const written = segments.length;
  while (segments.length < 3) {
    segments.push(0n);
  }
  return { segments, written, prerelease: match[2] ?? "", metadata: match[3] ?? "" };
}

function versionObject(version: Version): Namespace {
  const { segments, prerelease, metadata } = version;
  const test = (accept: (order: number) => boolean, ...names: readonly string[]): Record<string, Value> => {
    const method = define(names[0] as string, 1, 1, ([other]) =>
      accept(compare(version, versionArg(other as Value))),
    );
    return Object.fromEntries(names.map((name) => [name, method]));
  };
  const compareMethod = define("compare", 1, 1, ([other]) => compare(version, versionArg(other as Value)));
  const satisfies = define("satisfies", 1, 1, (args) =>
    satisfiesAll(version, textOf(stringArg(args, 0, "satisfies"))),
  );
  const members: Readonly<Record<string, Value>> = {
    major: Number(segments[0]),
    minor: Number(segments[1]),
    patch: Number(segments[2]),
    prerelease: bytesOf(prerelease),
    metadata: bytesOf(metadata),
    version: bytesOf(textForm(version)),
    ...test((order) => order > 0, "greater_than", "gt"),
    ...test((order) => order >= 0, "greater_than_or_equals", "gte"),
    ...test((order) => order < 0, "less_than", "lt"),
    ...test((order) => order <= 0, "less_than_or_equals", "lte"),
    ...test((order) => order === 0, "equals", "eq"),
    compare: compareMethod,
    cmp: compareMethod,
    satisfies,
    sat: satisfies,
  };
  const object = new Namespace(
    "version",
    (name) => (Object.hasOwn(members, name) ? members[name] : undefined),
    ["major", "minor", "patch", "prerelease", "metadata", "version"],
  );
  versions.set(object, version);
  return object;
}

function textForm({ segments, prerelease, metadata }: Version): string {
  return `${segments.join(".")}${prerelease === "" ? "" : `-${prerelease}`}${metadata === "" ? "" : `+${metadata}`}`;
}

function versionArg(value: Value): Version {
  if (typeof value === "string") {
    return parse(value);
  }
  const known = value instanceof Namespace ? versions.get(value) : undefined;
  if (known === undefined) {
    throw wrongArgument("version", 0, "a version", value);
  }
  return known;
}

/** Semantic version order; metadata does not count. */
function compare(a: Version, b: Version): -1 | 0 | 1 {
  const segments = compareSegments(a.segments, b.segments);
  if (segments !== 0 || a.prerelease === b.prerelease) {
    return segments;
  }
  // A release comes after its pre-releases.
  if (a.prerelease === "" || b.prerelease === "") {
    return a.prerelease === "" ? 1 : -1;
  }
  const left = a.prerelease.split(".");
  const right = b.prerelease.split(".");
  for (let i = 0; i < Math.max(left.length, right.length); i += 1) {
    const order = compareIdentifiers(left[i], right[i]);
    if (order !== 0) {
      return order;
    }
  }
  return 0;
}

function compareSegments(a: readonly bigint[], b: readonly bigint[]): -1 | 0 | 1 {
  for (let i = 0; i < Math.max(a.length, b.length); i += 1) {
    const [x, y] = [a[i] ?? 0n, b[i] ?? 0n];
    if (x !== y) {
      return x < y ? -1 : 1;
    }
  }
  return 0;
}

function compareIdentifiers(a: string | undefined, b: string | undefined): -1 | 0 | 1 {
  if (a === b) {
    return 0;
  }
  if (a === undefined || b === undefined) {
    return a === undefined ? -1 : 1;
  }
  const [numeric, otherNumeric] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (numeric && otherNumeric) {
    return BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : 0;
  }
  if (numeric !== otherNumeric) {
    return numeric ? -1 : 1;
  }
  return a < b ? -1 : 1;
}

/** Comma means and. */
function satisfiesAll(version: Version, constraints: string): boolean {
  return constraints.split(",").every((part) => {
    const match = /^\s*(=|!=|>|<|>=|<=|~>)?\s*(\S+)\s*$/.exec(part);
    if (match === null) {
      throw runtimeError(`\`${part.trim()}\` is not a version constraint`);
    }
    return satisfiesOne(version, match[1] ?? "=", parse(bytesOf(match[2] as string)));
  });
}

function satisfiesOne(version: Version, op: string, bound: Version): boolean {
  const order = compare(version, bound);
  if (op === "=") {
    return order === 0;
  }
  if (op === "!=") {
    return order !== 0;
  }
  // A pre-release only matches a bound that is a pre-release of the same version.
  if (
    version.prerelease !== "" &&
    (bound.prerelease === "" || compareSegments(version.segments, bound.segments) !== 0)
  ) {
    return false;
  }
  switch (op) {
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    default: {
      // `~>`: the last written segment may grow, those before it may not.
      const fixed = Math.max(bound.written - 1, 1);
      return (
        order >= 0 && compareSegments(version.segments.slice(0, fixed), bound.segments.slice(0, fixed)) === 0
      );
    }
  }
}
