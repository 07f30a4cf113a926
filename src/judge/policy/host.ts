import type { Json, Result } from "../../base/index.ts";

/**
 * Something that an evaluation needs and that only the host can do. Plain data: engines and adapters say what they need,
 * the set's {@link PolicyHost} does it, and the evaluation starts again with the answer (ADR 8).
 */
export type HostRequest = OpaQuery | WasmRun | HttpSend;

interface Asked {
  /** The same for the same need, in every attempt: the answer is found by it. */
  readonly key: string;
  /** Longest time that the host may take, in milliseconds. */
  readonly timeoutMs: number;
}

/** A document of the set's OPA server: `POST /v1/data/<path>`. The answer is the whole JSON that the server gave. */
export interface OpaQuery extends Asked {
  readonly kind: "opa_query";
  /** `trueup/aws/open_ports`, each segment as it is named in the policy. */
  readonly path: readonly string[];
  /** JSON text. */
  readonly body: string;
}

/** A run of the set's WebAssembly policy. The answer is an object from entry point to value; undefined ones are absent. */
export interface WasmRun extends Asked {
  readonly kind: "wasm_run";
  readonly entrypoints: readonly string[];
  readonly input: Json;
}

/** `http.send` of a policy. The answer is the response object that the policy sees. */
export interface HttpSend extends Asked {
  readonly kind: "http_send";
  /** The argument of the call. */
  readonly request: Json;
}

export interface HostFailure {
  /** Stable: `opa_server_timeout`. */
  readonly code: string;
  readonly message: string;
}

export type HostAnswer = Result<Json, HostFailure>;

/** Answers of earlier attempts by the key of their request. */
export type HostAnswers = ReadonlyMap<string, HostAnswer>;

/** What one policy set may have done for it. Made where the set is loaded, from what the configuration allows. */
export interface PolicyHost {
  /** Never rejects: what goes wrong is the answer. */
  perform(request: HostRequest): Promise<HostAnswer>;
}

/** One attempt: what was answered before, and where new needs are written down. */
export interface HostExchange {
  readonly answers: HostAnswers;
  /** `null`: nothing more is asked, and an evaluation that would need it is an error. */
  readonly asked: Map<string, { readonly host: PolicyHost; readonly request: HostRequest }> | null;
}

/** For callers without a host: a policy that needs one ends as an error, never as a pass. */
export const NO_HOST: HostExchange = { answers: new Map(), asked: null };
