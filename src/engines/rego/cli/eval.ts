import type { EvaluateOptions, PrintLine, QueryEvaluation } from "../api.ts";
import { load } from "../bundle/index.ts";
import { compile } from "../compile.ts";
import { fail, type Outcome, ok, type RegoError, regoError } from "../errors.ts";
import type { Value } from "../values/index.ts";
import { CoverageTotal } from "./coverage-output.ts";
import { errorsJson, errorsText, messagesJson, messagesText } from "./error-output.ts";
import { type FlagSpecs, type Flags, parseFlags } from "./flags.ts";
import { type CommandOutput, misused, type RegoHost, said } from "./host.ts";
import {
  compilerOptions,
  readDocument,
  readDocumentFile,
  readVerification,
  VERIFICATION_FLAGS,
  versionOf,
} from "./inputs.ts";
import { type Json, jsonText, record } from "./json.ts";
import { type QueryAnswer, type QueryRow, runQuery } from "./query.ts";
import { bindingsText, prettyText, rawText, resultsJson, valuesText } from "./result-output.ts";
import { type Explain, traceLines } from "./trace-output.ts";

/** Flags of everything that loads policies and runs a query. */
export const QUERY_FLAGS = {
  ...VERIFICATION_FLAGS,
  bundle: { kind: "list", short: "b" },
  data: { kind: "list", short: "d" },
  ignore: { kind: "list" },
  input: { kind: "string", short: "i" },
  schema: { kind: "string", short: "s" },
  stdin: { kind: "bool" },
  "stdin-input": { kind: "bool", short: "I" },
  fail: { kind: "bool" },
  import: { kind: "list" },
  package: { kind: "string" },
  metrics: { kind: "bool" },
  "v0-compatible": { kind: "bool" },
  capabilities: { kind: "string" },
  timeout: { kind: "duration" },
} as const satisfies FlagSpecs;

const FLAGS = {
  ...QUERY_FLAGS,
  coverage: { kind: "bool" },
  "disable-early-exit": { kind: "bool", ignored: true },
  "disable-indexing": { kind: "bool", ignored: true },
  explain: { kind: "string", oneOf: ["off", "full", "notes", "fails", "debug"] },
  "fail-defined": { kind: "bool" },
  format: { kind: "string", short: "f", oneOf: ["json", "values", "bindings", "pretty", "raw", "discard"] },
  instrument: { kind: "bool", ignored: true },
  partial: {
    kind: "bool",
    short: "p",
    refused: "partial evaluation is not served; evaluate with the whole input",
  },
  profile: {
    kind: "bool",
    refused: "no profile is taken; `trueup rego bench` times a query, `--coverage` shows what ran",
  },
  "pretty-limit": { kind: "whole", ignored: true },
  optimize: { kind: "whole", short: "O", ignored: true },
  "optimize-store-for-read-speed": { kind: "bool", ignored: true },
  "show-builtin-errors": { kind: "bool", ignored: true },
  strict: { kind: "bool", short: "S" },
  "strict-builtin-errors": { kind: "bool" },
} as const satisfies FlagSpecs;

const USAGE =
  "eval <query> [-d PATH] [-b BUNDLE] [-i FILE] [--schema PATH] [--format json|values|bindings|pretty|raw]";

/** Why there is no answer: errors with a place, or sentences. */
export type Failure =
  | { readonly kind: "errors"; readonly errors: readonly RegoError[]; readonly sources: Sources }
  | { readonly kind: "messages"; readonly messages: readonly string[] };
type Sources = Parameters<typeof errorsJson>[1];

interface Done {
  readonly answer: QueryAnswer;
  readonly metrics: Json;
  readonly coverage: Json | undefined;
}

/** `eval`: exit 0, 1 by `--fail` and `--fail-defined`, 2 on errors. */
export function evalCommand(args: readonly string[], host: RegoHost): CommandOutput {
  const flags = parseFlags(args, FLAGS);
  if (!flags.ok) return misused(flags.error, USAGE);
  const query = queryText(flags.value, host);
  if (!query.ok) return misused(query.error, USAGE);
  const input = readInput(flags.value, host);
  if (!input.ok) return said("", 2, `${input.error}\n`);
  const done = evaluateOnce(flags.value, host, query.value, input.value);
  const format = flags.value.text("format") ?? "json";
  const explain = (flags.value.text("explain") ?? "off") as Explain;
  if (!done.ok) return failed(done.error, format, query.value);
  const { answer, metrics, coverage } = done.value;
  const wanted = flags.value.is("metrics") ? metrics : undefined;
  const defined = isDefined(answer.rows);
  const code = (flags.value.is("fail") && !defined) || (flags.value.is("fail-defined") && defined) ? 1 : 0;
  const prints = printedLines(answer.evaluation.prints);
  const lines = explain === "off" ? [] : traceLines(answer.evaluation.trace ?? [], explain);
  return said(shown(answer.rows, format, lines, wanted, coverage), code, prints);
}

