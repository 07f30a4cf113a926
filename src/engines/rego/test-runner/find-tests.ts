import type { ModuleSource, RegoVersion } from "../api.ts";
import { type Module, operatorName, type Rule, type Term } from "../ast/ast.ts";
import { termVars, visitExpr } from "../ast/visit.ts";
import { fail, type Location, type Outcome, ok, type RegoError } from "../errors.ts";
import { parseModule } from "../parser/parse.ts";

/** A rule that is a test. */
export interface FoundTest {
  /** `data.app_test`. */
  readonly package: string;
  /** `test_x`, `test_x#01` for the second rule of that name, `folder.test_x` where the name is inside of a path. */
  readonly name: string;
  readonly location: Location;
  readonly skipped: boolean;
  /** Query of the test's document. */
  readonly query: string;
  /** Set when the rule's head goes on behind the name with variables: each key is a case of its own. */
  readonly cases: CaseQuery | undefined;
}

export interface CaseQuery {
  /** A module whose rule `rule` is the set of the cases' keys. */
  readonly module: ModuleSource;
  readonly query: string;
}

export interface FoundTests {
  readonly tests: readonly FoundTest[];
  /** The modules, with rules that repeat a test's name renamed, so that each runs alone. */
  readonly modules: readonly ModuleSource[];
}

const TEST_NAME = /^(todo_)?test_/;

/** Finds tests in the order of files and lines. The parse errors of all modules come together. */
export function findTests(modules: readonly ModuleSource[]): Outcome<FoundTests, RegoError[]> {
  const errors: RegoError[] = [];
  const tests: FoundTest[] = [];
  const out: ModuleSource[] = [];
  const counts = new Map<string, number>();
  for (const source of [...modules].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const parsed = parseModule(source.name, source.source, source.version ?? 1);
    if (!parsed.ok) {
      errors.push(...parsed.error);
      continue;
    }
    const edits: Edit[] = [];
    for (const rule of parsed.value.rules) {
      const found = testOf(parsed.value, rule, source.version ?? 1, counts, tests.length);
      if (found === undefined) continue;
      tests.push(found.test);
      if (found.edit !== undefined) edits.push(found.edit);
    }
    out.push(edits.length === 0 ? source : { ...source, source: edited(source.source, edits) });
  }
  return errors.length > 0 ? fail(errors) : ok({ tests, modules: out });
}

interface Edit {
  readonly offset: number;
  readonly end: number;
  readonly text: string;
}

function edited(source: string, edits: readonly Edit[]): string {
  let out = source;
  for (const edit of [...edits].sort((a, b) => b.offset - a.offset))
    out = out.slice(0, edit.offset) + edit.text + out.slice(edit.end);
  return out;
}

function testOf(
  module: Module,
  rule: Rule,
  version: RegoVersion,
  counts: Map<string, number>,
  index: number,
): { test: FoundTest; edit: Edit | undefined } | undefined {
  if (rule.isDefault) return undefined;
  const at = rule.head.ref.findIndex((term) => TEST_NAME.test(nameText(term)));
  if (at < 0) return undefined;
  const path = rule.head.ref.slice(0, at + 1);
  const own = nameText(path[at] as Term);
  const packageText = packagePath(module);
  const base = path.map(nameText).join(".");
  const key = `${packageText} ${base}`;
  const seen = counts.get(key) ?? 0;
  counts.set(key, seen + 1);
  const renamed = seen === 0 ? undefined : `${own}_repeated_${seen}`;
  const names = [...path.slice(0, -1).map(nameText), renamed ?? own];
  const place = path[at] as Term;
  const quoted = module.source[place.loc.offset] === '"';
  return {
    test: {
      package: packageText,
      name: seen === 0 ? base : `${base}#${String(seen).padStart(2, "0")}`,
      location: rule.loc,
      skipped: own.startsWith("todo_"),
      query: `${packageText}${names.map((name) => `[${JSON.stringify(name)}]`).join("")}`,
      cases: caseQuery(module, rule, rule.head.ref.slice(at + 1), version, index),
    },
    edit:
      renamed === undefined
        ? undefined
        : {
            offset: place.loc.offset,
            end: place.loc.end,
            text: quoted ? JSON.stringify(renamed) : renamed,
          },
  };
}

function nameText(term: Term): string {
  return term.type === "var" || term.type === "string" ? term.value : "";
}

/** `data.a["b-c"]`. */
function packagePath(module: Module): string {
  return module.package.path
    .map((term, i) => {
      const name = nameText(term);
      if (i === 0) return "data";
      return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
    })
    .join("");
}

/**
 * Which cases a rule `test_x[note] if { … }` has can be asked only of the part of its body that binds the keys: a case
 * that fails has no value. That part becomes a rule of its own, in a module with the same package and imports.
 */
function caseQuery(
  module: Module,
  rule: Rule,
  tail: readonly Term[],
  version: RegoVersion,
  index: number,
): CaseQuery | undefined {
  if (rule.head.usesContains || rule.head.args !== undefined) return undefined;
  const wanted = new Set(tail.flatMap((term) => [...termVars(term)]));
  if (wanted.size === 0) return undefined;
  const text = (loc: Location): string => module.source.slice(loc.offset, loc.end);
  const prefix: string[] = [];
  for (const expr of rule.body) {
    prefix.push(text(expr.loc));
    visitExpr(expr, {
      term(t) {
        if (t.type === "var") wanted.delete(t.value);
      },
      expr(e) {
        // `some x` alone only declares.
        return e.terms.kind === "some" && operatorName(e.terms.symbols[0]) === e.terms.symbols[0]?.value;
      },
    });
    if (wanted.size === 0) break;
  }
  if (wanted.size > 0) return undefined;
  const name = `cases_of_test_${index}`;
  const key = `[${tail.map((term) => (term.type === "string" ? JSON.stringify(term.value) : text(term.loc))).join(", ")}]`;
  const head = module.regoVersion === 0 ? `${name}[${key}]` : `${name} contains ${key} if`;
  const lines = [
    packagePath(module).replace(/^data\.?/, "package "),
    ...module.imports.map((i) => text(i.loc)),
    `${head} {`,
    ...prefix,
    "}",
  ];
  return {
    module: { name: `${module.file} ${name}`, source: lines.join("\n"), version },
    query: `${packagePath(module)}.${name}`,
  };
}
