import {
  globMatches,
  isJsonObject,
  type Json,
  member,
  type PropertyPath,
  valueAt,
} from "../../base/index.ts";
import type { Change, PropertyChange } from "../../domain/index.ts";
import { isWorld } from "./addresses.ts";
import type { Leaf } from "./leaves.ts";
import { isPolicyDocument, wildcardsIn } from "./policy-document.ts";
import type { Modifier, PropertyRule } from "./risk-rules.ts";
import type { RuleIndex } from "./type-index.ts";

/** A watch that fired: which modifier, and one sentence without any secret value. */
export interface Fired {
  readonly modifier: Modifier;
  readonly reason: string;
}

/** A changed leaf with what surrounds it. */
export interface LeafInContext {
  readonly change: Change;
  readonly property: PropertyChange;
  readonly leaf: Leaf;
  readonly index: RuleIndex;
}

/** Does the watch of a rule see in this leaf what it looks for, and was that not there before? */
export function watchFires(rule: PropertyRule, at: LeafInContext): Fired | null {
  if (rule.watch === undefined) return null;
  switch (rule.watch) {
    case "address":
      return publicAddress(at);
    case "peers":
      return openPeers(at);
    case "policy":
      return wildcardPermission(at);
    case "values":
      return listedValue(rule, at);
    case "on":
      return guardOff(rule, at);
    case "off":
      return exposureOn(rule, at);
    case "named":
      return namedSetting(rule, at);
    case "tag_key":
      return taggedAccess(at);
  }
}

/** The value after the change; inside a changed block that is the block's own, whatever index the other side gave it. */
function afterAt({ change, property }: LeafInContext, path: PropertyPath): Json | undefined {
  const rest = pathBelow(property.path, path);
  return rest === null ? valueAt(change.after, path) : valueAt(property.after, rest);
}

function beforeAt({ change, property }: LeafInContext, path: PropertyPath): Json | undefined {
  const rest = pathBelow(property.path, path);
  return rest === null ? valueAt(change.before, path) : valueAt(property.before, rest);
}

function pathBelow(root: PropertyPath, path: PropertyPath): PropertyPath | null {
  return root.length <= path.length && root.every((step, i) => step === path[i])
    ? path.slice(root.length)
    : null;
}

function publicAddress(at: LeafInContext): Fired | null {
  const { leaf, index } = at;
  // The innermost name decides: `cidr_blocks[0]` is an address, `cidr_blocks[0].display_name` is not.
  const key = leaf.path.findLastIndex((step) => typeof step === "string");
  if (key === -1 || !index.addressKeys.has(String(leaf.path[key]))) return openBlock(at);
  if (typeof leaf.after !== "string") return null;
  const place = leaf.path.slice(0, key + 1);
  const before = textsIn(beforeAt(at, place));
  const isNew = !before.includes(leaf.after);
  const opensAlone = isNew && isWorld([leaf.after]);
  const opensTogether = isWorld(textsIn(afterAt(at, place))) && !isWorld(before);
  if (!opensAlone && !opensTogether) return null;
  return { modifier: "public_address", reason: `lets in the whole internet${quoted(at, leaf.after)}` };
}

/**
 * Another field of a rule (its port, its protocol) changed: what matters is whom the rule as a whole lets in.
 * The rule is the innermost block that has a place for addresses: an `ingress` block, or the resource itself.
 */
function openBlock(at: LeafInContext): Fired | null {
  for (let length = at.leaf.path.length; length >= 0; length--) {
    const block = afterAt(at, at.leaf.path.slice(0, length));
    if (!isJsonObject(block)) continue;
    const keys = Object.keys(block).filter((key) => at.index.addressKeys.has(key));
    if (keys.length === 0) continue;
    const open = keys.find((key) => isWorld(textsIn(block[key])));
    if (open === undefined) return null;
    const reason = `changes a rule that lets in the whole internet (\`${open}\`)`;
    return { modifier: "public_address", reason };
  }
  return null;
}

/** Path of the innermost block that holds a path; the resource itself when there is none. */
function blockOf(path: PropertyPath): PropertyPath {
  for (let i = path.length; i > 0; i--) if (typeof path[i - 1] === "number") return path.slice(0, i);
  return [];
}

function openPeers(at: LeafInContext): Fired | null {
  const { path } = at.leaf;
  const step = path.findIndex((name, i) => name === "ingress" && typeof path[i + 1] === "number");
  if (step === -1) return null;
  const place = path.slice(0, step + 2);
  const open = opennessOf(afterAt(at, place));
  const inPeers = path.length > step + 2 && ["from", "_from"].includes(String(path[step + 2]));
  if (open === null || (inPeers && opennessOf(beforeAt(at, place)) !== null)) return null;
  return { modifier: "open_peers", reason: open };
}

