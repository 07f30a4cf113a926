import type { Json, JsonObject, Result } from "../../base/index.ts";

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

/** The OPA server of a set, as its manifest names it. Secrets stand there by reference only. */
export interface OpaServer {
  /** Where `/v1/data` begins: `https://opa.example.com/`. */
  readonly url: string;
  /** Bearer token: an environment variable, or a file beside the manifest. */
  readonly token: { readonly env: string } | { readonly file: string } | null;
  /** PEM file beside the manifest with the authorities that vouch for the server; `null`: those of the system. */
  readonly ca: string | null;
  /** Longest time that one answer may take; `null`: that of every policy. */
  readonly timeoutMs: number | null;
}

/** A document of an OPA server: `POST /v1/data/<path>`. The answer is the whole JSON that the server gave. */
export interface OpaQuery extends Asked {
  readonly kind: "opa_query";
  readonly server: OpaServer;
  /** `["trueup", "open_ports"]`: segments as they are named in the policy. */
  readonly path: readonly string[];
  /** JSON text. */
  readonly body: string;
}

/** What `opa build -t wasm` made. One object a set: the host keeps what it started for it. */
export interface WasmPolicy {
  readonly wasm: Uint8Array;
  readonly data: JsonObject;
}

/** A run of a WebAssembly policy. The answer is an object from entry point to value; undefined ones are absent. */
export interface WasmRun extends Asked {
  readonly kind: "wasm_run";
  readonly policy: WasmPolicy;
  readonly entrypoints: readonly string[];
  /** Epoch milliseconds that the policy sees as "now". */
  readonly now: number;
  /** JSON text. */
  readonly input: string;
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
  /** `host` or `host:port` that the configuration opens to this set; none by default. */
  readonly hosts: readonly string[];
  /** Never rejects: what goes wrong is the answer. */
  perform(request: HostRequest): Promise<HostAnswer>;
}

/** One attempt: what was answered before, and where new needs are written down. */
export interface HostExchange {
  readonly answers: HostAnswers;
  /** `null`: nothing more is asked, and an evaluation that would need it is an error. */
  readonly asked: Map<string, { readonly host: PolicyHost; readonly request: HostRequest }> | null;
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { "http:": "80", "https:": "443" };

/** Do these hosts hold this URL? Names are compared whole; an entry without a port means the default one of the scheme. */
export function reaches(hosts: readonly string[], url: URL): boolean {
  const standard = DEFAULT_PORTS[url.protocol];
  if (standard === undefined || url.username !== "" || url.password !== "") return false;
  const name = url.hostname.toLowerCase();
  const port = url.port === "" ? standard : url.port;
  return hosts.some((host) => {
    const entry = host.toLowerCase();
    return entry === `${name}:${port}` || (entry === name && port === standard);
  });
}

/** This machine by its loopback address: what is sent there crosses no network. */
export function isLoopback(url: URL): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
}

/** For callers without a host: a policy that needs one ends as an error, never as a pass. */
export const NO_HOST: HostExchange = { answers: new Map(), asked: null };
