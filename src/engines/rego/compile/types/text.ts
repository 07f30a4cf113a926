import { compare as compareValues } from "../../values/index.ts";
import { type Dynamic, type FunctionType, keyText, type Named, type Type, unifies } from "./type.ts";

const ELISION = "...";
const LINE_WIDTH = 80;
const ELIDED_WIDTH = 32;
const DIFF_DEPTH = 8;

/** A type as OPA prints it; parts below `depth` are left out, a negative depth prints all. */
export function typeText(t: Type | undefined, depth = -1): string {
  if (t === undefined) return "???";
  switch (t.k) {
    case "set":
      if (t.of === undefined) return "set";
      return `set[${depth === 0 ? ELISION : typeText(t.of, depth - 1)}]`;
    case "array": {
      const items =
        depth === 0 && t.items.length > 0 ? [ELISION] : t.items.map((x) => typeText(x, depth - 1));
      const dynamic = t.dynamic === undefined ? "" : depth === 0 ? ELISION : typeText(t.dynamic, depth - 1);
      return composite("array", items, dynamic);
    }
    case "object": {
      const props =
        depth === 0 && t.props.length > 0
          ? [ELISION]
          : t.props.map((p) => `${keyText(p.key)}: ${typeText(p.value, depth - 1)}`);
      return composite(
        "object",
        props,
        depth === 0 && t.dynamic !== undefined ? ELISION : dynamicText(t.dynamic, depth - 1),
      );
    }
    case "any":
      if (t.of.length === 0) return "any";
      return anyText(depth === 0 ? [ELISION] : t.of.map((x) => typeText(x, depth - 1)));
    case "function":
      return functionText(t, depth);
    case "recursive":
      return `recursive(${t.name})`;
    default:
      return t.k;
  }
}

function functionText(t: FunctionType, depth: number): string {
  if (depth === 0) {
    const args = t.args.length > 0 || t.variadic !== undefined ? ELISION : "";
    return `(${args}) => ${t.result === undefined ? "???" : ELISION}`;
  }
  const args = t.args.map((n) => typeText(n.type, depth - 1));
  if (t.variadic !== undefined) args.push(`${typeText(t.variadic, depth - 1)}...`);
  return `(${args.join(", ")}) => ${typeText(t.result?.type, depth - 1)}`;
}

function dynamicText(d: Dynamic | undefined, depth: number): string {
  return d === undefined ? "" : `${typeText(d.key, depth)}: ${typeText(d.value, depth)}`;
}

function composite(prefix: string, items: readonly string[], dynamic: string): string {
  return `${prefix}${items.length > 0 ? `<${items.join(", ")}>` : ""}${dynamic === "" ? "" : `[${dynamic}]`}`;
}

function anyText(of: readonly string[]): string {
  return of.length === 0 ? "any" : `any<${of.join(", ")}>`;
}

function namedText(n: Named, text: (t: Type | undefined) => string): string {
  return n.name === undefined ? text(n.type) : `${n.name}: ${text(n.type)}`;
}

function tooWide(...lines: string[]): boolean {
  return lines.some((line) => [...line].length > LINE_WIDTH);
}

function elided(t: Type | undefined): string {
  const full = typeText(t);
  return [...full].length <= ELIDED_WIDTH ? full : typeText(t, 0);
}

function elidedNamed(n: Named): string {
  const full = namedText(n, typeText);
  return [...full].length <= ELIDED_WIDTH ? full : namedText(n, (t) => typeText(t, 0));
}

/** Detail lines of a call whose operands do not fit: what is there and what is wanted. */
export function argumentLines(
  have: readonly (Type | undefined)[],
  want: readonly Named[],
  variadic: Type | undefined,
): string[] {
  const rest = variadic === undefined ? [] : [`${typeText(variadic)}...`];
  const lines = [
    `have: (${have.map((t) => typeText(t)).join(", ")})`,
    `want: (${[...want.map((n) => namedText(n, typeText)), ...rest].join(", ")})`,
  ];
  if (!tooWide(...lines)) return lines;
  const haveArgs = have.map(elided);
  const wantArgs = want.map(elidedNamed);
  for (let i = 0; i < Math.min(have.length, want.length); i++) {
    const n = want[i] as Named;
    if (have[i] !== undefined && n.type !== undefined && unifies(have[i], n.type)) continue;
    const [left, right] = diff(have[i], n.type, 0);
    haveArgs[i] = left;
    wantArgs[i] = n.name === undefined ? right : `${n.name}: ${right}`;
  }
  if (variadic !== undefined) wantArgs.push(`${elided(variadic)}...`);
  return [`have: (${haveArgs.join(", ")})`, `want: (${wantArgs.join(", ")})`];
}

