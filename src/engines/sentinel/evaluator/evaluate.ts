import type { CompiledFile } from "../compiler/compile.ts";
import type { SentinelError } from "../errors.ts";
import { Abort, toSentinelError } from "../errors.ts";
import type { HttpAnswer, HttpRequest } from "../imports/define.ts";
import type { Result } from "../result.ts";
import { fail, ok } from "../result.ts";
import type { Place, SourceFile } from "../source-file.ts";
import { placeAt } from "../source-file.ts";
import type { Json } from "../values/json.ts";
import { fromJson, toJson } from "../values/json.ts";
import { MapValue } from "../values/map-value.ts";
import type { Value } from "../values/value.ts";
import { Float, FuncValue, Undefined } from "../values/value.ts";
import type { RuleSite } from "./frame.ts";
import { Frame } from "./frame.ts";
import type { ImportSource } from "./imports.ts";
import { bindImports } from "./imports.ts";
import type { Limits } from "./meter.ts";
import { Meter } from "./meter.ts";
import { Runtime } from "./runtime.ts";

/** The version of the language's documentation that the engine follows; `runtime.version` unless the host says otherwise. */
export const LANGUAGE_VERSION = "0.40.0";

export interface EvaluateOptions {
  /** Mocks, modules, static data and host imports by import name; they go before the standard imports. */
  readonly imports?: Readonly<Record<string, ImportSource>>;
  /** Plain JSON, bound to `param` declarations. */
  readonly params?: Readonly<Record<string, unknown>>;
  /** Plain JSON, set in the policy's top scope. */
  readonly globals?: Readonly<Record<string, unknown>>;
  /** Nanoseconds since 1970. Without it `time.now` is undefined: the engine reads no clock. */
  readonly nowNs?: bigint;
  /** Configuration of standard imports by name, such as `{ time: { timezone: "Europe/Vienna" } }`. */
  readonly importConfig?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly limits?: Limits;
  readonly runtimeVersion?: string;
  /** Hosts that `http` may ask, as `example.com` or `*.example.com`; `*` where the caller judges each request. Default none. */
  readonly allowedHosts?: readonly string[];
  /** Answers to requests of earlier attempts, by `HostCall.key`. */
  readonly hostAnswers?: ReadonlyMap<string, HttpAnswer | { readonly error: string }>;
}

/** A request that the host must perform before the evaluation can go on. */
export interface HostCall {
  readonly kind: "http";
  readonly request: HttpRequest;
  readonly key: string;
}

export type Status = "pass" | "fail" | "undefined";

export interface RuleResult {
  readonly name: string;
  /** Where the rule's name is assigned. */
  readonly place: Place;
  /** The same as a UTF-16 offset. */
  readonly pos: number;
  readonly value: Value;
  /** The value as JSON; JavaScript's undefined for undefined. */
  readonly json: Json | undefined;
}

export interface Evaluation {
  readonly status: Status;
  /** The value of `main`. */
  readonly main: Value;
  readonly json: Json | undefined;
  /** Rules of the policy that were evaluated: `main` first, then the others by name, as traces show them. */
  readonly rules: readonly RuleResult[];
  readonly prints: readonly string[];
  /** Where the undefined that became the result was born. */
  readonly undefinedAt: Place | null;
  readonly steps: number;
  /** Offsets that ran, by file; only when compiled with coverage. */
  readonly covered: ReadonlyMap<SourceFile, ReadonlySet<number>> | null;
  /** Set when a request must be answered first: put the answer into `hostAnswers` and evaluate again. */
  readonly suspended: HostCall | null;
}

/** An evaluation that ended in an error still has printed and evaluated rules. */
export interface FailedEvaluation {
  readonly error: SentinelError;
  readonly rules: readonly RuleResult[];
  readonly prints: readonly string[];
}

/** Leaves an evaluation that needs an answer of the host first. */
class Suspension extends Error {
  readonly call: HostCall;

  constructor(call: HostCall) {
    super("suspended");
    this.call = call;
  }
}

/** Runs a policy. Never throws for a bad policy or input. */
export function evaluate(file: CompiledFile, options: EvaluateOptions): Result<Evaluation, FailedEvaluation> {
  const rt = new Runtime(file.file, new Map(), options.limits, true);
  try {
    const main = run(file, rt, options);
    const undefinedAt = main instanceof Undefined && main.file !== null ? placeAt(main.file, main.pos) : null;
    return ok({ ...outcome(rt, main), undefinedAt, suspended: null });
  } catch (thrown) {
    if (thrown instanceof Suspension) {
      return ok({ ...outcome(rt, new Undefined(null, 0)), undefinedAt: null, suspended: thrown.call });
    }
    const error = toSentinelError(thrown);
    return fail({ error, rules: rulesOf(rt), prints: rt.prints });
  }
}

