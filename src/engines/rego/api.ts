import type { Location, Outcome, RegoError } from "./errors.ts";

/** Language version of a module: 0 and 1 as OPA's `--v0-compatible` and default; 2 is `import rego.v2` everywhere. */
export type RegoVersion = 0 | 1 | 2;

export interface ModuleSource {
  /** File name used in error texts and coverage. */
  readonly name: string;
  readonly source: string;
  /** Default: `CompileOptions.version`, else 1. */
  readonly version?: RegoVersion;
}

export type Backend = "codegen" | "closures";

export interface CompileOptions {
  readonly modules: readonly ModuleSource[];
  /** Base documents, as JSON.parse gives them (never copied, must not change afterwards). Default `{}`. */
  readonly data?: unknown;
  /** Entry points such as `terraform/deny` or `data.terraform.deny`: each must name a package or a rule. */
  readonly entrypoints?: readonly string[];
  /** The built-ins a policy may call, in the shape of OPA's `capabilities.json`; default all. */
  readonly capabilities?: Capabilities;
  /** OPA's `check --strict`: unused imports and variables, duplicate imports, deprecated built-ins, in v0 modules too. */
  readonly strict?: boolean;
  readonly version?: RegoVersion;
  /** Read (and check) metadata blocks although nothing asks for them, as the opa tool does. Default false, as OPA's library. */
  readonly annotations?: boolean;
  /** JSON Schemas by path: `""` or `input` for the input document, `data.x`, or a name used by `schemas` annotations. */
  readonly schemas?: Readonly<Record<string, unknown>>;
  /** `codegen` builds functions from text and falls back to `closures` where the host forbids that. Default `codegen`. */
  readonly backend?: Backend;
  /** Compile errors after which a stage stops; default 10, as OPA. 0 = no limit. */
  readonly errorLimit?: number;
}

/** Each list that is there restricts; one that is absent restricts nothing. `allow_net` is the host's to heed. */
export interface Capabilities {
  readonly builtins?: readonly { readonly name: string }[];
  /** Without `rego_v1` no module of v1 is read, and no `import rego.v1`. */
  readonly features?: readonly string[];
  /** Keywords that `import future.keywords.…` may name, besides those that the feature `rego_v1` brings. */
  readonly future_keywords?: readonly string[];
}

export interface HostCall {
  readonly kind: string;
  /** The argument as plain JSON. */
  readonly argument: unknown;
  /** Key under which the answer must stand in `EvaluateOptions.hostAnswers` when the evaluation is repeated. */
  readonly key: string;
}

export interface EvaluateOptions {
  /** Nanoseconds since 1970 that `time.now_ns` answers. Without it the built-in is undefined: the engine reads no clock. */
  readonly nowNs?: bigint;
  /** Seed of `rand.intn` and `uuid.rfc4122`; default 0. Same seed, same answers. */
  readonly seed?: number;
  /** The evaluation ends with `eval_cancel_error` when `monotonicMs()` passes `deadlineMs`. */
  readonly monotonicMs?: () => number;
  readonly deadlineMs?: number;
  /** Shared flag; a non-zero value at index 0 cancels. Built on a SharedArrayBuffer it can be set from another thread. */
  readonly cancelFlag?: Int32Array;
  /** Upper bound of loop turns, calls and built-in work; default 1e9. */
  readonly maxSteps?: number;
  /** Items a single collection may hold that a built-in makes (ranges, expansions); default 10 million. */
  readonly maxItems?: number;
  /** Built-in errors end the evaluation instead of being undefined. */
  readonly strictBuiltinErrors?: boolean;
  /** What `opa.runtime()` answers. */
  readonly runtime?: unknown;
  /** Answers to host calls of earlier attempts, by `HostCall.key`. */
  readonly hostAnswers?: ReadonlyMap<string, unknown>;
  /** Base documents that replace those given to `compile`, for this evaluation only. */
  readonly data?: unknown;
  readonly coverage?: boolean;
  readonly trace?: boolean;
  /**
   * For `query`: a lone expression gives its value even where that is `false`, as `opa eval` does. Without it a false
   * expression means no result.
   */
  readonly captureValues?: boolean;
  /** For `query`: the package in whose view names are read, such as `app.authz`; its rules are known by their own names. */
  readonly queryPackage?: string;
  /** For `query`: imports as a module would write them, such as `data.lib.net` or `data.lib.net as n`. */
  readonly queryImports?: readonly string[];
  /** Gives the result's sets, big numbers and non-string keys as Rego values instead of plain JSON. */
  readonly rawValues?: boolean;
}

export interface PrintLine {
  readonly message: string;
  readonly location: Location;
}

export type TraceOp = "Enter" | "Eval" | "Exit" | "Redo" | "Fail" | "Note" | "Index";

export interface TraceEvent {
  readonly op: TraceOp;
  readonly depth: number;
  /** The rule or expression in Rego text; for `Note` the message. */
  readonly node: string;
  readonly location: Location;
}

/** Rows by file; `covered` rows ran at least once, `notCovered` never. */
export interface FileCoverage {
  readonly covered: readonly number[];
  readonly notCovered: readonly number[];
}

export interface Evaluation {
  /** `undefined` when the document is undefined, else plain JSON (sets as sorted arrays). */
  readonly value: unknown;
  readonly prints: readonly PrintLine[];
  readonly coverage?: ReadonlyMap<string, FileCoverage>;
  readonly trace?: readonly TraceEvent[];
  /** Set when a host call must be answered first: answer it, add to `hostAnswers`, evaluate again. */
  readonly suspended?: HostCall;
}

export interface QueryEvaluation extends Omit<Evaluation, "value"> {
  readonly results: readonly QueryResult[];
}

export interface QueryResult {
  /** Values of the query's variables (not of generated ones and wildcards). */
  readonly bindings: Readonly<Record<string, unknown>>;
  /** The value, text and place of each expression of the query. */
  readonly expressions: readonly {
    readonly value: unknown;
    readonly text: string;
    readonly location: Location;
  }[];
}

/** A compiled set of modules. It holds no state of an evaluation and may be used from many at once. */
export interface Program {
  /** The value of one document, such as `terraform/deny`, `data.terraform.deny` or a package. Never throws for bad policy or input. */
  evaluate(entrypoint: string, input: unknown, options?: EvaluateOptions): Outcome<Evaluation, RegoError[]>;
  /** Runs an ad-hoc query (v1 syntax) such as `data.a.p[x]; x > 1`. */
  query(text: string, input: unknown, options?: EvaluateOptions): Outcome<QueryEvaluation, RegoError[]>;
  /** Rule paths (`data.a.p`) in order of their names. */
  readonly rules: readonly RuleInfo[];
  readonly backend: Backend;
  readonly builtins: readonly string[];
}

export interface RuleInfo {
  readonly path: string;
  readonly kind: "complete" | "set" | "object" | "function";
  readonly arity: number;
  readonly locations: readonly Location[];
}
