import {
  err,
  isJsonObject,
  type Json,
  member,
  ok,
  type Problem,
  problem,
  type Result,
  sha256Hex,
} from "../../../base/index.ts";
import { isLoopback, type OpaServer, reaches } from "../host.ts";
import { type Judgement, type PolicyDefinition, type PolicyEngine, SILENT } from "../policy-engine.ts";
import { documentText } from "./document-text.ts";
import { judgementOf } from "./speech.ts";

/** Policies that an OPA server holds: the document goes there, the package's document comes back. */
export function opaServerEngine(server: OpaServer): PolicyEngine {
  return {
    name: "opa-server",
    compile: ({ set }) =>
      ok({
        judge(policy, document, bounds, answers) {
          const path = policy.entry.split(".");
          const text = documentText({ input: withParameters(policy, document) });
          if (!text.ok) return { ...SILENT, error: text.error };
          const body = text.value;
          const key = `${set} POST /v1/data/${path.join("/")} ${sha256Hex(body)}`;
          const answer = answers.get(key);
          if (answer === undefined) {
            const timeoutMs = Math.min(server.timeoutMs ?? bounds.timeoutMs, bounds.timeoutMs);
            return { requests: [{ kind: "opa_query", key, server, path, body, timeoutMs }] };
          }
          return answer.ok ? read(policy, answer.value) : { ...SILENT, error: answer.error };
        },
      }),
  };
}

/** The data of a server is its own, so that parameters come with the document: `input.trueup.params["<policy>"]`. */
function withParameters(policy: PolicyDefinition, document: Json): Json {
  if (!isJsonObject(document) || Object.keys(policy.parameters).length === 0) return document;
  return { ...document, trueup: { params: { [policy.name]: policy.parameters } } };
}

function read(policy: PolicyDefinition, answer: Json): Judgement {
  const result = member(answer, "result");
  if (isJsonObject(result)) return judgementOf(result);
  const error =
    result === undefined && isJsonObject(answer)
      ? { code: "policy_missing", message: `the OPA server has no package \`${policy.entry}\`` }
      : { code: "opa_answer_invalid", message: "the OPA server answered with something that is no package" };
  return { ...SILENT, error };
}

/**
 * May a set use this server? Documents hold clear values, so that they travel encrypted or not at all; and only to hosts
 * that the configuration opens, so that no change of a manifest sends them elsewhere.
 */
export function checkServer(
  server: OpaServer,
  hosts: readonly string[],
  place: string,
): Result<null, readonly Problem[]> {
  const refuse = (code: string, message: string, hint: string): Result<null, readonly Problem[]> =>
    err([problem(code, message, { place: { file: place }, hint })]);
  const url = URL.canParse(server.url) ? new URL(server.url) : null;
  if (url === null || url.search !== "" || url.hash !== "" || url.username !== "") {
    return refuse(
      "manifest_invalid",
      "`server.url` is no address of a server",
      "write https://HOST or https://HOST/PREFIX",
    );
  }
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url))) {
    const hint = "use https: documents hold clear values";
    return refuse("manifest_invalid", "`server.url` is not encrypted and not on this machine", hint);
  }
  if (!reaches(hosts, url)) {
    const hint = `add \`hosts: ["${url.host}"]\` to the set under \`policies\` in trueup.yaml`;
    return refuse("policy_host_denied", `the set may not reach \`${url.host}\``, hint);
  }
  return ok(null);
}
