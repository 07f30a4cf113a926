import { err, ok, type Problem, problem, type Result } from "../../base/index.ts";
import type { HttpCall } from "../caller.ts";

/** Header in which a page of ours sends what `GET /v1/session` told it. */
export const CSRF_HEADER = "x-trueup-csrf";
const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

export function isSafe({ method }: HttpCall): boolean {
  return SAFE.has(method);
}

/**
 * Was the request made by a page of this server? By what browsers say and pages cannot change: `Sec-Fetch-Site` (W3C Fetch Metadata),
 * and `Origin` where a browser does not know that. Neither: no. Problem: `csrf_refused`.
 */
export function ownPage(call: HttpCall, home: string): Result<void, Problem> {
  const site = call.header("sec-fetch-site");
  if (site !== null && site !== "same-origin") return err(ELSEWHERE);
  const origin = call.header("origin");
  if (origin === null) return site === null ? err(ELSEWHERE) : ok(undefined);
  const own = [new URL(home).origin, `${call.secure ? "https" : "http"}://${call.header("host") ?? ""}`];
  return own.includes(origin) ? ok(undefined) : err(ELSEWHERE);
}

const ELSEWHERE = problem("csrf_refused", "the request was not made by a page of this server");
