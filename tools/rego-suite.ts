import { type Backend, compile, type RegoError } from "../src/engines/rego/index.ts";
import {
  compare,
  equal,
  isArray,
  isObject,
  isSet,
  marshal,
  objectEntries,
  parseJson,
  RegoSet,
  termText,
  type Value,
} from "../src/engines/rego/values/index.ts";

/** A case of OPA's suite. Integers come as bigint, so that none loses digits. */
export interface SuiteCase {
  readonly note: string;
  readonly query: string;
  readonly modules?: readonly string[];
  readonly data?: unknown;
  readonly input?: unknown;
  readonly input_term?: string;
  readonly want_result?: readonly Record<string, unknown>[];
  readonly want_error_code?: string;
  readonly want_error?: string;
  readonly sort_bindings?: boolean;
  readonly strict_error?: boolean;
}

export interface CaseResult {
  readonly pass: boolean;
  readonly why: string;
}

const PASS: CaseResult = { pass: true, why: "" };

export function runCase(test: SuiteCase, version: 0 | 1, backend: Backend): CaseResult {
  try {
    return judge(test, evaluateCase(test, version, backend));
  } catch (thrown) {
    return {
      pass: false,
      why: `the engine threw: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`,
    };
  }
}

type CaseOutcome = { rows: Record<string, Value>[] } | { errors: readonly RegoError[] };

function evaluateCase(test: SuiteCase, version: 0 | 1, backend: Backend): CaseOutcome {
  const program = compile({
    modules: (test.modules ?? []).map((source, i) => ({ name: `test-${i}.rego`, source, version })),
    data: test.data === undefined ? {} : jsonValue(test.data),
    backend,
  });
  if (!program.ok) return { errors: program.error };
  const input =
    test.input_term !== undefined
      ? termValue(test.input_term)
      : test.input === undefined
        ? undefined
        : jsonValue(test.input);
  const hostAnswers = new Map<string, Value>();
  for (;;) {
    const result = program.value.query(test.query, input, {
      rawValues: true,
      strictBuiltinErrors: test.strict_error === true,
      nowNs: BigInt(Date.now()) * 1_000_000n,
      seed: 1,
      hostAnswers,
    });
    if (!result.ok) return { errors: result.error };
    const { suspended } = result.value;
    if (suspended === undefined)
      return { rows: result.value.results.map((r) => r.bindings as Record<string, Value>) };
    if (hostAnswers.has(suspended.key)) throw new Error(`the host was asked twice: ${suspended.key}`);
    // The host of this run knows one name and no network.
    hostAnswers.set(suspended.key, suspended.argument === "localhost" ? RegoSet.of(["127.0.0.1"]) : null);
  }
}

/** The wanted document as a Rego value, by way of JSON text so that numbers keep their digits. */
function jsonValue(document: unknown): Value {
  return parseJson(jsonText(document));
}

function jsonText(value: unknown): string {
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return `[${value.map(jsonText).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    return `{${Object.entries(value)
      .map(([k, v]) => `${JSON.stringify(k)}:${jsonText(v)}`)
      .join(",")}}`;
  }
  return JSON.stringify(value) ?? "null";
}

function termValue(text: string): Value {
  const program = compile({ modules: [] });
  if (!program.ok) throw new Error("an empty program must compile");
  const result = program.value.query(`x = ${text}`, undefined, { rawValues: true });
  if (!result.ok) throw new Error(`input_term: ${result.error[0]?.text}`);
  return result.value.results[0]?.bindings["x"] as Value;
}

function judge(test: SuiteCase, outcome: CaseOutcome): CaseResult {
  if ("errors" in outcome) {
    const first = outcome.errors[0];
    const text = outcome.errors.map((e) => e.text).join("\n");
    if (test.want_error_code === undefined && test.want_error === undefined)
      return { pass: false, why: `unwanted error: ${text}` };
    if (test.want_error_code !== undefined && first?.code !== test.want_error_code) {
      return { pass: false, why: `want code ${test.want_error_code}, got ${text}` };
    }
    if (test.want_error !== undefined && !text.includes(test.want_error)) {
      return { pass: false, why: `want error ${test.want_error}, got ${text}` };
    }
    return PASS;
  }
  if (test.want_result === undefined) {
    if (test.want_error_code === undefined && test.want_error === undefined) return PASS;
    return {
      pass: false,
      why: `want error ${test.want_error_code ?? ""} ${test.want_error ?? ""}, got ${outcome.rows.map(rowText).join(" | ")}`,
    };
  }
  const got = RegoSet.of(outcome.rows.map((row) => normalRow(row, test)));
  const want = RegoSet.of(test.want_result.map((row) => normalRow(wantedRow(row), test)));
  if (equal(got, want)) return PASS;
  const shown = (set: RegoSet): string => termText(set).slice(0, 600);
  return { pass: false, why: `want ${shown(want)}\n    got  ${shown(got)}` };
}

function wantedRow(row: Record<string, unknown>): Record<string, Value> {
  return Object.fromEntries(Object.entries(row).map(([k, v]) => [k, jsonValue(v)]));
}

function normalRow(row: Record<string, Value>, test: SuiteCase): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(row)
      .filter(([name]) => !name.startsWith("__local"))
      .map(([name, value]) => {
        let json = asJson(value);
        if (test.sort_bindings === true && isArray(json)) json = [...json].sort(compare);
        return [name, json];
      }),
  );
}

/** As the suite compares: sets as sorted arrays, keys as their JSON text. */
function asJson(value: Value): Value {
  if (isSet(value)) return value.sortedItems().map(asJson);
  if (isArray(value)) return value.map(asJson);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    objectEntries(value).map(([k, v]) => [typeof k === "string" ? k : marshal(asJson(k)), asJson(v)]),
  );
}

function rowText(row: Record<string, Value>): string {
  return Object.keys(row)
    .sort()
    .map((name) => `${name} = ${termText(row[name] as Value)}`)
    .join("; ");
}
