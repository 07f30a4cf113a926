import { type Backend, compile, parseModule, type RegoError } from "../src/engines/rego/index.ts";
import { marshal, parseJson, termText, type Value } from "../src/engines/rego/values/index.ts";

/** A question to the oracle (real OPA behind JSON lines) and its answer. */
export interface OracleRequest {
  readonly id?: unknown;
  readonly rego_version?: 0 | 1;
  readonly modules: readonly string[];
  readonly query?: string;
  readonly data?: unknown;
  readonly input?: unknown;
  readonly strict_error?: boolean;
  readonly mode?: "eval" | "parse" | "compile";
}

export interface OracleError {
  readonly code: string;
  readonly message: string;
  readonly text: string;
  readonly row?: number;
  readonly col?: number;
}

export interface OracleReply {
  readonly error_stage?: string;
  readonly errors?: readonly OracleError[];
  readonly result?: readonly Record<string, unknown>[] | null;
  readonly terms?: readonly string[];
}

export interface OracleCase {
  readonly request: OracleRequest;
  readonly reply: OracleReply;
}

export interface Verdict {
  /** Stage, code, row and column agree, or the results do. */
  readonly place: boolean;
  /** The messages agree too. */
  readonly text: boolean;
  readonly want: string;
  readonly got: string;
}

export function compareReply(probe: OracleCase, backend: Backend = "codegen"): Verdict {
  const { reply } = probe;
  const own = answer(probe.request, backend);
  const want = describe(reply);
  const got = describe(own);
  if (reply.errors !== undefined || own.errors !== undefined) {
    const place = errorPlaces(reply) === errorPlaces(own);
    return { place, text: place && errorTexts(reply) === errorTexts(own), want, got };
  }
  const same = resultText(reply) === resultText(own);
  return { place: same, text: same, want, got };
}

/** The engine's answer in the oracle's form. */
export function answer(request: OracleRequest, backend: Backend = "codegen"): OracleReply {
  const version = request.rego_version ?? 1;
  const modules = request.modules.map((source, i) => ({ name: `test-${i}.rego`, source, version }));
  for (const module of modules) {
    const parsed = parseModule(module.name, module.source, version);
    if (!parsed.ok) return failure("parse", parsed.error);
  }
  if (request.mode === "parse") return { result: null };
  const data =
    request.data === undefined || request.data === null ? {} : parseJson(JSON.stringify(request.data));
  const program = compile({ modules, data, backend });
  if (!program.ok) return failure(program.error[0]?.stage ?? "compile", program.error);
  if (request.mode === "compile" || request.query === undefined) return { result: null };
  const input = request.input === undefined ? undefined : parseJson(JSON.stringify(request.input));
  const result = program.value.query(request.query, input, {
    rawValues: true,
    strictBuiltinErrors: request.strict_error === true,
    nowNs: BigInt(Date.now()) * 1_000_000n,
    maxSteps: 50_000_000,
  });
  if (!result.ok) return failure(result.error[0]?.stage ?? "eval", result.error);
  const terms = result.value.results.map((row) =>
    Object.keys(row.bindings)
      .map((name) => `${name} = ${termText(row.bindings[name] as Value)}`)
      .sort()
      .join("; "),
  );
  return { result: result.value.results.map((row) => row.bindings as Record<string, unknown>), terms };
}

function failure(stage: string, errors: readonly RegoError[]): OracleReply {
  return {
    error_stage: stage,
    errors: errors.map((e) => ({ code: e.code, message: e.message, text: e.text, row: e.row, col: e.col })),
    result: null,
  };
}

function errorPlaces(reply: OracleReply): string {
  const places = (reply.errors ?? []).map((e) => `${e.code}@${e.row ?? 0}:${e.col ?? 0}`);
  return `${reply.error_stage ?? ""} ${places.sort().join(" ")}`;
}

function errorTexts(reply: OracleReply): string {
  return (reply.errors ?? [])
    .map((e) => e.text)
    .sort()
    .join("\n");
}

function resultText(reply: OracleReply): string {
  // Generated names are nobody's business.
  const shown = (row: string): string =>
    row
      .split("; ")
      .filter((part) => !part.startsWith("__local"))
      .join("; ");
  if (reply.terms !== undefined) return reply.terms.map(shown).sort().join("\n");
  return (reply.result ?? [])
    .map((row) => marshal(row as Value))
    .sort()
    .join("\n");
}

function describe(reply: OracleReply): string {
  if (reply.errors !== undefined) {
    return `${reply.error_stage}: ${reply.errors.map((e) => `${e.row ?? 0}:${e.col ?? 0} ${e.text}`).join(" // ")}`;
  }
  return resultText(reply);
}
