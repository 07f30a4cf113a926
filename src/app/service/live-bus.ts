import { randomBytes } from "node:crypto";
import type { Store } from "../../store/index.ts";

/** Something changed that a screen may show: what and where, never the thing itself. */
export interface LiveChange {
  /** Noun of what changed: `finding`, `scan`, `decision`, `workspace`, `grant`, `exception`, `approval`, `review`, `audit`. */
  readonly kind: string;
  readonly id: string;
  /** `null`: belongs to no workspace. */
  readonly workspace: string | null;
}

export interface LiveEvent extends LiveChange {
  /** `evt_` and 24 hexadecimal characters, the same in every process. */
  readonly event: string;
  /** RFC 3339. */
  readonly time: string;
}

export interface LiveBus {
  publish(change: LiveChange): void;
  /** Returns the way to stop. */
  subscribe(listener: (event: LiveEvent) => void): () => void;
  /** Events after that one, oldest first; `null` when it is not remembered any more: the listener must read everything again. */
  since(event: string): readonly LiveEvent[] | null;
}

/** How many events are remembered for listeners that come back. */
const REMEMBERED = 2_000;

/** `link` is one that has not been listened on yet; `null`: this process is alone. */
export function liveBus(now: () => string, link: Store["live"] | null): LiveBus {
  const listeners = new Set<(event: LiveEvent) => void>();
  let remembered: LiveEvent[] = [];
  const deliver = (event: LiveEvent): void => {
    remembered.push(event);
    if (remembered.length > 2 * REMEMBERED) remembered = remembered.slice(-REMEMBERED);
    for (const listener of listeners) listener(event);
  };
  void link?.receive((text) => {
    const event = readEvent(text);
    if (event !== null) deliver(event);
  });
  return {
    publish(change) {
      const { kind, id, workspace } = change;
      const event = { event: `evt_${randomBytes(12).toString("hex")}`, time: now(), kind, id, workspace };
      if (link === null) deliver(event);
      else link.send(JSON.stringify(event));
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    since(event) {
      const at = remembered.findIndex((held) => held.event === event);
      return at < 0 ? null : remembered.slice(at + 1);
    },
  };
}

/** What came over a link, `null` when it is no event: another program may speak on the same channel. */
function readEvent(text: string): LiveEvent | null {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof raw !== "object" || raw === null) return null;
  const { event, time, kind, id, workspace } = raw as Partial<Record<string, unknown>>;
  if (typeof event !== "string" || typeof time !== "string") return null;
  if (typeof kind !== "string" || typeof id !== "string") return null;
  if (workspace !== null && typeof workspace !== "string") return null;
  return { event, time, kind, id, workspace };
}
