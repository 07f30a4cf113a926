import type { DeliveryFault } from "./channel.ts";

/** A round of tries: about 9 hours from the first to the last. After it the delivery is dead and waits for a person. */
export const TRIES_IN_A_ROUND = 14;
const FIRST_MS = 15_000;
const MAX_MS = 3_600_000;

/**
 * When to try again after the `tries`-th try (1-based, over all rounds): doubling from 15 seconds to an hour, spread over the
 * upper half so that many deliveries to one receiver that was away do not come back at once. `null`: given up.
 * `random` is in [0, 1).
 */
export function retryDelayMs(
  tries: number,
  { permanent, retryAfterMs }: Pick<DeliveryFault, "permanent" | "retryAfterMs">,
  random: number,
): number | null {
  const round = ((tries - 1) % TRIES_IN_A_ROUND) + 1;
  if (permanent || round >= TRIES_IN_A_ROUND) return null;
  const full = Math.min(FIRST_MS * 2 ** (round - 1), MAX_MS);
  const spread = full / 2 + (full / 2) * random;
  return Math.round(Math.max(spread, retryAfterMs ?? 0));
}