function outcome(rt: Runtime, main: Value): Omit<Evaluation, "undefinedAt" | "suspended"> {
  return {
    status: main instanceof Undefined ? "undefined" : passes(main) ? "pass" : "fail",
    main,
    json: reportedJson(main),
    rules: rulesOf(rt),
    prints: rt.prints,
    steps: rt.steps,
    covered: rt.covered,
  };
}

function run(file: CompiledFile, rt: Runtime, options: EvaluateOptions): Value {
  for (const [name, json] of Object.entries(options.globals ?? {})) {
    rt.globals.set(name, fromJson(json));
  }
  bindImports(file, rt, {
    sources: new Map(Object.entries(options.imports ?? {})),
    config: new Map(Object.entries(options.importConfig ?? {})),
    nowNs: options.nowNs ?? null,
    runtimeVersion: options.runtimeVersion ?? LANGUAGE_VERSION,
    request: (request) => answer(request, options),
  });
  const frame = new Frame(file.size, null);
  for (const param of file.params) {
    const given = options.params;
    if (given !== undefined && Object.hasOwn(given, param.name)) {
      frame.slots[param.slot] = fromJson(given[param.name]);
    } else if (param.fallback !== null) {
      frame.slots[param.slot] = param.fallback(frame, rt);
    } else {
      throw new Abort(
        "sentinel_param_error",
        `requires value for parameter ${param.name}`,
        placeAt(file.file, param.pos),
      );
    }
  }
  file.run(frame, rt);
  if (file.main === null || frame.slots[file.names.get("main") ?? -1] === undefined) {
    throw new Abort("sentinel_runtime_error", `the policy \`${file.file.name}\` has no rule \`main\``);
  }
  const main = file.main(frame, rt);
  if (main === null || main instanceof FuncValue) {
    throw new Abort("sentinel_runtime_error", "`main` must be a bool, string, number, list or map");
  }
  return main;
}

/** `true` passes; of other kinds the zero value passes and anything else fails. */
export function passes(main: Value): boolean {
  if (typeof main === "boolean") {
    return main;
  }
  if (typeof main === "string" || Array.isArray(main)) {
    return main.length === 0;
  }
  if (main instanceof MapValue) {
    return main.size === 0;
  }
  return main instanceof Float ? main.value === 0 : main === 0;
}

function rulesOf(rt: Runtime): RuleResult[] {
  return [...rt.rules.values()]
    .map(({ site, value }) => ({
      name: site.name ?? "",
      place: placeOf(site),
      pos: site.pos,
      value,
      json: reportedJson(value),
    }))
    .sort((a, b) => (a.name === "main" ? -1 : b.name === "main" ? 1 : a.name < b.name ? -1 : 1));
}

/** Finding a line reads the source from its start, so it is done once for each rule of a compiled file. */
const places = new WeakMap<RuleSite, Place>();

function placeOf(site: RuleSite): Place {
  const known = places.get(site) ?? placeAt(site.file, site.pos);
  places.set(site, known);
  return known;
}

/** JSON for reports, on a budget of its own: the evaluation may have used up its own one. */
function reportedJson(value: Value): Json | undefined {
  try {
    return toJson(value, new Meter());
  } catch (error) {
    if (error instanceof Abort) {
      return undefined;
    }
    throw error;
  }
}

/** Asks the host by leaving the evaluation; on the next attempt the answer is there. */
function answer(request: HttpRequest, options: EvaluateOptions): HttpAnswer {
  const host = hostOf(request.url);
  const allowed = (options.allowedHosts ?? []).some((pattern) =>
    pattern === "*"
      ? host !== null
      : pattern.startsWith("*.")
        ? host?.endsWith(pattern.slice(1))
        : host === pattern,
  );
  if (!allowed) {
    throw new Abort("sentinel_runtime_error", `the host does not allow requests to \`${request.url}\``);
  }
  const key = JSON.stringify(request);
  const known = options.hostAnswers?.get(key);
  if (known === undefined) {
    throw new Suspension({ kind: "http", request, key });
  }
  if ("error" in known) {
    throw new Abort("sentinel_runtime_error", `the request to \`${request.url}\` fails: ${known.error}`);
  }
  return known;
}

function hostOf(url: string): string | null {
  try {
    const parsed = new URL(url);
    return parsed.protocol === "http:" || parsed.protocol === "https:" ? parsed.hostname : null;
  } catch {
    return null;
  }
}
