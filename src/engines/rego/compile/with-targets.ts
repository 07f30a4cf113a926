import { type Body, type Expr, operatorName, type Term } from "../ast/ast.ts";
import { mapRuleBodies } from "./bodies.ts";
import type { CompileContext } from "./context.ts";
import { requiresEval } from "./rewrite-terms.ts";
import { findNode, isKey, type RuleTree, treeKey } from "./rule-tree.ts";

/** Stage: checks what `with` replaces and moves values that need evaluation in front of the expression. */
export function rewriteWithValues(c: CompileContext): void {
  for (const { rule } of c.rules()) mapRuleBodies(rule, (body) => withsInBody(c, body));
}

export function withsInBody(c: CompileContext, body: Body): Body {
  const result: Body = [];
  const hoisted = new Map<Term, Term>();
  const before = c.errors.length;
  for (const e of body) {
    withsInExpr(c, e, result, hoisted);
    // Expressions that were taken apart share their withs: one error for a body is enough.
    if (c.errors.length > before) return body;
    result.push(e);
  }
  return result;
}

function withsInExpr(c: CompileContext, e: Expr, result: Body, hoisted: Map<Term, Term>): void {
  // Generated neighbours share the list of withs: a value is moved once and seen by all of them.
  for (const w of e.with) {
    const verdict = validate(c, w);
    if (verdict !== "eval") continue;
    const known = hoisted.get(w.value);
    if (known !== undefined) {
      w.value = known;
      continue;
    }
    const { expr, term } = c.equate(w.value);
    hoisted.set(w.value, term);
    w.value = term;
    result.push(expr);
  }
}

function validate(c: CompileContext, w: { target: Term; value: Term }): "eval" | "as is" {
  const { target } = w;
  if (w.value.type === "var" && c.builtins.has(w.value.value))
    w.value = { type: "ref", value: [w.value], loc: w.value.loc };
  const tree = c.ruleTree;
  const root = target.type === "ref" ? target.value[0] : undefined;
  const rootName = root?.type === "var" ? root.value : "";
  if (target.type === "ref" && rootName === "data" && tree !== undefined)
    return validateData(c, tree, target, w.value);
  if (target.type === "ref" && rootName === "input") return requiresEval(w.value) ? "eval" : "as is";
  const name = operatorName(target);
  const builtin = name === undefined ? undefined : c.builtins.get(name);
  if (builtin === undefined) {
    c.err(
      "rego_type_error",
      "with keyword target must reference existing input, data, or a function",
      target.loc,
    );
    return "as is";
  }
  if (target.type === "var") w.target = { type: "ref", value: [target], loc: target.loc };
  const problem = builtinProblem(builtin.name, builtin.relation, builtin.isVoid);
  if (problem !== undefined) {
    c.err("rego_compile_error", `with keyword replacing built-in function: ${problem}`, target.loc);
    return "as is";
  }
  return isFunctionValue(c, w.value) ? "as is" : requiresEval(w.value) ? "eval" : "as is";
}

function validateData(
  c: CompileContext,
  tree: RuleTree,
  target: Term & { type: "ref" },
  value: Term,
): "eval" | "as is" {
  let node: RuleTree | undefined = tree;
  for (const part of target.value.slice(1, -1)) {
    node = isKey(part) ? node.children.get(treeKey(part)) : undefined;
    if (node === undefined) break;
    if (node.entries.length > 0) {
      c.err("rego_compile_error", "with keyword cannot partially replace virtual document(s)", target.loc);
      return "as is";
    }
  }
  const last = target.value[target.value.length - 1] as Term;
  const child =
    node !== undefined && isKey(last) && target.value.length > 1
      ? node.children.get(treeKey(last))
      : undefined;
  const isFunction = child?.entries.some((entry) => entry.rule.head.args !== undefined) ?? false;
  if (isFunction && isFunctionValue(c, value)) return "as is";
  if (value.type === "ref") {
    const valueNode = findNode(tree, value.value);
    if (valueNode?.entries.some((entry) => entry.rule.head.args !== undefined)) return "as is";
  }
  return requiresEval(value) ? "eval" : "as is";
}

/** The value names a function or rule that takes the place of the target. */
function isFunctionValue(c: CompileContext, value: Term): boolean {
  if (value.type !== "ref") return false;
  if (
    c.ruleTree !== undefined &&
    value.value.every((t, i) => i === 0 || isKey(t)) &&
    findNode(c.ruleTree, value.value) !== undefined
  ) {
    const root = value.value[0];
    if (root?.type === "var" && root.value === "data") return true;
  }
  const name = operatorName(value);
  return name !== undefined && c.builtins.has(name);
}

function builtinProblem(name: string, relation: boolean, isVoid: boolean): string | undefined {
  if (name === "eq" || name === "rego.metadata.chain" || name === "rego.metadata.rule")
    return `replacement of "${name}" invalid`;
  if (name.startsWith("internal.")) return `replacement of internal function "${name}" invalid`;
  if (relation) return "target must not be a relation";
  return isVoid ? "target must not be a void function" : undefined;
}
