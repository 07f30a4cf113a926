import { textOf } from "../values/bytes.ts";
import { membersOf } from "../values/json.ts";
import { MapValue, valueOfKey } from "../values/map-value.ts";
import { floatText, quote } from "../values/text.ts";
import type { Value } from "../values/value.ts";
import { Float, FuncValue, Namespace, Undefined } from "../values/value.ts";

/** Lines of one value in a trace: a value that contains itself would have no end. */
const MAX_LINES = 10_000;

/** A value as traces show it: collections over several lines without commas, maps in the order of the literal. */
export function valueLines(value: Value): string[] {
  const lines: string[] = [];
  write(value, "", "", lines);
  return lines;
}

function write(value: Value, prefix: string, indent: string, lines: string[]): void {
  if (lines.length >= MAX_LINES || indent.length > 200) {
    return;
  }
  if (Array.isArray(value) && value.length > 0) {
    lines.push(`${indent}${prefix}[`);
    for (const item of value) {
      write(item, "", `${indent}  `, lines);
    }
    lines.push(`${indent}]`);
  } else if (
    (value instanceof MapValue && value.size > 0) ||
    (value instanceof Namespace && value.shown.length > 0)
  ) {
    lines.push(`${indent}${prefix}{`);
    for (const [key, member] of membersOf(value)) {
      write(member, `${scalar(valueOfKey(key))}: `, `${indent}  `, lines);
    }
    lines.push(`${indent}}`);
  } else {
    lines.push(`${indent}${prefix}${scalar(value)}`);
  }
}

function scalar(value: Value): string {
  if (typeof value === "string") {
    return quote(textOf(value));
  }
  if (value instanceof Float) {
    return floatText(value.value);
  }
  if (value instanceof Undefined) {
    return "undefined";
  }
  if (Array.isArray(value)) {
    return "[]";
  }
  return value instanceof MapValue || value instanceof Namespace
    ? "{}"
    : value instanceof FuncValue
      ? "func"
      : String(value);
}
