import type { LiveBus, LiveEvent } from "../app/service/index.ts";
import { maySee, type Scope } from "./caller.ts";

export interface EventStreamOptions {
  readonly live: LiveBus;
  readonly scope: Scope;
  /** `Last-Event-ID` of a listener that comes back; `null`: from now on. */
  readonly after: string | null;
  readonly heartbeatMs: number;
  readonly signal: AbortSignal;
}

/** Events that a listener may fall behind before it is sent away to read everything again. */
const MOST_BEHIND = 1_000;

/**
 * Server-sent events (WHATWG HTML, "server-sent events"): `changed` with the event's id, `reset` where what was missed is not
 * remembered any more, comments as heartbeats.
 */
export async function* eventStream(options: EventStreamOptions): AsyncGenerator<string> {
  const { live, scope, after, heartbeatMs, signal } = options;
  const waiting: LiveEvent[] = [];
  let wake: (() => void) | null = null;
  let lost = false;
  const visible = (event: LiveEvent): boolean => event.workspace === null || maySee(scope, event.workspace);
  const stop = live.subscribe((event) => {
    if (!visible(event)) return;
    if (waiting.length >= MOST_BEHIND) lost = true;
    else waiting.push(event);
    wake?.();
  });
  const gone = (): void => wake?.();
  signal.addEventListener("abort", gone);
  try {
    yield "retry: 3000\n\n";
    if (after !== null) {
      const missed = live.since(after);
      if (missed === null) yield RESET;
      else waiting.unshift(...missed.filter(visible).filter((event) => !waiting.includes(event)));
    }
    while (!signal.aborted) {
      if (lost) {
        yield RESET;
        return;
      }
      const event = waiting.shift();
      if (event !== undefined) {
        yield eventText(event);
        continue;
      }
      const woken = await new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => resolve(false), heartbeatMs);
        wake = () => {
          clearTimeout(timer);
          resolve(true);
        };
      });
      wake = null;
      if (!woken) yield ": still here\n\n";
    }
  } finally {
    stop();
    signal.removeEventListener("abort", gone);
  }
}

const RESET = "event: reset\ndata: {}\n\n";

function eventText({ event, time, kind, id, workspace }: LiveEvent): string {
  return `id: ${event}\nevent: changed\ndata: ${JSON.stringify({ time, kind, id, workspace })}\n\n`;
}
