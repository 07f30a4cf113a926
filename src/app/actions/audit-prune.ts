import { err, ok, type Problem, problem, type Result, rfc3339 } from "../../base/index.ts";
import { type PrunedAudit, pruneAudit } from "../service/retention/prune-audit.ts";
import { type AppOptions, openSession } from "../session.ts";

/** `before`: a date (`2026-01-31`, the beginning of that day in UTC) or an RFC 3339 instant in the past. */
export async function auditPrune(
  options: AppOptions,
  before: string,
): Promise<Result<PrunedAudit, readonly Problem[]>> {
  const opened = await openSession(options);
  if (!opened.ok) return opened;
  const { now, caller, withStore } = opened.value;
  const instant = INSTANT.test(before) ? Date.parse(before) : Number.NaN;
  if (Number.isNaN(instant) || instant > now) {
    const hint = "write a date such as 2026-01-31, or an instant such as 2026-01-31T00:00:00Z";
    return err([problem("date_invalid", `\`${before}\` is no date in the past`, { hint })]);
  }
  return withStore(async (store) => {
    const pruned = await pruneAudit(store, {
      before: rfc3339(instant),
      now: rfc3339(now),
      asker: caller.asker,
    });
    return pruned.ok ? ok(pruned.value) : err([pruned.error]);
  });
}

const INSTANT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?$/;
