import { globMatches, isJsonObject, type Json } from "../../base/index.ts";
import type { ResourceRef } from "../../domain/index.ts";
import type { AccessKeyRule } from "./risk-rules.ts";

/** The rule that says that a tag or label key is access control, `null` for a plain key. */
export function accessKeyRule(rules: readonly AccessKeyRule[], key: string): AccessKeyRule | null {
  const lower = key.toLowerCase();
  return rules.find((rule) => rule.keys.some((glob) => globMatches(glob.toLowerCase(), lower))) ?? null;
}

/** A resource as far as it can tell which labels are read: a `DeclaredState` is one. */
export interface LabelReader {
  readonly resource: Pick<ResourceRef, "type" | "address">;
  readonly attributes: Json;
}

// aws:PrincipalTag/team, aws:ResourceTag/env, ec2:ResourceTag/…, aws:RequestTag/…, and the Cedar-like spelling in IAM variables.
const TAG_CONDITION =
  /\b[a-z0-9-]+:(?:PrincipalTag|ResourceTag|RequestTag|ExistingObjectTag|RequestObjectTag)\/([A-Za-z0-9+=._:/@-]{1,128})/gi;
/** What every such condition holds: a quick no for nearly every text of an estate. */
const TAG_HINT = /tag\//i;
const SELECTOR_KEYS = new Set(["match_labels", "matchLabels"]);
const EXPRESSION_KEYS = new Set(["match_expressions", "matchExpressions"]);
/** Types whose selectors decide access: elsewhere a selector only finds pods. */
const SELECTING_TYPE = /network_policy|webhook|admission_policy|pod_disruption|psp|authorization/;

/**
 * Tag and label keys that this estate itself reads to decide access: conditions of IAM policies on tags, and selectors
 * of network policies and webhooks. Give them to `mergeRiskRules` as `accessKeys`, so that changing such a label is
 * judged as what it is. Sorted by key.
 */
export function accessKeysIn(declared: readonly LabelReader[]): readonly AccessKeyRule[] {
  const found = new Map<string, string>();
  for (const state of declared) {
    const selects = SELECTING_TYPE.test(state.resource.type);
    walk(state.attributes, 0, (key, value) => {
      if (typeof value === "string" && value.includes("/") && TAG_HINT.test(value)) {
        for (const match of value.matchAll(TAG_CONDITION)) note(found, match[1], state.resource.address);
      }
      if (selects && SELECTOR_KEYS.has(key) && isJsonObject(value)) {
        for (const name of Object.keys(value)) note(found, name, state.resource.address);
      }
      if (selects && EXPRESSION_KEYS.has(key)) {
        for (const item of Array.isArray(value) ? value : []) {
          const name = isJsonObject(item) && Object.hasOwn(item, "key") ? item["key"] : undefined;
          if (typeof name === "string") note(found, name, state.resource.address);
        }
      }
    });
  }
  return [...found.entries()]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, address]) => ({
      // A key is a literal here, not a glob.
      keys: [key.replaceAll("*", "?")],
      class: "high" as const,
      says: `\`${address}\` reads this key to decide access`,
    }));
}

function note(found: Map<string, string>, key: string | undefined, address: string): void {
  if (key !== undefined && key !== "" && !found.has(key)) found.set(key, address);
}

function walk(value: Json, depth: number, visit: (key: string, value: Json) => void): void {
  if (depth > 64) return;
  const enter = (key: string, item: Json): void => {
    visit(key, item);
    walk(item, depth + 1, visit);
  };
  if (Array.isArray(value)) for (const item of value) enter("", item);
  else if (isJsonObject(value)) for (const key in value) enter(key, value[key] ?? null);
}
