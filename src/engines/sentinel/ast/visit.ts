import type { Expr, Stmt } from "./ast.ts";

/** Direct children of an expression, in source order. Statements of a function literal are not among them. */
export function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case "ident":
    case "int":
    case "float":
    case "string":
    case "func":
      return [];
    case "list":
      return expr.items;
    case "maplit":
      return expr.entries.flat();
    case "rule":
      return expr.when === null ? [expr.body] : [expr.when, expr.body];
    case "quantifier":
      return [expr.over, expr.body];
    case "unary":
    case "is":
      return [expr.operand];
    case "binary":
      return [expr.left, expr.right];
    case "select":
      return [expr.target];
    case "index":
      return [expr.target, expr.index];
    case "slice":
      return [
        expr.target,
        ...(expr.low === null ? [] : [expr.low]),
        ...(expr.high === null ? [] : [expr.high]),
      ];
    case "call":
      return [expr.target, ...expr.args];
    case "paren":
      return [expr.inner];
  }
}

/** Expressions that stand directly in a statement, without those of nested statements. */
export function expressionsOf(stmt: Stmt): readonly Expr[] {
  switch (stmt.kind) {
    case "assign":
      return [stmt.target, stmt.value];
    case "funcdecl":
      return [stmt.func];
    case "if":
      return [stmt.condition];
    case "for":
      return [stmt.over];
    case "case":
      return [
        ...(stmt.subject === null ? [] : [stmt.subject]),
        ...stmt.clauses.flatMap((clause) => clause.values ?? []),
      ];
    case "return":
      return [stmt.value];
    case "expr":
      return [stmt.expr];
    case "break":
    case "continue":
      return [];
  }
}

/** Statement lists nested in a statement: branches, clauses, a loop's body. Bodies of functions are not among them. */
export function blocksOf(stmt: Stmt): readonly (readonly Stmt[])[] {
  switch (stmt.kind) {
    case "if":
      return stmt.otherwise === null
        ? [stmt.then]
        : "kind" in stmt.otherwise
          ? [stmt.then, [stmt.otherwise]]
          : [stmt.then, stmt.otherwise];
    case "for":
      return [stmt.body];
    case "case":
      return stmt.clauses.map((clause) => clause.body);
    default:
      return [];
  }
}

/** Calls `visit` for every expression below statements, bodies of functions included. */
export function walk(statements: readonly Stmt[], visit: (expr: Expr, statement: Stmt) => void): void {
  for (const statement of statements) {
    for (const expr of expressionsOf(statement)) {
      walkExpr(expr, statement, visit);
    }
    for (const block of blocksOf(statement)) {
      walk(block, visit);
    }
  }
}

function walkExpr(expr: Expr, statement: Stmt, visit: (expr: Expr, statement: Stmt) => void): void {
  visit(expr, statement);
  for (const child of childrenOf(expr)) {
    walkExpr(child, statement, visit);
  }
  if (expr.kind === "func") {
    walk(expr.body, visit);
  }
}

/** Removes parentheses around an expression. */
export function bare(expr: Expr): Expr {
  let inner = expr;
  while (inner.kind === "paren") {
    inner = inner.inner;
  }
  return inner;
}
