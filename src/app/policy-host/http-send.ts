import { err, isJsonObject, type Json, type JsonObject, member, ok, stringMember } from "../../base/index.ts";
import { type HostAnswer, type HttpSend, isLoopback, reaches } from "../../judge/policy/index.ts";
import { exchange, type HttpResponse } from "./http-exchange.ts";

/** Parts of a request by which a policy would weaken the connection, or read files and variables of this machine. */
const REFUSED = [
  "enable_redirect",
  "force_yaml_decode",
  "tls_insecure_skip_verify",
  "tls_ca_cert_file",
  "tls_ca_cert_env_variable",
  "tls_client_cert",
  "tls_client_cert_file",
  "tls_client_cert_env_variable",
  "tls_client_key",
  "tls_client_key_file",
  "tls_client_key_env_variable",
  "tls_server_name",
];

/**
 * `http.send` for a set that may reach some hosts. A call that is not allowed is a failure of the policy; a server that does
 * not answer is one too, unless the policy says `raise_error: false`. Each answer holds for the whole run, whatever
 * the policy says about caching.
 */
export async function sendHttp(
  { request, timeoutMs }: HttpSend,
  hosts: readonly string[],
): Promise<HostAnswer> {
  const refused = REFUSED.find((name) => (member(request, name) ?? false) !== false);
  if (refused !== undefined)
    return failure("http_send_refused", `\`http.send\` with \`${refused}\` is refused`);
  const text = stringMember(request, "url") ?? "";
  if (!URL.canParse(text))
    return failure("http_send_refused", "`http.send` without a valid `url` is refused");
  const url = new URL(text);
  if (!reaches(hosts, url)) {
    const message = `the policy calls ${url.host}, which is not among the \`hosts\` of its set in trueup.yaml`;
    return failure("policy_host_denied", message);
  }
  if (url.protocol !== "https:" && !isLoopback(url)) {
    return failure("policy_host_denied", `the policy calls ${url.host} without encryption`);
  }
  const answer = await exchange({
    url,
    method: (stringMember(request, "method") ?? "get").toUpperCase(),
    headers: headersOf(request),
    body: bodyOf(request),
    timeoutMs: Math.min(timeoutMs, timeoutOf(request) ?? timeoutMs),
    ca: stringMember(request, "tls_ca_cert"),
  });
  if (answer.ok) return ok(responseOf(answer.value, member(request, "force_json_decode") === true));
  const message = `\`http.send\` to ${url.host}: ${answer.error.why}`;
  if (member(request, "raise_error") === false)
    return ok({ status_code: 0, error: { code: "eval_http_send_network_error", message } });
  return failure("http_send_failed", message);
}

function failure(code: string, message: string): HostAnswer {
  return err({ code, message });
}

function headersOf(request: Json): Record<string, string> {
  const given = member(request, "headers");
  const body = member(request, "body") === undefined ? [] : [["content-type", "application/json"]];
  const own = Object.entries(isJsonObject(given) ? given : {}).map(([name, value]) => [
    name.toLowerCase(),
    Array.isArray(value) ? value.map(String).join(", ") : String(value),
  ]);
  return Object.fromEntries([...body, ...own]) as Record<string, string>;
}

function bodyOf(request: Json): string | null {
  const raw = stringMember(request, "raw_body");
  if (raw !== null) return raw;
  const body = member(request, "body");
  return body === undefined ? null : JSON.stringify(body);
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000 };

/** Milliseconds of a number of nanoseconds or of `"500ms"`, `"5s"`; `null` where neither is there. */
function timeoutOf(request: Json): number | null {
  const timeout = member(request, "timeout");
  if (typeof timeout === "number") return timeout > 0 ? Math.ceil(timeout / 1e6) : null;
  const found = /^(\d{1,9})(ms|s|m)$/.exec(typeof timeout === "string" ? timeout : "");
  return found === null ? null : Number(found[1]) * (UNITS[found[2] ?? ""] ?? 1);
}

/** The response as OPA shows it: header names in lower case, `body` only where it is JSON. */
function responseOf({ status, statusText, headers, body }: HttpResponse, forced: boolean): JsonObject {
  const raw = new TextDecoder().decode(body);
  const isJson = forced || /^application\/json\b/i.test(headers["content-type"]?.[0] ?? "");
  return {
    status: `${status} ${statusText}`.trimEnd(),
    status_code: status,
    headers: { ...headers },
    raw_body: raw,
    body: isJson ? parsed(raw) : null,
  };
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}