function shown(
  rows: readonly QueryRow[],
  format: string,
  trace: readonly string[],
  metrics: Json | undefined,
  coverage: Json | undefined,
): string {
  switch (format) {
    case "values":
      return valuesText(rows);
    case "bindings":
      return bindingsText(rows);
    case "raw":
      return rawText(rows);
    case "pretty": {
      const lead = trace.map((line) => `${line}\n`).join("");
      const extra = [metrics, coverage].map((part) => (part === undefined ? "" : jsonText(part))).join("");
      return lead + prettyText(rows) + extra;
    }
    default: {
      const result = resultsJson(rows);
      return jsonText(
        record({
          result: format === "discard" && result !== undefined ? "discarded" : result,
          metrics,
          explanation: trace.length === 0 ? undefined : trace,
          coverage,
        }),
      );
    }
  }
}

function failed(failure: Failure, format: string, query: string): CommandOutput {
  if (format === "pretty" || format === "raw" || format === "values" || format === "bindings") {
    const text = failure.kind === "errors" ? errorsText(failure.errors) : messagesText(failure.messages);
    return said("", 2, text);
  }
  const errors =
    failure.kind === "errors"
      ? errorsJson(failure.errors, failure.sources, query)
      : messagesJson(failure.messages);
  return said(jsonText(record({ errors })), 2);
}

function isDefined(rows: readonly QueryRow[]): boolean {
  return rows.some((row) => row.bindings.size > 0 || row.expressions.some(({ value }) => value !== false));
}

export function printedLines(prints: readonly PrintLine[]): string {
  return prints.map((line) => `${line.message}\n`).join("");
}

export function queryText(flags: Flags, host: RegoHost): Outcome<string, string> {
  if (flags.positional.length > 1) return fail("specify at most one query argument");
  if (flags.is("stdin")) {
    if (flags.positional.length > 0) return fail("specify query argument or --stdin but not both");
    return flags.is("stdin-input") ? fail("specify --stdin or --stdin-input but not both") : ok(host.stdin());
  }
  const [query] = flags.positional;
  return query === undefined ? fail("specify query argument or --stdin") : ok(query);
}

export function readInput(flags: Flags, host: RegoHost): Outcome<Value | undefined, string> {
  if (flags.is("stdin-input")) {
    const document = readDocument(host.stdin());
    return document.ok ? document : fail(`unable to parse input: ${document.error}`);
  }
  const path = flags.text("input");
  return path === undefined ? ok(undefined) : readDocumentFile(host, path.replace(/^file:\/\//, ""));
}

/** Loads, compiles and evaluates. */
export function evaluateOnce(
  flags: Flags,
  host: RegoHost,
  query: string,
  input: Value | undefined,
): Outcome<Done, Failure> {
  const started = host.monotonic();
  const verification = readVerification(host, flags);
  if (!verification.ok) return fail({ kind: "messages", messages: [verification.error] });
  const loaded = load(host, {
    ...verification.value,
    data: flags.list("data"),
    bundles: flags.list("bundle"),
    ignore: flags.list("ignore"),
    version: versionOf(flags),
  });
  if (!loaded.ok) return fail({ kind: "messages", messages: loaded.error });
  const sources = loaded.value.modules;
  const options = compilerOptions(host, flags);
  if (!options.ok) return fail({ kind: "messages", messages: [options.error] });
  const compiled = compile({ ...options.value, modules: sources, data: loaded.value.data });
  if (!compiled.ok) return fail({ kind: "errors", errors: compiled.error, sources });
  const ready = host.monotonic();
  const seenFrom = { queryImports: flags.list("import"), ...packageOf(flags) };
  const run = {
    ...evaluationOptions(flags, host),
    ...seenFrom,
    coverage: flags.is("coverage"),
    trace: wantsTrace(flags),
  };
  const answer = runQuery(compiled.value, query, input, run);
  if (!answer.ok) return fail({ kind: "errors", errors: answer.error, sources });
  const { suspended } = answer.value.evaluation;
  if (suspended !== undefined)
    return fail({ kind: "errors", errors: [hostCallRefused(suspended.kind)], sources });
  const metrics = record({
    timer_rego_query_compile_ns: Math.round((ready - started) * 1e6),
    timer_rego_query_eval_ns: Math.round((host.monotonic() - ready) * 1e6),
  });
  return ok({ answer: answer.value, metrics, coverage: coverageJson(flags, answer.value.evaluation) });
}

function coverageJson(flags: Flags, evaluation: QueryEvaluation): Json | undefined {
  if (!flags.is("coverage")) return undefined;
  const total = new CoverageTotal();
  total.add(evaluation.coverage);
  return total.json();
}

function packageOf(flags: Flags): Pick<EvaluateOptions, "queryPackage"> {
  const queryPackage = flags.text("package");
  return queryPackage === undefined ? {} : { queryPackage };
}

function wantsTrace(flags: Flags): boolean {
  return (flags.text("explain") ?? "off") !== "off";
}

export function hostCallRefused(kind: string): RegoError {
  return regoError("eval", "eval_builtin_error", `${kind}: the network is off in this command`, undefined);
}

export function evaluationOptions(flags: Flags, host: RegoHost): EvaluateOptions {
  const timeout = flags.number("timeout");
  return {
    nowNs: BigInt(Math.round(host.now())) * 1_000_000n,
    seed: host.now() % 2 ** 32,
    runtime: { env: host.env },
    strictBuiltinErrors: flags.is("strict-builtin-errors"),
    ...(timeout === undefined || timeout === 0
      ? {}
      : { monotonicMs: () => host.monotonic(), deadlineMs: host.monotonic() + timeout }),
  };
}
