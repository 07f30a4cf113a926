import { isJsonObject, type Json, type JsonObject, parsePath } from "../../../base/index.ts";
import { type Judgement, SILENT, type SpokenRule } from "../policy-engine.ts";

/** Rule names that speak, as conftest reads them: the word alone or with `_suffix`. */
const SPEAKING = /^(deny|violation|allow|review|warn)(?:_[A-Za-z0-9_]+)?$/;

export type Voice = "deny" | "allow" | "review" | "warn";

/** What a rule of this name says, `null` for one that is no decision. */
export function voiceOf(ruleName: string): Voice | null {
  const word = SPEAKING.exec(ruleName)?.[1];
  return word === undefined ? null : word === "violation" ? "deny" : (word as Voice);
}

/** The judgement in a package's document, an object from rule name to value, as other implementations of OPA give it. */
export function judgementOf(rules: JsonObject): Judgement {
  const said: Record<Voice, SpokenRule[]> = { deny: [], allow: [], review: [], warn: [] };
  for (const [name, value] of Object.entries(rules)) {
    const voice = voiceOf(name);
    if (voice !== null) collect(value, name, said[voice]);
  }
  return { ...SILENT, ...said };
}

/**
 * A speaking rule's value: a set of strings or objects; an object whose keys are messages (a v1 rule without `contains`);
 * one string; or `true`. Anything else says nothing.
 */
export function collect(value: Json, ruleName: string, into: SpokenRule[]): void {
  if (Array.isArray(value)) {
    for (const item of value) collectOne(item, ruleName, into);
  } else if (isJsonObject(value) && !Object.hasOwn(value, "msg")) {
    for (const [message, holds] of Object.entries(value))
      if (holds !== false) collectOne(message, ruleName, into);
  } else collectOne(value, ruleName, into);
}

function collectOne(item: Json, ruleName: string, into: SpokenRule[]): void {
  if (typeof item === "string")
    into.push({ rule: suffixName(ruleName), message: item, path: null, severity: null });
  else if (item === true)
    into.push({ rule: suffixName(ruleName), message: `rule ${ruleName} holds`, path: null, severity: null });
  else if (isJsonObject(item)) into.push(fromObject(item, ruleName));
}

function fromObject(item: JsonObject, ruleName: string): SpokenRule {
  const text = (key: string): string | null => {
    const value = Object.hasOwn(item, key) ? item[key] : undefined;
    return typeof value === "string" ? value : null;
  };
  const path = text("path");
  return {
    rule: text("rule") ?? suffixName(ruleName),
    message: text("msg") ?? text("message") ?? `rule ${ruleName} holds`,
    path: path === null ? null : parsePath(path),
    severity: text("severity"),
  };
}

/** `deny_open_ssh` names its rule `open_ssh`; a plain `deny` names none. */
function suffixName(ruleName: string): string | null {
  const at = ruleName.indexOf("_");
  return at === -1 ? null : ruleName.slice(at + 1);
}