/** Detail lines of two sides that cannot be equal. */
export function matchLines(a: Type | undefined, b: Type | undefined): string[] {
  let left = `left  : ${typeText(a)}`;
  let right = `right : ${typeText(b)}`;
  if (tooWide(left, right)) {
    const [l, r] = diff(a, b, 0);
    left = `left  : ${l}`;
    right = `right : ${r}`;
  }
  const kinds = { object: "objects", array: "arrays", set: "sets" } as const;
  if (a !== undefined && a.k === b?.k && (a.k === "object" || a.k === "array" || a.k === "set")) {
    const url = "https://www.openpolicyagent.org/docs/errors/rego-type-error/match-error";
    return [
      left,
      right,
      `hint  : both sides are ${kinds[a.k]} but their types differ, so they can never be equal (see ${url})`,
    ];
  }
  return [left, right];
}

function same(a: Type | undefined, b: Type | undefined): boolean {
  return typeText(a) === typeText(b);
}

/** Both types with what they have in common left out. */
function diff(a: Type | undefined, b: Type | undefined, depth: number): [string, string] {
  if (depth >= DIFF_DEPTH || a === undefined || b === undefined || same(a, b)) return [elided(a), elided(b)];
  if (a.k === "set" && b.k === "set" && a.of !== undefined && b.of !== undefined) {
    const [l, r] = diff(a.of, b.of, depth + 1);
    return [`set[${l}]`, `set[${r}]`];
  }
  if (a.k === "array" && b.k === "array") {
    if (a.items.length !== b.items.length || (a.dynamic === undefined) !== (b.dynamic === undefined)) {
      return [typeText(a, 1), typeText(b, 1)];
    }
    const pairs = a.items.map((t, i) => diff(t, b.items[i], depth + 1));
    const [dl, dr] = a.dynamic === undefined ? ["", ""] : diff(a.dynamic, b.dynamic, depth + 1);
    return [
      composite(
        "array",
        pairs.map((p) => p[0]),
        dl,
      ),
      composite(
        "array",
        pairs.map((p) => p[1]),
        dr,
      ),
    ];
  }
  if (a.k === "object" && b.k === "object") return diffObjects(a, b, depth);
  if (a.k === "any" && b.k === "any") {
    const common = a.of.some((t) => b.of.some((u) => same(t, u)));
    const tail = common ? [ELISION] : [];
    const left = a.of.filter((t) => !b.of.some((u) => same(t, u))).map(elided);
    const right = b.of.filter((t) => !a.of.some((u) => same(t, u))).map(elided);
    return [anyText([...left, ...tail]), anyText([...right, ...tail])];
  }
  return [elided(a), elided(b)];
}

function diffObjects(a: Type & { k: "object" }, b: Type & { k: "object" }, depth: number): [string, string] {
  const left: string[] = [];
  const right: string[] = [];
  let common = false;
  for (const p of a.props) {
    const other = b.props.find((q) => compareValues(p.key, q.key) === 0);
    if (other === undefined) left.push(`${keyText(p.key)}: ${elided(p.value)}`);
    else if (same(p.value, other.value)) common = true;
    else left.push(`${keyText(p.key)}: ${diff(p.value, other.value, depth + 1)[0]}`);
  }
  for (const q of b.props) {
    const other = a.props.find((p) => compareValues(p.key, q.key) === 0);
    if (other === undefined) right.push(`${keyText(q.key)}: ${elided(q.value)}`);
    else if (!same(q.value, other.value))
      right.push(`${keyText(q.key)}: ${diff(other.value, q.value, depth + 1)[1]}`);
  }
  if (common) {
    left.push(ELISION);
    right.push(ELISION);
  }
  let [dl, dr] = ["", ""];
  if (a.dynamic !== undefined && b.dynamic !== undefined) {
    const [kl, kr] = diff(a.dynamic.key, b.dynamic.key, depth + 1);
    const [vl, vr] = diff(a.dynamic.value, b.dynamic.value, depth + 1);
    [dl, dr] = [`${kl}: ${vl}`, `${kr}: ${vr}`];
  } else if (a.dynamic !== undefined) dl = `${elided(a.dynamic.key)}: ${elided(a.dynamic.value)}`;
  else if (b.dynamic !== undefined) dr = `${elided(b.dynamic.key)}: ${elided(b.dynamic.value)}`;
  return [composite("object", left, dl), composite("object", right, dr)];
}
