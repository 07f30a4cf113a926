import type { PlanSection, ReadLimits } from "./reading.ts";

/** 128 MB parsed whole (about 700 MB of memory); above, at most 512 MB of kept text. */
export const DEFAULT_LIMITS: ReadLimits = { wholeBytes: 128 * 2 ** 20, keptBytes: 512 * 2 ** 20 };

/** What the reader itself needs of a large document. */
const ALWAYS_KEPT: readonly PlanSection[] = [
  "resource_changes",
  "resource_drift",
  "variables",
  "configuration",
  "relevant_attributes",
];

const SCALARS = ["format_version", "terraform_version", "timestamp", "errored", "complete", "applyable"];

const ALL_SECTIONS: readonly PlanSection[] = [
  ...ALWAYS_KEPT,
  "planned_values",
  "prior_state",
  "output_changes",
  "deferred_changes",
  "checks",
];

/**
 * Members of a large document to keep, for policies that read these sections; all that are known without a
 * list.
 */
export function keptMembers(keep: readonly PlanSection[] | undefined): ReadonlySet<string> {
  return new Set<string>([...ALWAYS_KEPT, ...SCALARS, ...(keep ?? ALL_SECTIONS)]);
}
