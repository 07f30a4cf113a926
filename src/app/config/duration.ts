const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Ten years: more is a slip of the finger. */
const MAX_MS = 3_650 * 86_400_000;

/** Text form of a duration, for schemas: `90s`, `10m`, `4h`, `7d`, `1h30m`. */
export const DURATION_PATTERN = /^(?:\d{1,6}[smhdw]){1,5}$/;

/** Milliseconds of `4h`, `7d`, `1h30m`; `null` for text that is no duration, for zero and for more than ten years. */
export function parseDuration(text: string): number | null {
  if (!DURATION_PATTERN.test(text)) return null;
  let total = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)([smhdw])/g)) {
    total += Number(count) * (UNIT_MS[unit ?? ""] ?? 0);
  }
  return total > 0 && total <= MAX_MS ? total : null;
}
