import { isObject, objectEntries, RegoSet, termText, type Value } from "../values/index.ts";
import { HostCallNeeded } from "./builtin.ts";
import { define } from "./define.ts";
import { fault, operandFault, stringAt, typeFault } from "./operands.ts";

/** Built-ins that ask the host, or that the evaluator itself carries out. */
export const host = [
  define(
    "http.send(request: object[string: any]) response: object[any: any]",
    "http",
    "The response to an HTTP request, when the host allows it.",
    (ctx, [request]) => {
      checkRequest(request!);
      const answer = ctx.host.request?.("http.send", request!);
      if (answer === undefined) throw new HostCallNeeded("http.send", request!);
      // The host answers a text where there is no response.
      if (typeof answer === "string") throw fault(answer);
      return answer;
    },
    { nondeterministic: true },
  ),
  define(
    "opa.runtime() output: object[string: any]",
    "opa",
    "What the host tells of itself: configuration, environment, version.",
    (ctx) => ctx.runtime(),
    { nondeterministic: true },
  ),
  define(
    "trace(note: string) result: boolean",
    "tracing",
    "Adds a note to the trace; always true.",
    (_, args) => {
      stringAt(args, 0);
      return true;
    },
  ),
  define("print(...any): void", "", "Prints its arguments, separated by spaces.", () => true),
  define(
    "internal.print(array[set[any]]): void",
    "internal",
    "What a call of `print` is rewritten to.",
    () => true,
  ),
  define(
    "internal.test_case(array[any]): void",
    "internal",
    "Marks a case of a test that has several.",
    () => true,
  ),
  compilerMade(
    "rego.metadata.chain() chain: array[any]",
    "The metadata of this rule and of all packages around it.",
  ),
  compilerMade("rego.metadata.rule() output: any", "The metadata of this rule."),
  compilerMade(
    "rego.parse_module(filename: string, rego: string) output: object[string: any]",
    "The syntax tree of a module.",
  ),
];

/** Known here by type only; whoever compiles and evaluates supplies what they do. */
function compilerMade(signature: string, description: string) {
  return define(signature, "rego", description, () => {
    throw fault("is supplied by the compiler");
  });
}

const KEYS: ReadonlySet<string> = new Set([
  "method",
  "url",
  "body",
  "enable_redirect",
  "force_json_decode",
  "force_yaml_decode",
  "headers",
  "raw_body",
  "tls_use_system_certs",
  "tls_ca_cert",
  "tls_ca_cert_file",
  "tls_ca_cert_env_variable",
  "tls_client_cert",
  "tls_client_cert_file",
  "tls_client_cert_env_variable",
  "tls_client_key",
  "tls_client_key_file",
  "tls_client_key_env_variable",
  "tls_insecure_skip_verify",
  "tls_server_name",
  "timeout",
  "cache",
  "force_cache",
  "force_cache_duration_seconds",
  "raise_error",
  "caching_mode",
  "max_retry_attempts",
  "cache_ignored_headers",
]);

const REQUIRED_KEYS = ["method", "url"];

/** Refuses requests with unknown or missing keys, as `http.send` does. */
export function checkRequest(request: Value): void {
  if (!isObject(request)) throw typeFault(1, request, "object");
  const keys = RegoSet.of(objectEntries(request).map((entry) => entry[0]));
  const unknown = RegoSet.of(keys.items().filter((key) => typeof key !== "string" || !KEYS.has(key)));
  if (unknown.size > 0) throw operandFault(1, `invalid request parameters(s): ${termText(unknown)}`);
  const missing = RegoSet.of(REQUIRED_KEYS.filter((key) => !keys.has(key)));
  if (missing.size > 0) throw operandFault(1, `missing required request parameters(s): ${termText(missing)}`);
}
