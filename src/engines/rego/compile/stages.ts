import type { Body } from "../ast/ast.ts";
import { visitBody, visitRule } from "../ast/visit.ts";
import { mapBodies } from "./bodies.ts";
import { checkRuleConflicts } from "./conflicts.ts";
import { type CompileContext, ErrorLimit } from "./context.ts";
import { checkUndefinedFuncs, checkUndefinedFuncsInBody, checkVoidCalls } from "./functions.ts";
import { checkDeprecatedBuiltins, checkDuplicateImports, checkKeywordOverrides } from "./imports.ts";
import { rewriteLocalVars, rewriteQueryVars } from "./local-vars.ts";
import { parseMetadata, rewriteMetadataCalls } from "./metadata.ts";
import { checkRecursion } from "./recursion.ts";
import { type QueryView, resolveQuery, resolveRefs } from "./resolve-refs.ts";
import {
  printCallsInBody,
  rewritePrintCalls,
  rewriteTemplateStrings,
  templatesInBody,
} from "./rewrite-templates.ts";
import {
  expandBody,
  rewriteComprehensionTerms,
  rewriteComprehensionTermsInBody,
  rewriteDynamicsInBody,
  rewriteDynamicTerms,
  rewriteEquals,
  rewriteEqualsInBody,
  rewriteExprTerms,
  rewriteRefsInHead,
  rewriteRuleHeadRefs,
} from "./rewrite-terms.ts";
import { buildRuleTree } from "./rule-tree.ts";
import { checkBodySafety, checkSafetyRuleBodies, checkSafetyRuleHeads } from "./safety.ts";
import { resolveSchemaAnnotations } from "./schemas.ts";
import { checkQueryTypes, checkTypes } from "./types/check.ts";
import { rewriteWithValues, withsInBody } from "./with-targets.ts";

interface Stage {
  readonly name: string;
  readonly run: (c: CompileContext) => void;
}

/** The compile stages in OPA's order: the first one that finds an error ends the compilation. */
export const STAGES: readonly Stage[] = [
  { name: "resolve references", run: resolveRefs },
  { name: "rewrite head references", run: rewriteRuleHeadRefs },
  { name: "check keyword overrides", run: checkKeywordOverrides },
  { name: "check duplicate imports", run: checkDuplicateImports },
  {
    name: "build the rule tree",
    run: (c) => {
      c.ruleTree = buildRuleTree(c);
    },
  },
  { name: "rewrite local variables", run: rewriteLocalVars },
  { name: "rewrite template strings", run: rewriteTemplateStrings },
  {
    name: "check void calls",
    run: (c) => {
      for (const { rule } of c.rules()) checkVoidCalls(c, (v) => visitRule(rule, v));
    },
  },
  { name: "rewrite print calls", run: rewritePrintCalls },
  { name: "rewrite nested calls", run: rewriteExprTerms },
  { name: "parse metadata blocks", run: parseMetadata },
  { name: "rewrite metadata calls", run: rewriteMetadataCalls },
  { name: "rewrite comprehension terms", run: rewriteComprehensionTerms },
  { name: "rewrite references in heads", run: rewriteRefsInHead },
  { name: "rewrite with values", run: rewriteWithValues },
  { name: "check rule conflicts", run: checkRuleConflicts },
  { name: "check undefined functions", run: checkUndefinedFuncs },
  { name: "check safety of heads", run: checkSafetyRuleHeads },
  { name: "check safety of bodies", run: checkSafetyRuleBodies },
  { name: "rewrite equality", run: rewriteEquals },
  { name: "rewrite dynamic terms", run: rewriteDynamicTerms },
  { name: "check recursion", run: checkRecursion },
  { name: "resolve schema annotations", run: resolveSchemaAnnotations },
  { name: "check types", run: checkTypes },
  { name: "check deprecated built-ins", run: checkDeprecatedBuiltins },
];

/** Runs all stages; errors are in `c.errors`. */
export function runStages(c: CompileContext): void {
  try {
    for (const stage of STAGES) {
      stage.run(c);
      if (c.unrecoverable) return;
    }
  } catch (thrown) {
    if (!(thrown instanceof ErrorLimit)) throw thrown;
  }
}

/** The stages of a query. Its rule tree must be that of the program. */
export function compileQueryBody(c: CompileContext, body: Body, view?: QueryView): Body {
  let result = body;
  const steps: ((b: Body) => Body)[] = [
    (b) => {
      resolveQuery(b, view);
      return b;
    },
    (b) => rewriteQueryVars(c, b),
    (b) => {
      templatesInBody(c, b, new Set(["data", "input"]));
      return b;
    },
    (b) => {
      checkVoidCalls(c, (v) => visitBody(b, v));
      return b;
    },
    (b) => {
      printCallsInBody(c, b, new Set(["data", "input"]));
      return b;
    },
    (b) => expandBody(c, b),
    (b) => {
      rewriteComprehensionTermsInBody(c, b);
      return b;
    },
    (b) => mapBodies(b, (x) => withsInBody(c, x)),
    (b) => {
      checkUndefinedFuncsInBody(c, b);
      return b;
    },
    (b) => checkBodySafety(c, new Set(["data", "input"]), b),
    (b) => mapBodies(b, rewriteEqualsInBody),
    (b) => rewriteDynamicsInBody(c, b),
    (b) => {
      if (c.typeEnv !== undefined) checkQueryTypes(c, c.typeEnv, b);
      return b;
    },
  ];
  try {
    for (const step of steps) {
      result = step(result);
      if (c.unrecoverable) break;
    }
  } catch (thrown) {
    if (!(thrown instanceof ErrorLimit)) throw thrown;
  }
  return result;
}
