import { marshal, type Value } from "../values/index.ts";
import { type Json, jsonText, record, rego } from "./json.ts";
import type { QueryRow } from "./query.ts";
import { table } from "./table.ts";

/** Results as `eval` prints them: an array of `{expressions, bindings}`, absent when there is none. */
export function resultsJson(rows: readonly QueryRow[]): Json | undefined {
  if (rows.length === 0) return undefined;
  return rows.map((row) =>
    record({
      expressions: row.expressions.map((expression) =>
        record({
          value: rego(expression.value),
          text: expression.text,
          location: record({ row: expression.location.row, col: expression.location.col }),
        }),
      ),
      bindings: row.bindings.size === 0 ? undefined : bindingsJson(row),
    }),
  );
}

function bindingsJson(row: QueryRow): Json {
  return new Map([...row.bindings].map(([name, value]) => [name, rego(value)] as const));
}

/** `--format values`: one array of expression values for each result. */
export function valuesText(rows: readonly QueryRow[]): string {
  return rows.map((row) => jsonText(row.expressions.map((expression) => rego(expression.value)))).join("");
}

/** `--format bindings`: one object for each result. */
export function bindingsText(rows: readonly QueryRow[]): string {
  return rows.map((row) => jsonText(bindingsJson(row))).join("");
}

/** `--format raw`: values with blanks between, strings without quotes. */
export function rawText(rows: readonly QueryRow[]): string {
  return rows
    .map(
      (row) =>
        `${row.expressions.map(({ value }) => (typeof value === "string" ? value : marshal(value))).join(" ")}\n`,
    )
    .join("");
}

/** `--format pretty`: a value alone as JSON, else a table of bindings and expressions. */
export function prettyText(rows: readonly QueryRow[]): string {
  const first = rows[0];
  if (first === undefined) return "undefined\n";
  if (rows.length === 1 && first.bindings.size === 0) {
    const alone =
      first.expressions.length === 1 || first.expressions.every(({ value }) => typeof value === "boolean");
    const value = first.expressions[0]?.value;
    if (alone && value !== undefined) return jsonText(rego(value));
  }
  const columns = [
    ...[...first.bindings.keys()].map((name) => ({
      head: name,
      of: (row: QueryRow) => row.bindings.get(name),
    })),
    ...first.expressions.flatMap(({ value, text }, i) =>
      typeof value === "boolean" ? [] : [{ head: text, of: (row: QueryRow) => row.expressions[i]?.value }],
    ),
  ].sort((a, b) => (a.head < b.head ? -1 : 1));
  if (columns.length === 0) return "";
  const cell = (value: Value | undefined): string => (value === undefined ? "" : marshal(value));
  return table(
    columns.map(({ head }) => head),
    rows.map((row) => columns.map(({ of }) => cell(of(row)))),
  );
}
