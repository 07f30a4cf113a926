import type { Token } from "../lexer/token.ts";
import type { BracketKind, Item } from "./items.ts";
import { endsOperand } from "./items.ts";

const QUANTIFIERS: ReadonlySet<string> = new Set(["all", "any", "filter", "map", "rule"]);
const STATEMENTS: ReadonlySet<string> = new Set(["if", "for", "func", "case"]);

/**
 * What each item is: the kind of a bracket it opens or closes, and for `:` and `else` which of their meanings they have.
 * The language needs no lookahead for this: words say what the next `{` after their operand opens.
 */
export interface Roles {
  /** Kind of the bracket that the item opens or closes. */
  readonly bracket: BracketKind | null;
  /** Kind of the innermost bracket around the item. */
  readonly inside: BracketKind | null;
  /** `+`, `-` and `!` before an operand. */
  readonly unary: boolean;
  /** For `{` and the word before it (`if`, `rule`, …): index of the item of that word; else null. */
  readonly opener: number | null;
}

interface Pending {
  readonly kind: BracketKind;
  readonly at: number;
}

export function rolesOf(items: readonly Item[]): Roles[] {
  const open: BracketKind[] = [];
  const pending: Pending[] = [];
  const roles: Roles[] = [];
  let previous: Token | null = null;
  let previousBracket: BracketKind | null = null;
  for (const [at, { token }] of items.entries()) {
    const inside = open[open.length - 1] ?? null;
    if (token === null) {
      roles.push({ bracket: null, inside, unary: false, opener: null });
      continue;
    }
    let bracket: BracketKind | null = null;
    let unary = false;
    let opener: number | null = null;
    if (token.kind === "word") {
      if (STATEMENTS.has(token.text)) {
        pending.push({ kind: token.text === "case" ? "case" : "block", at });
      } else if (QUANTIFIERS.has(token.text)) {
        pending.push({ kind: "body", at });
      } else if (token.text === "else" && previousBracket === "block" && previous?.text === "}") {
        pending.push({ kind: "block", at });
      }
    } else if (token.kind === "op") {
      const after = endsOperand(previous);
      switch (token.text) {
        case "(":
          bracket = after || (previous?.kind === "word" && previous.text === "func") ? "call" : "group";
          open.push(bracket);
          break;
        case "[":
          bracket = after ? "index" : "list";
          open.push(bracket);
          break;
        case "{": {
          const opensBody =
            after ||
            (previous !== null && previous.kind === "word" && opensAfterWord(previous.text, pending, at));
          const owner = opensBody ? pending.pop() : undefined;
          bracket = opensBody ? (owner?.kind ?? "block") : "map";
          opener = owner?.at ?? null;
          open.push(bracket);
          break;
        }
        case ")":
        case "]":
        case "}":
          bracket = open.pop() ?? null;
          break;
        case "+":
        case "-":
        case "!":
          unary = !after;
          break;
        default:
          break;
      }
    }
    roles.push({ bracket, inside, unary, opener });
    previous = token;
    previousBracket = bracket;
  }
  return roles;
}

/** After `rule`, `case` and the statement `else` a `{` opens a body; after any other word it is a map. */
function opensAfterWord(word: string, pending: readonly Pending[], at: number): boolean {
  return (
    word === "rule" || word === "case" || (word === "else" && pending[pending.length - 1]?.at === at - 1)
  );
}
