import { join } from "node:path";
import { err, type Json, member, ok, type Result, stringMember } from "../../base/index.ts";
import type { HostAnswer, HostFailure, OpaQuery, OpaServer } from "../../judge/policy/index.ts";
import type { Variables } from "../config/index.ts";
import { readTextFile } from "../read-text-file.ts";
import type { Circuit } from "./circuit.ts";
import { exchange, type HttpFailure, type HttpResponse } from "./http-exchange.ts";

export interface ServerAccess {
  /** Folder of the set; files that its manifest names lie there. */
  readonly folder: string;
  readonly variables: Variables;
  readonly circuit: Circuit;
}

const CODES: Readonly<Record<HttpFailure["kind"], string>> = {
  timeout: "opa_server_timeout",
  unreachable: "opa_server_unreachable",
  too_large: "opa_server_too_large",
  refused: "opa_server_failed",
};

/** Asks an OPA server for one document. */
export async function askOpaServer(query: OpaQuery, access: ServerAccess): Promise<HostAnswer> {
  const { circuit } = access;
  const { server } = query;
  const { host } = new URL(server.url);
  if (circuit.isOpen()) {
    const message = `the OPA server ${host} did not answer several times in a row, so it is not asked for some seconds`;
    return err({ code: "opa_server_unreachable", message });
  }
  const secrets = await secretsOf(server, access);
  if (!secrets.ok) return secrets;
  const { token, ca } = secrets.value;
  const answer = await exchange({
    url: urlOf(server, query.path),
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json",
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    body: query.body,
    timeoutMs: query.timeoutMs,
    ca,
  });
  if (answer.ok) {
    circuit.answered();
    return readAnswer(host, answer.value);
  }
  circuit.failed();
  return err({ code: CODES[answer.error.kind], message: `the OPA server ${host}: ${answer.error.why}` });
}

function urlOf(server: OpaServer, path: readonly string[]): URL {
  const base = server.url.replace(/\/+$/, "");
  return new URL(`${base}/v1/data/${path.map(encodeURIComponent).join("/")}`);
}

function readAnswer(host: string, { status, body }: HttpResponse): HostAnswer {
  if (status >= 300 && status < 400) {
    const message = `the OPA server ${host} answers with a redirect (${status}), which is not followed`;
    return err({ code: "opa_server_redirect", message });
  }
  const json = parse(body);
  if (status !== 200) {
    const said = json === undefined ? null : stringMember(json, "code");
    const why = said !== null && /^[a-z_]{1,60}$/.test(said) ? `, ${said}` : "";
    return err({ code: "opa_server_failed", message: `the OPA server ${host} answers ${status}${why}` });
  }
  if (json === undefined)
    return err({ code: "opa_answer_invalid", message: `the OPA server ${host} answers with no JSON` });
  const warning = stringMember(member(json, "warning"), "code");
  if (warning === "api_usage_warning")
    return err({
      code: "opa_answer_invalid",
      message: `the OPA server ${host} did not take the document as its input`,
    });
  return ok(json);
}

function parse(body: Buffer): Json | undefined {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body)) as Json;
  } catch {
    return undefined;
  }
}

interface Secrets {
  readonly token: string | null;
  readonly ca: string | null;
}

/** Read for each question, so that a token may change while the process runs; held nowhere. */
async function secretsOf(
  { token, ca }: OpaServer,
  { folder, variables }: ServerAccess,
): Promise<Result<Secrets, HostFailure>> {
  const missing = (what: string): HostFailure => ({
    code: "opa_secret_missing",
    message: `${what} is named in the manifest of the set and is not there`,
  });
  let value: string | null = null;
  if (token !== null && "env" in token) {
    value = variables[token.env]?.trim() ?? "";
    if (value === "") return err(missing(`environment variable ${token.env}`));
  } else if (token !== null) {
    const text = await readTextFile(join(folder, token.file), token.file);
    if (!text.ok) return err(missing(`token file ${token.file}`));
    value = text.value.trim();
  }
  if (ca === null) return ok({ token: value, ca: null });
  const pem = await readTextFile(join(folder, ca), ca);
  return pem.ok ? ok({ token: value, ca: pem.value }) : err(missing(`authority file ${ca}`));
}
