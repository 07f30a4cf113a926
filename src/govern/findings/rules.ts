import { globMatches, parsePath, pathMatches, rfc3339 } from "../../base/index.ts";
import type { RedactedChange, RiskClass } from "../../domain/index.ts";

/**
 * Who owns a finding. Every given list must match, an absent one matches all; the first rule that matches wins.
 * Globs run over whole values; `paths` are property path patterns, of which one must hold one changed property.
 */
export interface OwnerRule {
  readonly owner: string;
  readonly addresses?: readonly string[];
  readonly types?: readonly string[];
  readonly paths?: readonly string[];
}

/** Hours until a finding of a class must be ended. */
export type DueRules = Readonly<Record<RiskClass, number>>;

export const DEFAULT_DUE_RULES: DueRules = { critical: 4, high: 24, medium: 7 * 24, low: 30 * 24 };

export function ownerOf(change: RedactedChange, rules: readonly OwnerRule[]): string | null {
  return rules.find((rule) => owns(rule, change))?.owner ?? null;
}

function owns(rule: OwnerRule, change: RedactedChange): boolean {
  const { address, type } = change.resource;
  if (rule.addresses !== undefined && !rule.addresses.some((glob) => globMatches(glob, address)))
    return false;
  if (rule.types !== undefined && !rule.types.some((glob) => globMatches(glob, type))) return false;
  if (rule.paths === undefined) return true;
  return rule.paths.some((text) => {
    const pattern = parsePath(text);
    return pattern !== null && change.properties.some((property) => pathMatches(pattern, property.path));
  });
}

/** RFC 3339 instant `hours` after `now`. */
export function dueAfter(now: string, hours: number): string {
  return rfc3339(Date.parse(now) + hours * 3_600_000);
}
