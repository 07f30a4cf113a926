/** Time as it is handed to everything that needs it; nothing but the composition root reads the system clock. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
}

export function fixedClock(epochMs: number): Clock {
  return { now: () => epochMs };
}

/** RFC 3339 text in UTC with milliseconds, as stored and shown everywhere. */
export function rfc3339(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
