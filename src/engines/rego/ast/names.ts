import type { Term } from "./ast.ts";

/** The name OPA gives a kind of term in error texts. */
export function typeNameOf(term: Term): string {
  return term.type;
}
