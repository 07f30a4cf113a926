import {
  type Body,
  type CallTerm,
  type Expr,
  isWildcard,
  operatorName,
  type Term,
  type With,
} from "../ast/ast.ts";
import { quote, termText } from "../ast/text.ts";
import { termVars } from "../ast/visit.ts";
import type { Location } from "../errors.ts";
import { allBuiltins } from "../eval/all-builtins.ts";
import { isKeywordInVersion } from "../parser/state.ts";
import { hash, num } from "../values/index.ts";
import { byRow, closingRow, lastRow } from "./places.ts";
import type { Printer } from "./printer.ts";

/** Names that the compiler makes; what holds one is no text of an author, and its rows say nothing. */
const GENERATED = /^__local/;
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Prints terms, expressions and bodies in OPA's layout: rows are kept where a collection or a body has several. */
export class TermPrinter {
  protected readonly p: Printer;
  protected readonly version: 0 | 1 | 2;
  private readonly mayHoldGenerated: boolean;

  constructor(printer: Printer, version: 0 | 1 | 2) {
    this.p = printer;
    this.version = version;
    this.mayHoldGenerated = printer.source.includes("__local");
  }

  protected sourceOf(loc: Location): string {
    return this.p.source.slice(loc.offset, loc.end);
  }

  body(body: Body): void {
    const first = body[0];
    if (first !== undefined) this.p.commentsBefore(first.loc.row);
    for (const [i, expr] of body.entries()) {
      const previous = body[i - 1];
      if (previous !== undefined && expr.loc.row > lastRow(this.p.source, previous.loc) + 1)
        this.p.blankLine();
      this.p.startLine();
      this.expr(expr);
      this.p.endLine();
    }
  }

  expr(expr: Expr): void {
    this.p.commentsBefore(expr.loc.row);
    this.p.open();
    if (expr.negated) this.p.write("not ");
    this.exprTerms(expr);
    this.withs(expr.with);
  }

  private exprTerms(expr: Expr): void {
    const t = expr.terms;
    switch (t.kind) {
      case "term":
        this.term(t.term);
        return;
      case "call":
        this.callExpr(t.terms);
        return;
      case "some":
        this.someDecl(t.symbols, t.loc);
        return;
      case "every":
        this.p.commentsBefore(t.loc.row);
        this.p.write("every ");
        if (t.key !== undefined) {
          this.term(t.key);
          this.p.write(", ");
        }
        this.term(t.value);
        this.p.write(" in ");
        this.term(t.domain);
        this.p.write(" {");
        this.closureBody("{", "}", t.body, t.loc, t.loc);
        if (t.body.length === 1 && t.body[0]?.loc.row === t.loc.row) this.p.write(" ");
        this.p.write("}");
        return;
      case "not":
        this.p.write("not ");
        this.operand(t.body, t.explicit, t.loc, isLogical(t.body) || hasWith(t.body));
        return;
      case "and":
      case "or": {
        this.operand(t.lhs, t.explicitLhs, t.loc, needsParens(t.kind, t.lhs));
        this.p.write(` ${t.kind} `);
        this.operand(t.rhs, t.explicitRhs, t.loc, needsParens(t.kind, t.rhs) || sameKind(t.kind, t.rhs));
        return;
      }
    }
  }

  /** An operand of `not`, `and`, `or`: an expression, or a body in braces. */
  private operand(body: Body, explicit: boolean, loc: Location, parens: boolean): void {
    const first = body[0];
    if (first === undefined) return;
    if (!explicit) {
      if (parens) this.p.write("(");
      this.expr(first);
      if (parens) this.p.write(")");
      return;
    }
    this.p.write("{");
    this.closureBody("{", "}", body, loc, loc);
    if (first.loc.row === loc.row && byRow(body, (e) => e.loc).length === 1) this.p.write(" ");
    this.p.write("}");
  }

  private withs(withs: readonly With[]): void {
    let indented = false;
    for (const [i, w] of withs.entries()) {
      const sameRow = i === 0 ? !this.beginsRow(w.loc) : w.loc.row === withs[i - 1]?.loc.row;
      if (!sameRow) {
        if (!indented) this.p.up();
        indented = true;
        this.p.endLine();
        this.p.startLine();
      }
      this.p.commentsBefore(w.loc.row);
      this.p.write(sameRow ? " with " : "with ");
      this.term(w.target);
      this.p.write(" as ");
      this.term(w.value);
    }
    if (indented) this.p.down();
  }