function opennessOf(rule: Json | undefined): string | null {
  if (!isJsonObject(rule)) return null;
  const from = member(rule, "from") ?? member(rule, "_from");
  const peers = Array.isArray(from) ? from : [];
  if (peers.length === 0) return "names no peer, so every peer may connect";
  const ranges = peers.flatMap((peer) => {
    const block = member(peer, "ip_block") ?? member(peer, "ipBlock");
    return (Array.isArray(block) ? block : [block]).flatMap((item) => textsIn(member(item, "cidr")));
  });
  return isWorld(ranges) ? "lets in the whole internet" : null;
}

function wildcardPermission(at: LeafInContext): Fired | null {
  const { path } = at.leaf;
  for (let length = path.length; length >= 0; length--) {
    const place = path.slice(0, length);
    const after = afterAt(at, place);
    if (!isPolicyDocument(after)) continue;
    const before = new Set(wildcardsIn(beforeAt(at, place)));
    const fresh = wildcardsIn(after).find((finding) => !before.has(finding));
    return fresh === undefined
      ? null
      : { modifier: "wildcard_permission", reason: at.property.sensitive ? "allows too widely" : fresh };
  }
  return null;
}

function listedValue(rule: PropertyRule, at: LeafInContext): Fired | null {
  const { leaf } = at;
  if (!isOneOf(leaf.after, rule.values)) return null;
  const list = typeof leaf.path.at(-1) === "number" ? leaf.path.slice(0, -1) : leaf.path;
  if (textsIn(beforeAt(at, list)).includes(String(leaf.after))) return null;
  return { modifier: "listed_value", reason: `takes a dangerous value${quoted(at, String(leaf.after))}` };
}

function guardOff(rule: PropertyRule, at: LeafInContext): Fired | null {
  const { change, leaf } = at;
  const isOff = (value: Json | undefined): boolean =>
    rule.values === undefined
      ? isFalsy(value)
      : value === undefined || value === null || isOneOf(value, rule.values);
  if (!isOff(leaf.after)) return null;
  // What a new resource does not mention takes the provider's default; what it says aloud counts.
  const said = leaf.after !== undefined && leaf.after !== null && !isEmpty(leaf.after);
  const fires = change.before === null ? said : !isOff(leaf.before);
  return fires ? { modifier: "guard_off", reason: "switches a guard off" } : null;
}

function exposureOn(rule: PropertyRule, at: LeafInContext): Fired | null {
  const isOn = (value: Json | undefined): boolean =>
    rule.values === undefined ? !isFalsy(value) : isOneOf(value, rule.values);
  if (!isOn(at.leaf.after) || isOn(at.leaf.before)) return null;
  return { modifier: "exposure_on", reason: "switches on what exposes or weakens it" };
}

function namedSetting(rule: PropertyRule, at: LeafInContext): Fired | null {
  const place = blockOf(at.leaf.path);
  for (const block of [afterAt(at, place), beforeAt(at, place)]) {
    const name = member(block, "name");
    if (typeof name !== "string") continue;
    const glob = rule.values?.find((item) => globMatches(item, name.toLowerCase()));
    if (glob !== undefined)
      return { modifier: "listed_value", reason: `belongs to a guarded setting${quoted(at, name)}` };
  }
  return null;
}

function taggedAccess(at: LeafInContext): Fired | null {
  const place = blockOf(at.leaf.path);
  for (const block of [afterAt(at, place), beforeAt(at, place)]) {
    const key = member(block, "key");
    const rule = typeof key === "string" ? at.index.accessKey(key) : null;
    if (rule !== null) return { modifier: "access_key", reason: rule.says };
  }
  return null;
}

const OFF_WORDS = new Set([
  "",
  "false",
  "off",
  "no",
  "none",
  "disabled",
  "disable",
  "suspended",
  "inactive",
  "0",
]);

function isFalsy(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === false || value === 0) return true;
  return isEmpty(value) || (typeof value === "string" && OFF_WORDS.has(value.toLowerCase()));
}

function isEmpty(value: Json): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

function isOneOf(value: Json | undefined, words: readonly string[] | undefined): boolean {
  if (value === undefined || value === null || typeof value === "object") return false;
  const text = String(value).toLowerCase();
  return words?.some((word) => word.toLowerCase() === text) ?? false;
}

function textsIn(value: Json | undefined): string[] {
  const items = Array.isArray(value) ? value : [value];
  return items.filter((item) => typeof item === "string");
}

/** A value may be shown only when nothing marks it as secret. */
function quoted(at: LeafInContext, text: string): string {
  return at.property.sensitive || text.length > 80 ? "" : ` (\`${text}\`)`;
}
