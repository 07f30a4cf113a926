import type { Stmt } from "../ast/ast.ts";
import { bare, blocksOf, walk } from "../ast/visit.ts";
import type { SentinelError } from "../errors.ts";
import { sentinelError } from "../errors.ts";
import { BUILTIN_FUNCTIONS, PREDECLARED } from "../evaluator/builtin-names.ts";
import type { Parsed } from "../parser/parse.ts";
import { placeAt } from "../source-file.ts";

/** The identifier an import is bound to. */
export function importName(path: string, alias: { readonly name: string } | null): string {
  return alias?.name ?? path;
}

/** Errors that are certain without running the file, in source order. */
export function check(parsed: Parsed): SentinelError[] {
  const { ast, file } = parsed;
  const found: { readonly pos: number; readonly message: string }[] = [];
  const report = (pos: number, message: string): void => {
    found.push({ pos, message });
  };
  const taken = new Map<string, string>();
  checkImports(parsed, taken, report);
  const assigned = new Set<string>();
  collectAssigned(ast.body, assigned);
  for (const param of ast.params) {
    const { name } = param.name;
    const clash =
      taken.get(name) ?? (BUILTIN_FUNCTIONS.has(name) || PREDECLARED.has(name) ? "a built-in" : undefined);
    if (clash !== undefined) {
      report(param.name.pos, `the parameter \`${name}\` has the name of ${clash}`);
    }
    taken.set(name, "another parameter");
  }
  const functions = new Set<string>();
  for (const statement of ast.body) {
    if (statement.kind !== "funcdecl") {
      continue;
    }
    const { name, pos } = statement.name;
    if (functions.has(name)) {
      report(pos, `the function \`${name}\` is declared twice`);
    } else if (assigned.has(name)) {
      report(pos, `the function \`${name}\` has the name of a variable`);
    } else if (taken.get(name) === "another parameter") {
      report(pos, `the function \`${name}\` has the name of a parameter`);
    }
    functions.add(name);
  }
  checkAppend(parsed, new Set([...functions, ...assigned]), report);
  checkImportAssignment(parsed, assigned, report);
  return found
    .sort((a, b) => a.pos - b.pos)
    .map(({ pos, message }) => sentinelError("sentinel_check_error", message, placeAt(file, pos)));
}

type Report = (pos: number, message: string) => void;

function checkImports({ ast }: Parsed, taken: Map<string, string>, report: Report): void {
  const paths = new Set<string>();
  for (const decl of ast.imports) {
    const name = importName(decl.path, decl.alias);
    if (decl.alias === null && !/^[\p{L}_][\p{L}\p{Nd}_]*$/u.test(name)) {
      report(decl.pos, `the import ${decl.pathText} needs a name: add \`as\` and an identifier`);
    }
    if (paths.has(decl.path)) {
      report(decl.pos, `${decl.pathText} is imported twice`);
    }
    if (taken.has(name)) {
      report(decl.pos, `two imports have the name \`${name}\``);
    }
    paths.add(decl.path);
    taken.set(name, "an import");
  }
}

/** Names assigned in a file's top scope: `if` and `case` make no scope, loops do. */
function collectAssigned(statements: readonly Stmt[], names: Set<string>): void {
  for (const statement of statements) {
    if (statement.kind === "assign" && statement.target.kind === "ident") {
      names.add(statement.target.name);
    } else if (statement.kind !== "for") {
      for (const block of blocksOf(statement)) {
        collectAssigned(block, names);
      }
    }
  }
}

/** The result of `append` cannot be used (0.12); `delete` is a statement in the same way. */
function checkAppend({ ast }: Parsed, shadowed: ReadonlySet<string>, report: Report): void {
  walk(ast.body, (expr, statement) => {
    if (
      expr.kind !== "call" ||
      expr.target.kind !== "ident" ||
      expr.target.name !== "append" ||
      shadowed.has("append")
    ) {
      return;
    }
    if (statement.kind !== "expr" || bare(statement.expr) !== expr) {
      report(expr.pos, "`append` changes its list and has no result that could be used");
    }
  });
}

/** Nothing behind an import can be assigned. */
function checkImportAssignment({ ast }: Parsed, assigned: ReadonlySet<string>, report: Report): void {
  const imports = new Set(ast.imports.map((decl) => importName(decl.path, decl.alias)));
  const visit = (statements: readonly Stmt[]): void => {
    for (const statement of statements) {
      if (statement.kind === "assign" && statement.target.kind === "index") {
        let root = bare(statement.target.target);
        while (root.kind === "index" || root.kind === "select") {
          root = bare(root.target);
        }
        if (root.kind === "ident" && imports.has(root.name) && !assigned.has(root.name)) {
          report(statement.pos, `the members of the import \`${root.name}\` cannot be assigned`);
        }
      }
      blocksOf(statement).forEach(visit);
    }
  };
  visit(ast.body);
}