  /** Whether nothing but blanks stands before a place on its row. */
  private beginsRow(loc: Location): boolean {
    let at = loc.offset - 1;
    while (at >= 0 && /[ \t\r]/.test(this.p.source.charAt(at))) at--;
    return this.p.source[at] === "\n";
  }

  private someDecl(symbols: readonly Term[], loc: Location): void {
    this.p.commentsBefore(loc.row);
    this.p.write("some ");
    let row = loc.row;
    for (const [i, symbol] of symbols.entries()) {
      if (symbol.type === "call") {
        this.inOperator(false, symbol.value.slice(1));
        continue;
      }
      if (symbol.loc.row > row) {
        this.p.endLine();
        this.p.startLine();
        this.p.write("\t");
        row = symbol.loc.row;
      } else if (i > 0) this.p.write(" ");
      this.term(symbol);
      if (i < symbols.length - 1) this.p.write(",");
    }
  }

  private callExpr(terms: readonly Term[]): void {
    const name = operatorName(terms[0]) ?? "";
    const args = terms.slice(1);
    if (name === "internal.member_2" || name === "internal.member_3") {
      this.inOperator(false, args);
      return;
    }
    const builtin = allBuiltins.get(name);
    const [a, b, result] = args as [Term, Term, Term | undefined];
    if (builtin?.infix === undefined || args.length < 2 || args.length > 3) {
      this.plainCall(terms);
      return;
    }
    if (result !== undefined) {
      this.term(result);
      this.p.write(" = ");
    }
    this.term(a);
    this.p.write(` ${builtin.infix} `);
    this.term(b);
  }

  private plainCall(terms: readonly Term[]): void {
    const [op, ...args] = terms as [Term, ...Term[]];
    this.p.write(`${this.operatorText(op)}(`);
    this.sequence(
      args,
      (arg) => arg.loc,
      (arg) => this.listed(arg),
      closingRow(this.p.source, op.loc, "(", ")"),
    );
    this.p.write(")");
  }

  private operatorText(op: Term): string {
    if (op.type !== "ref") return termText(op);
    const [head, ...path] = op.value;
    const rest = path.map((part) => {
      if (part.type === "string")
        return IDENTIFIER.test(part.value) ? `.${part.value}` : `[${quote(part.value)}]`;
      return `[${termText(part)}]`;
    });
    return (head === undefined ? "" : termText(head)) + rest.join("");
  }

  private inOperator(parens: boolean, operands: readonly Term[]): void {
    const [a, b, c] = operands as [Term, Term, Term | undefined];
    if (c === undefined) {
      this.termParens(true, a);
      this.p.write(" in ");
      this.termParens(true, b);
      return;
    }
    if (parens) this.p.write("(");
    this.termParens(true, a);
    this.p.write(", ");
    this.termParens(true, b);
    this.p.write(" in ");
    this.termParens(true, c);
    if (parens) this.p.write(")");
  }

  term(term: Term): void {
    this.termParens(false, term);
  }

  termParens(parens: boolean, term: Term): void {
    this.p.commentsBefore(term.loc.row);
    this.p.open();
    this.termText(parens, term);
    this.p.open();
  }

