import type { Logger } from "pino";
import type { JobQueue } from "../../../schedule/index.ts";
import type { LiveChange } from "../live-bus.ts";

/** Nouns whose changes may have written a notice. Decisions are not among them: there are thousands a second. */
const TELLING: ReadonlySet<string> = new Set(["finding", "scan", "grant", "exception", "approval", "review"]);

/**
 * Asks for a `deliver` job when something changed of which people may have to hear, so that they do not wait for the minute. Called
 * after the transaction; where it fails, the job of the minute does the same. However many changes come, one request is under way.
 */
export function deliverSoon(
  jobs: Pick<JobQueue, "enqueue">,
  log: Pick<Logger, "warn">,
): (change: LiveChange) => void {
  let asking = false;
  let again = false;
  const ask = async (): Promise<void> => {
    const asked = await jobs.enqueue({ kind: "deliver", key: "deliver", data: {} });
    if (!asked.ok) log.warn({ problem: asked.error.code }, "messages wait for the next minute");
  };
  const run = async (): Promise<void> => {
    asking = true;
    try {
      do {
        again = false;
        await ask();
      } while (again);
    } finally {
      asking = false;
    }
  };
  return ({ kind }) => {
    if (!TELLING.has(kind)) return;
    // A job that took the outbox up before this change was written would miss it: ask once more after this one.
    if (asking) again = true;
    else
      run().catch((cause: unknown) => {
        log.warn({ cause: String(cause) }, "messages wait for the next minute");
      });
  };
}
