import type { ModuleSource, RegoVersion } from "../api.ts";
import type { Body, Rule, Term } from "../ast/ast.ts";
import { refText } from "../ast/text.ts";
import { visitBody, visitHead } from "../ast/visit.ts";
import { BUILTIN_INFO } from "../compile/builtin-info.ts";
import { CompileContext } from "../compile/context.ts";
import { type RuleEntry, walkTree } from "../compile/rule-tree.ts";
import { compileQueryBody, runStages } from "../compile/stages.ts";
import { fail, type Outcome, ok, type RegoError, sortErrors } from "../errors.ts";
import { parseModule, parseQueryText } from "../parser/parse.ts";

export interface Dependencies {
  /** References to input and data that no rule defines, in order of their text. */
  readonly base: readonly (readonly Term[])[];
  /** References of the rules that the query needs. */
  readonly virtual: readonly (readonly Term[])[];
}

/** What a query depends on, rules followed to the documents they read. */
export function dependencies(
  modules: readonly ModuleSource[],
  query: string,
  version: RegoVersion = 1,
): Outcome<Dependencies, RegoError[]> {
  const parsed = modules.map((module) => parseModule(module.name, module.source, module.version ?? version));
  const errors = parsed.flatMap((result) => (result.ok ? [] : result.error));
  if (errors.length > 0) return fail(errors);
  const c = new CompileContext({
    modules: parsed.flatMap((result) => (result.ok ? [result.value] : [])),
    builtins: BUILTIN_INFO,
    strict: false,
    limit: 10,
  });
  runStages(c);
  if (c.errors.length > 0) return fail(sortErrors(c.errors));
  const body = parseQueryText(query);
  if (!body.ok) return body;
  const q = new CompileContext({
    modules: [],
    builtins: BUILTIN_INFO,
    strict: false,
    limit: 10,
    stage: "query_compile",
    prefix: "__localq",
  });
  q.ruleTree = c.ruleTree;
  q.typeEnv = c.typeEnv;
  const compiled = compileQueryBody(q, body.value.body);
  if (q.errors.length > 0) return fail(sortErrors(q.errors));
  return ok(new Collector(c).of(compiled));
}

class Collector {
  private readonly entries: readonly RuleEntry[];
  private readonly base = new Map<string, readonly Term[]>();
  private readonly virtual = new Map<string, readonly Term[]>();
  private readonly done = new Set<Rule>();

  constructor(c: CompileContext) {
    this.entries = c.ruleTree === undefined ? [] : [...walkTree(c.ruleTree)].flatMap((node) => node.entries);
  }

  of(body: Body): Dependencies {
    const pending = [minimal(refsOf(body, undefined))];
    for (let refs = pending.pop(); refs !== undefined; refs = pending.pop()) {
      for (const ref of refs.map(constantPrefix)) {
        const rules = this.rulesAt(ref);
        if (rules.length === 0) this.base.set(refText(ref), ref);
        for (const entry of rules) {
          const path = constantPrefix(entry.ref);
          this.virtual.set(refText(path), path);
          if (this.done.has(entry.rule)) continue;
          this.done.add(entry.rule);
          for (let r: Rule | undefined = entry.rule; r !== undefined; r = r.else)
            pending.push(minimal(refsOf(r.body, r)));
        }
      }
    }
    return { base: inOrder(this.base), virtual: inOrder(this.virtual) };
  }

  private rulesAt(ref: readonly Term[]): readonly RuleEntry[] {
    const root = ref[0];
    if (root?.type !== "var" || root.value !== "data") return [];
    return this.entries.filter((entry) => {
      const path = constantPrefix(entry.ref);
      for (let i = 1; i < Math.min(path.length, ref.length); i++)
        if (refText([path[i] as Term]) !== refText([ref[i] as Term])) return false;
      return true;
    });
  }
}

function refsOf(body: Body, rule: Rule | undefined): Map<string, readonly Term[]> {
  const refs = new Map<string, readonly Term[]>();
  const visitor = {
    term(t: Term): void {
      const root = t.type === "ref" ? t.value[0] : undefined;
      if (t.type === "ref" && root?.type === "var" && (root.value === "data" || root.value === "input"))
        refs.set(refText(t.value), t.value);
    },
  };
  if (rule !== undefined) {
    visitHead({ ...rule.head, ref: rule.head.ref.slice(1) }, visitor);
  }
  visitBody(body, visitor);
  return refs;
}

/** Without the references that another one, shorter, covers. */
function minimal(refs: ReadonlyMap<string, readonly Term[]>): (readonly Term[])[] {
  return [...refs.values()].filter((ref) => {
    for (let length = 1; length < ref.length; length++)
      if (refs.has(refText(ref.slice(0, length)))) return false;
    return true;
  });
}

function constantPrefix(ref: readonly Term[]): readonly Term[] {
  const end = ref.findIndex(
    (term, i) => i > 0 && !["string", "number", "boolean", "null"].includes(term.type),
  );
  return end < 0 ? ref : ref.slice(0, end);
}

function inOrder(refs: ReadonlyMap<string, readonly Term[]>): readonly (readonly Term[])[] {
  return [...refs].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, ref]) => ref);
}
