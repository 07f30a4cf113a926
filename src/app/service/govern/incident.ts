import { err, isJsonObject, ok, type Problem, problem, type Result } from "../../../base/index.ts";
import type { Principal } from "../../../domain/index.ts";
import type { OpenRequest } from "../../../govern/breakglass/index.ts";
import type { GovernService } from "./governing.ts";

const TIMEOUT_MS = 5_000;
const MOST_BYTES = 64 * 1024;

/**
 * Asks the configured incident system whether the incident is open; `null` where the kind asks none. No answer is no yes: a system
 * that cannot be reached refuses the grant and says so (`incident_unreachable`). Redirects are not followed.
 */
export async function askIncidentSystem(
  service: GovernService,
  request: OpenRequest,
  principal: Principal,
): Promise<Result<boolean | null, Problem>> {
  const rule = service.config.governance.emergencies.find(({ name }) => name === request.kind)?.incident;
  if (rule === undefined || rule === null || rule.kind !== "lookup" || request.incident === null)
    return ok(null);
  try {
    const response = await fetch(rule.url, {
      method: "POST",
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify({ incident: request.incident, kind: request.kind, holder: principal.name }),
    });
    const text = await response.text();
    if (!response.ok || text.length > MOST_BYTES) return err(unreachable(`it answered ${response.status}`));
    const answer: unknown = JSON.parse(text);
    return ok(isJsonObject(answer) && answer["open"] === true);
  } catch (cause) {
    return err(unreachable(cause instanceof SyntaxError ? "its answer is no JSON" : "it cannot be reached"));
  }
}

function unreachable(why: string): Problem {
  return problem(
    "incident_unreachable",
    `the incident system did not say whether the incident is open: ${why}`,
    {
      hint: "use an emergency kind whose incidents are checked by pattern, or the sealed emergency role",
    },
  );
}
