import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  err,
  isJsonObject,
  type Json,
  messageOf,
  ok,
  type Problem,
  problem,
  type Result,
} from "../base/index.ts";
import type { Variables } from "./config/index.ts";

/** A running server that a command asks instead of opening the store itself. */
export interface ServerAddress {
  readonly origin: string;
  readonly token: string;
}

export interface ServerCall {
  readonly method: "GET" | "POST";
  /** Below `/v1`, encoded: `/breakglass/grt_…`. */
  readonly path: string;
  readonly body?: object;
}

/** Written by `trueup serve` into its data folder, for commands of the same user. */
const SERVER_FILE = "server.json";
const TIMEOUT_MS = 60_000;
const PAGE = 500;

/**
 * Which server to ask: the one of `TRUEUP_SERVER` (with the token of `TRUEUP_TOKEN`), or the one that runs on this machine over the
 * same data folder. `null`: none, the store is opened here. A file that a dead server left says nothing.
 */
export async function findServer(
  variables: Variables,
  dataFolder: string,
): Promise<Result<ServerAddress | null, Problem>> {
  const { TRUEUP_SERVER: given = "", TRUEUP_TOKEN: token = "" } = variables;
  if (given !== "") return configured(given, token);
  const text = await readFile(join(dataFolder, SERVER_FILE), "utf8").catch(() => null);
  const told = text === null ? null : parse(text);
  if (told === null || !isJsonObject(told)) return ok(null);
  const { origin, token: own, pid } = told;
  if (typeof origin !== "string" || typeof own !== "string" || typeof pid !== "number") return ok(null);
  return ok(isRunning(pid) ? { origin, token: own } : null);
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

function configured(given: string, token: string): Result<ServerAddress, Problem> {
  const url = URL.parse(given);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== "" || url.search !== "") {
    const hint = "write it like https://trueup.example.com";
    return err(problem("server_address", "`TRUEUP_SERVER` is no address of a server", { hint }));
  }
  if (url.protocol === "http:" && !LOOPBACK.test(url.hostname)) {
    const hint = "use https: the token would be readable on the way";
    return err(
      problem("server_insecure", `\`${url.host}\` is another machine, and http is not safe`, { hint }),
    );
  }
  if (token === "") {
    const hint = "make one with `trueup token create`, and put it into TRUEUP_TOKEN";
    return err(problem("token_missing", "`TRUEUP_SERVER` is set and `TRUEUP_TOKEN` is not", { hint }));
  }
  return ok({ origin: `${url.origin}${url.pathname.replace(/\/+$/, "")}`, token });
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Asks, and gives the JSON or text of the answer; a problem document comes back as the Problem that it was. */
export async function askServer(
  server: ServerAddress,
  call: ServerCall,
  signal: AbortSignal,
): Promise<Result<Json, Problem>> {
  try {
    const response = await fetch(`${server.origin}/v1${call.path}`, {
      method: call.method,
      redirect: "error",
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      headers: {
        authorization: `Bearer ${server.token}`,
        accept: "application/json, text/markdown",
        ...(call.body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    });
    const text = await response.text();
    if (response.ok && /^text\/markdown\b/.test(response.headers.get("content-type") ?? "")) return ok(text);
    const json = parse(text);
    if (response.ok && json !== null) return ok(json);
    return err(problemOf(json, `${server.origin} answered ${response.status}`));
  } catch (cause) {
    const hint = "see that `trueup serve` runs there";
    return err(
      problem("server_unreachable", `${server.origin} cannot be asked: ${messageOf(cause)}`, { hint }),
    );
  }
}

/** Every item of a list, page after page. */
export async function askServerForAll(
  server: ServerAddress,
  path: string,
  signal: AbortSignal,
): Promise<Result<readonly Json[], Problem>> {
  const items: Json[] = [];
  const joint = path.includes("?") ? "&" : "?";
  let cursor = "";
  for (;;) {
    const page = await askServer(
      server,
      { method: "GET", path: `${path}${joint}limit=${PAGE}${cursor}` },
      signal,
    );
    if (!page.ok) return page;
    const { value } = page;
    if (!isJsonObject(value) || !Array.isArray(value["items"])) return err(strange(server));
    items.push(...value["items"]);
    if (typeof value["next"] !== "string") return ok(items);
    cursor = `&cursor=${encodeURIComponent(value["next"])}`;
  }
}

export function strange(server: ServerAddress): Problem {
  return problem("server_answer", `${server.origin} answers in a way that this version does not know`, {
    hint: "use the same version of trueup here and there",
  });
}

function problemOf(json: Json | null, otherwise: string): Problem {
  if (json === null || !isJsonObject(json)) return problem("server_answer", otherwise);
  const { code, detail, hint } = json;
  if (typeof code !== "string" || typeof detail !== "string") return problem("server_answer", otherwise);
  return problem(code, detail, typeof hint === "string" ? { hint } : {});
}

function parse(text: string): Json | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
