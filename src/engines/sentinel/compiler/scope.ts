import type { Expr, Stmt } from "../ast/ast.ts";
import { bare, blocksOf, childrenOf, expressionsOf } from "../ast/visit.ts";

interface Name {
  readonly slot: number;
  /** Set whenever the scope exists: a parameter or loop variable. Others are set when first assigned. */
  readonly sure: boolean;
  /** Declared by `func name`. */
  readonly constant: boolean;
}

/** What a scope of the source can hold. Each run of it is a Frame with one slot a name. */
export interface Scope {
  readonly names: Map<string, Name>;
  readonly parent: Scope | null;
}

/** Where a name may live: `hops` frames outward, at `slot`. */
export interface Candidate extends Name {
  readonly hops: number;
}

export function newScope(parent: Scope | null): Scope {
  return { names: new Map(), parent };
}

export function declare(scope: Scope, name: string, kind: "variable" | "sure" | "constant"): number {
  const known = scope.names.get(name);
  if (known !== undefined) {
    return known.slot;
  }
  const slot = scope.names.size;
  scope.names.set(name, { slot, sure: kind === "sure", constant: kind === "constant" });
  return slot;
}

/**
 * Scopes that may hold a name, innermost first. Which of them does is known only at run time, since an assignment
 * goes to the innermost scope where the name exists by then; the list ends at the first that surely does.
 */
export function candidates(scope: Scope, name: string): Candidate[] {
  const found: Candidate[] = [];
  let hops = 0;
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    const known = at.names.get(name);
    if (known !== undefined) {
      found.push({ ...known, hops });
      if (known.sure) {
        break;
      }
    }
    hops += 1;
  }
  return found;
}

/** Declares the names that statements assign in their own scope; loops and functions have scopes of their own. */
export function declareAssigned(scope: Scope, statements: readonly Stmt[]): void {
  for (const statement of statements) {
    if (statement.kind === "assign" && statement.target.kind === "ident") {
      declare(scope, statement.target.name, "variable");
    } else if (statement.kind === "funcdecl") {
      declare(scope, statement.name.name, "constant");
    } else if (statement.kind !== "for") {
      for (const block of blocksOf(statement)) {
        declareAssigned(scope, block);
      }
    }
  }
}

/** Whether a frame may outlive its iteration because a function or rule made there remembers it. */
export function expressionCaptures(expr: Expr): boolean {
  const inner = bare(expr);
  return inner.kind === "func" || inner.kind === "rule" || childrenOf(inner).some(expressionCaptures);
}

export function statementsCapture(statements: readonly Stmt[]): boolean {
  return statements.some(
    (statement) =>
      expressionsOf(statement).some(expressionCaptures) || blocksOf(statement).some(statementsCapture),
  );
}