  private termText(parens: boolean, term: Term): void {
    switch (term.type) {
      case "ref":
        this.ref(term.value);
        return;
      case "object":
        this.p.write("{");
        this.sequence(
          uniqueKeys(term.value),
          ([key]) => key.loc,
          ([key, value]) => {
            this.listed(key);
            this.p.write(": ");
            this.listed(value);
          },
          closingRow(this.p.source, term.loc, "{", "}"),
          term.loc.row,
        );
        this.p.write("}");
        return;
      case "array":
        this.p.write("[");
        this.sequence(
          term.value,
          (t) => t.loc,
          (t) => this.listed(t),
          closingRow(this.p.source, term.loc, "[", "]"),
          term.loc.row,
        );
        this.p.write("]");
        return;
      case "set":
        if (term.value.length === 0) {
          this.p.write("set()");
          this.p.commentsBefore(closingRow(this.p.source, term.loc, "(", ")"));
          return;
        }
        this.p.write("{");
        this.sequence(
          uniqueTerms(term.value),
          (t) => t.loc,
          (t) => this.listed(t),
          closingRow(this.p.source, term.loc, "{", "}"),
          term.loc.row,
        );
        this.p.write("}");
        return;
      case "arraycomprehension":
        this.p.write("[");
        this.comprehension("[", "]", term.value.term, term.value.body, term.loc);
        this.p.write("]");
        return;
      case "setcomprehension":
        this.p.write("{");
        this.comprehension("{", "}", term.value.term, term.value.body, term.loc);
        this.p.write("}");
        return;
      case "objectcomprehension": {
        this.p.write("{");
        const { key, value, body } = term.value;
        if (key.loc.row - term.loc.row > 1) {
          this.p.endLine();
          this.p.startLine();
        }
        this.term(key);
        this.p.write(": ");
        this.comprehension(
          "{",
          "}",
          { ...value, loc: { ...value.loc, row: key.loc.row } } as Term,
          body,
          term.loc,
        );
        this.p.write("}");
        return;
      }
      case "string":
        this.p.write(this.stringText(term.value, term.loc));
        return;
      case "var":
        this.p.write(varText(term.value));
        return;
      case "call":
        this.call(parens, term);
        return;
      case "templatestring":
        this.template(term);
        return;
      default:
        this.p.write(termText(term));
        return;
    }
  }

