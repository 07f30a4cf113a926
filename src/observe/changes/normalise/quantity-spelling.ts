import type { Normaliser } from "./normaliser.ts";

/** Maps of a Kubernetes object whose values are quantities. */
const QUANTITIES: ReadonlySet<string> = new Set([
  "limits",
  "requests",
  "hard",
  "capacity",
  "default",
  "default_request",
  "max",
  "min",
  "overhead",
]);

/** The API server writes quantities in a form of its own (`1000m` as `1`, `1024Mi` as `1Gi`). */
export const quantitySpelling: Normaliser = {
  name: "quantity-spelling",
  removes: "a Kubernetes quantity in another spelling: `1000m` and `1`, `1Gi` and `1024Mi`",
  isNoise: ({ path, before, after, resource }) => {
    if (resource.provider !== "kubernetes" || typeof before !== "string" || typeof after !== "string")
      return false;
    if (!path.some((step) => typeof step === "string" && QUANTITIES.has(step))) return false;
    const left = billionths(before);
    return left !== null && left === billionths(after);
  },
};

const QUANTITY = /^(\d{1,18})(?:\.(\d{1,9}))?(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/;

/** Multipliers in billionths (Kubernetes apimachinery, "resource.Quantity"). */
const UNITS: ReadonlyMap<string, bigint> = new Map([
  ["n", 1n],
  ["u", 10n ** 3n],
  ["m", 10n ** 6n],
  ["", 10n ** 9n],
  ["k", 10n ** 12n],
  ["M", 10n ** 15n],
  ["G", 10n ** 18n],
  ["T", 10n ** 21n],
  ["P", 10n ** 24n],
  ["E", 10n ** 27n],
  ["Ki", 2n ** 10n * 10n ** 9n],
  ["Mi", 2n ** 20n * 10n ** 9n],
  ["Gi", 2n ** 30n * 10n ** 9n],
  ["Ti", 2n ** 40n * 10n ** 9n],
  ["Pi", 2n ** 50n * 10n ** 9n],
  ["Ei", 2n ** 60n * 10n ** 9n],
]);

/**
 * Exact value times 10^18 (nine places of the fraction, nine of the smallest unit); `null` for what is no
 * quantity.
 */
function billionths(text: string): bigint | null {
  const match = QUANTITY.exec(text);
  const unit = match === null ? undefined : UNITS.get(match[3] ?? "");
  if (match === null || unit === undefined) return null;
  return BigInt((match[1] ?? "0") + (match[2] ?? "").padEnd(9, "0")) * unit;
}
