import type { Term } from "../ast/ast.ts";
import { termText } from "../ast/text.ts";
import { isConstant } from "../ast/visit.ts";
import type { RuleEntry, RuleTree } from "../compile/rule-tree.ts";
import type { GroupKind, S } from "./plan.ts";

/**
 * Entries of an object literal in the order in which they are put in. Of equal constant keys the last one counts; keys
 * that turn out equal when they are evaluated are another matter, there the first one stays.
 */
export function literalEntries(entries: readonly [Term, Term][]): [Term, Term][] {
  const constants = new Map<string, [Term, Term]>();
  const others: [Term, Term][] = [];
  for (const entry of entries) {
    if (isConstant(entry[0])) constants.set(termText(entry[0]), entry);
    else others.push(entry);
  }
  others.sort(([a], [b]) => (termText(a) < termText(b) ? -1 : 1));
  return [...constants.values(), ...others];
}

/** Whether a body iterates or calls, so that remembering its result pays. */
export function isCostly(stmts: readonly S[]): boolean {
  return stmts.some((s) => {
    if (s.s === "let" || s.s === "truthy") return s.e.e === "builtin" || s.e.e === "call";
    return s.s !== "equal" && s.s !== "isArray" && s.s !== "isObject" && s.s !== "mark";
  });
}

export function groupKind(node: RuleTree): GroupKind {
  const first = node.entries[0] as RuleEntry;
  if (node.entries.some((e) => e.ref.length > node.path.length)) return "object";
  if (first.rule.head.args !== undefined) return "function";
  return first.rule.head.value === undefined ? "set" : "complete";
}

/** All rules of a path give the same constant, so that one success decides. */
export function sameConstant(entries: readonly RuleEntry[]): boolean {
  let text: string | undefined;
  for (const { rule } of entries) {
    if (rule.isDefault) continue;
    if (rule.else !== undefined || rule.head.value === undefined || !isConstant(rule.head.value))
      return false;
    const own = termText(rule.head.value);
    if (text !== undefined && text !== own) return false;
    text = own;
  }
  return text !== undefined;
}