  /** The literal as it was written; a name that became a key has none. */
  private stringText(value: string, loc: Location): string {
    const written = this.sourceOf(loc);
    const at = written.search(/["`]/);
    const last = written.at(-1);
    if (at < 0 || (last !== '"' && last !== "`")) return quote(value);
    return written.slice(written.indexOf(last));
  }

  /** Parts that are constants stand in the text itself. */
  private template(term: Extract<Term, { type: "templatestring" }>): void {
    const { parts, multiLine } = term.value;
    const mark = multiLine ? "`" : '"';
    this.p.write(`$${mark}`);
    for (const part of parts) {
      if (part.kind === "expr") {
        this.p.write("{");
        this.expr(part.expr);
        this.p.write("}");
      } else if (part.term.type === "string") {
        const text = part.term.value;
        this.p.write((multiLine ? text : quote(text).slice(1, -1)).replace(/\{/g, "\\{"));
      } else this.p.write(termText(part.term));
    }
    this.p.write(mark);
  }

  private call(parens: boolean, term: CallTerm): void {
    const name = operatorName(term.value[0]) ?? "";
    const infix = allBuiltins.get(name)?.infix;
    const args = term.value.slice(1);
    if (infix === undefined || args.length < 2) {
      this.plainCall(term.value);
      return;
    }
    if (infix === "in") {
      this.inOperator(true, args);
      return;
    }
    if (parens) this.p.write("(");
    this.termParens(true, args[0] as Term);
    this.p.write(` ${infix} `);
    this.termParens(true, args[1] as Term);
    if (parens) this.p.write(")");
  }

  ref(ref: readonly Term[]): void {
    const [head, ...path] = ref;
    if (head === undefined) return;
    this.p.withoutComments(() => {
      this.termParens(head.type === "call" && this.p.source[head.loc.offset] === "(", head);
      for (const part of path) {
        if (part.type === "string") this.p.write(this.pathText(part.value, part.loc));
        else if (part.type === "var") this.p.write(`[${varText(part.value)}]`);
        else {
          this.p.write("[");
          this.term(part);
          this.p.write("]");
        }
      }
    });
  }

  protected pathText(name: string, loc: Location): string {
    const quoted = this.p.source[loc.offset] === '"';
    const bracket = !IDENTIFIER.test(name) || (quoted && isKeywordInVersion(name, this.version));
    return bracket ? `[${quote(name)}]` : `.${name}`;
  }

  /** An item of a list; a union keeps the parentheses it was written in. */
  private listed(term: Term): void {
    const union =
      term.type === "call" && operatorName(term.value[0]) === "or" && this.p.source[term.loc.offset] === "(";
    if (union) this.p.write("(");
    this.term(term);
    if (union) this.p.write(")");
  }

  /**
   * Items with commas between; items of several rows stay on rows of their own. With the row of an opening bracket,
   * so do items that all stand on the row below it.
   */
  sequence<T extends Term | [Term, Term]>(
    items: readonly T[],
    placeOf: (item: T) => Location,
    print: (item: T) => void,
    closing: number,
    opening = Number.POSITIVE_INFINITY,
  ): void {
    const lines =
      this.mayHoldGenerated && items.some((item) => holdsGenerated(item)) ? [items] : byRow(items, placeOf);
    const first = lines[0]?.[0];
    const many = lines.length > 1 || (first !== undefined && placeOf(first).row > opening);
    if (many) {
      this.p.delayTail();
      this.p.endLine();
      this.p.up();
      this.p.startLine();
    }
    for (const [i, line] of lines.entries()) {
      if (i > 0) {
        this.p.write(",");
        this.p.endLine();
        this.p.startLine();
      }
      for (const [j, item] of line.entries()) {
        if (j > 0) this.p.write(", ");
        print(item);
      }
    }
    if (!many) return;
    this.p.write(",");
    this.p.endLine();
    this.p.commentsBefore(closing);
    this.p.down();
    this.p.startLine();
  }

  private comprehension(open: string, close: string, term: Term, body: Body, loc: Location): void {
    if (term.loc.row - loc.row >= 1) {
      this.p.endLine();
      this.p.startLine();
    }
    this.termParens(term.type === "call" && this.p.source[term.loc.offset] === "(", term);
    this.p.write(" |");
    this.closureBody(open, close, body, term.loc, loc);
  }

  /** A body in brackets: on the row of what is before it when it was written so. */
  protected closureBody(open: string, close: string, body: Body, before: Location, whole: Location): void {
    const lines = byRow(body, (expr) => expr.loc);
    const first = body[0];
    if (first === undefined) return;
    const many = first.loc.row - before.row > 0 || lines.length > 1;
    if (many) {
      this.p.endLine();
      this.p.up();
      this.body(body);
    } else {
      this.p.write(" ");
      for (const [i, expr] of body.entries()) {
        if (i > 0) this.p.write("; ");
        this.expr(expr);
      }
    }
    this.p.commentsBefore(closingRow(this.p.source, whole, open, close));
    if (many) {
      this.p.down();
      this.p.startLine();
    }
  }
}

function needsParens(kind: "and" | "or", body: Body): boolean {
  return (kind === "and" && body[0]?.terms.kind === "or") || hasWith(body);
}

function isLogical(body: Body): boolean {
  const kind = body[0]?.terms.kind;
  return kind === "and" || kind === "or";
}

function hasWith(body: Body): boolean {
  return (body[0]?.with.length ?? 0) > 0;
}

function sameKind(kind: "and" | "or", body: Body): boolean {
  return body[0]?.terms.kind === kind;
}

function varText(name: string): string {
  return isWildcard(name) ? "_" : name;
}

/** Of equal items the first stays: a set holds them once. */
function uniqueTerms(terms: readonly Term[]): readonly Term[] {
  const seen = new Set<string>();
  return terms.filter((term) => {
    const text = valueText(term);
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

/** Of equal keys the first stays, with the last value. */
function uniqueKeys(pairs: readonly [Term, Term][]): readonly [Term, Term][] {
  const byText = new Map<string, [Term, Term]>();
  for (const [key, value] of pairs) {
    const text = valueText(key);
    byText.set(text, [byText.get(text)?.[0] ?? key, value]);
  }
  return [...byText.values()];
}

/** Equal for numbers of equal value, however they are spelt. */
function valueText(term: Term): string {
  if (term.type !== "number") return termText(term);
  const value = num.fromText(term.value);
  return `number ${hash(value)} ${Number(term.value)}`;
}

function holdsGenerated(item: Term | [Term, Term]): boolean {
  const terms = Array.isArray(item) ? item : [item];
  return terms.some((term) => [...termVars(term, true)].some((name) => GENERATED.test(name)));
}
