import { Cron } from "croner";
import { err, ok, type Problem, problem, type Result, rfc3339, sha256Hex } from "../base/index.ts";

/** Five fields of digits, names and `* , - /`, and nothing else that a cron library may know. */
const FIELDS = /^(?:[0-9A-Za-z*,/-]{1,100}\s+){4}[0-9A-Za-z*,/-]{1,100}$/;

/** What is wrong with a cron line or its timezone, `null` when nothing is. */
export function checkCron(cron: string, timezone: string): Problem | null {
  const parsed = parse(cron, timezone);
  return parsed.ok ? null : parsed.error;
}

/**
 * When a line runs next, strictly after `after` (epoch milliseconds); RFC 3339, `null` when never again. Local times: an hour that a
 * change of the clock leaves out runs right after it, one that comes twice runs once.
 */
export function nextRun(
  line: { readonly cron: string; readonly timezone: string; readonly jitterMs: number },
  after: number,
): string | null {
  const parsed = parse(line.cron, line.timezone);
  if (!parsed.ok) return null;
  // The line's own time lies `jitterMs` before the run; looked for from there, no run is left out and none comes twice.
  const next = parsed.value.nextRun(new Date(after - line.jitterMs));
  return next === null ? null : rfc3339(next.getTime() + line.jitterMs);
}

/** Spreads runs of many workspaces over `spreadSeconds`: each name has its own place, the same each time. */
export function jitterOf(name: string, spreadSeconds: number): number {
  if (spreadSeconds <= 0) return 0;
  return Number.parseInt(sha256Hex(name).slice(0, 12), 16) % (spreadSeconds * 1000);
}

function parse(cron: string, timezone: string): Result<Cron, Problem> {
  const hint = "write five fields: minute hour day month weekday, e.g. `17 */4 * * *`";
  if (!FIELDS.test(cron)) {
    return err(
      problem("cron_invalid", `\`${cron}\` is no cron line`, { place: { path: "schedule.cron" }, hint }),
    );
  }
  try {
    new Intl.DateTimeFormat("en", { timeZone: timezone });
  } catch {
    return err(
      problem("timezone_unknown", `\`${timezone}\` is no timezone`, {
        place: { path: "schedule.timezone" },
        hint: "write an IANA name, e.g. `Europe/Berlin` or `UTC`",
      }),
    );
  }
  try {
    return ok(new Cron(cron, { timezone, paused: true }));
  } catch {
    return err(
      problem("cron_invalid", `\`${cron}\` is no cron line`, { place: { path: "schedule.cron" }, hint }),
    );
  }
}
