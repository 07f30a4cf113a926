// Above 500 lines: terms, expressions and bodies print each other; the rows of comments are one state between them.

import {
  type Body,
  type CallTerm,
  type Expr,
  type LogicalTerms,
  operatorName,
  type Term,
  type With,
} from "../ast/ast.ts";
import { quote, termText } from "../ast/text.ts";
import type { Location } from "../errors.ts";
import { allBuiltins } from "../eval/all-builtins.ts";
import { byRow, closingRow, lastRow } from "./places.ts";
import type { Printer } from "./printer.ts";
import {
  hasWith,
  holdsGenerated,
  isBraceLed,
  isLogical,
  isNegation,
  isUnion,
  needsParens,
  sameKind,
  uniqueKeys,
  uniqueTerms,
  varText,
} from "./shapes.ts";

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Prints terms, expressions and bodies in OPA's layout: rows are kept where a collection or a body has several. */
export class TermPrinter {
  protected readonly p: Printer;
  /** Words that a quoted key keeps its quotes for. */
  private readonly keywords: ReadonlySet<string>;
  private readonly mayHoldGenerated: boolean;
  private leadingUnion = false;
  private chainDepth = 0;
  private indentedChains = 0;

  constructor(printer: Printer, keywords: ReadonlySet<string>) {
    this.p = printer;
    this.keywords = keywords;
    this.mayHoldGenerated = printer.source.includes("__local");
  }

  protected sourceOf(loc: Location): string {
    return this.p.source.slice(loc.offset, loc.end);
  }

  /** `braced`: the body stands in the braces of a rule, where a leading union would look like a comprehension. */
  body(body: Body, braced = false): void {
    const first = body[0];
    if (first !== undefined) this.p.commentsBefore(first.loc.row);
    for (const [i, expr] of body.entries()) {
      const previous = body[i - 1];
      if (previous !== undefined && expr.loc.row > lastRow(this.p.source, previous.loc) + 1)
        this.p.blankLine();
      this.p.startLine();
      this.leadingUnion = braced && previous === undefined && !expr.negated;
      this.expr(expr);
      this.leadingUnion = false;
      this.p.endLine();
    }
  }

  expr(expr: Expr): void {
    // Chains inside of a body that stands in this expression count for themselves.
    const [depth, indented] = [this.chainDepth, this.indentedChains];
    this.chainDepth = indented;
    this.inner(expr);
    if (this.indentedChains > indented) this.p.down();
    this.chainDepth = depth;
    this.indentedChains = indented;
  }

  private inner(expr: Expr): void {
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
        this.closureBody("{", "}", t.body, t.loc, expr.loc);
        if (t.body.length === 1 && t.body[0]?.loc.row === t.loc.row) this.p.write(" ");
        this.p.write("}");
        return;
      case "not":
        this.p.write("not ");
        this.operand(
          t.body,
          t.explicit,
          t.loc,
          isLogical(t.body) || isNegation(t.body) || hasWith(t.body) || isBraceLed(t.body),
        );
        return;
      case "and":
      case "or":
        this.logical(t);
        return;
    }
  }

  /** A chain keeps its rows; those below the first are indented once. */
  private logical(t: LogicalTerms): void {
    this.operand(t.lhs, t.explicitLhs, t.loc, needsParens(t.kind, t.lhs));
    this.p.write(` ${t.kind}`);
    if (this.breaksBefore(t)) {
      if (this.chainDepth === this.indentedChains) {
        this.indentedChains++;
        this.p.up();
      }
      this.p.endLine();
      this.p.startLine();
    } else this.p.write(" ");
    this.operand(t.rhs, t.explicitRhs, t.loc, needsParens(t.kind, t.rhs) || sameKind(t.kind, t.rhs));
  }

  private breaksBefore(t: LogicalTerms): boolean {
    const last = t.lhs.at(-1);
    const first = t.rhs[0];
    if (last === undefined || first === undefined) return false;
    const { source } = this.p;
    const start = t.explicitRhs ? source.lastIndexOf("{", first.loc.offset - 1) : first.loc.offset;
    const end = t.explicitLhs ? source.indexOf("}", last.loc.end) : last.loc.end;
    return source.slice(end, start).includes("\n");
  }

  /** An operand of `not`, `and`, `or`: an expression, or a body in braces. */
  private operand(body: Body, explicit: boolean, loc: Location, parens: boolean): void {
    const first = body[0];
    if (first === undefined) return;
    if (!explicit) {
      if (parens) this.p.write("(");
      this.inner(first);
      if (parens) this.p.write(")");
      return;
    }
    this.p.write("{");
    const before = { ...loc, row: this.rowOfBrace(first) };
    this.closureBody("{", "}", body, before, loc, true);
    if (first.loc.row === before.row && byRow(body, (e) => e.loc).length === 1) this.p.write(" ");
    this.p.write("}");
  }

  private rowOfBrace(first: Expr): number {
    const at = this.p.source.lastIndexOf("{", first.loc.offset - 1);
    return first.loc.row - (this.p.source.slice(at, first.loc.offset).split("\n").length - 1);
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
    if (this.isMembership(name)) {
      this.inOperator(false, args);
      return;
    }
    const builtin = allBuiltins.get(name);
    const leading = this.leadingUnion;
    this.leadingUnion = false;
    const [a, b, result] = args as [Term, Term, Term | undefined];
    if (builtin?.infix === undefined || builtin.infix === "in" || args.length < 2 || args.length > 3) {
      this.plainCall(terms);
      return;
    }
    if (result !== undefined) {
      this.term(result);
      this.p.write(" = ");
    }
    const union = (n: string): boolean => leading && n === "or";
    if (union(name)) this.p.write("(");
    this.termParens(a.type === "call" && union(operatorName(a.value[0]) ?? ""), a);
    this.p.write(` ${builtin.infix} `);
    this.term(b);
    if (union(name)) this.p.write(")");
  }

  /** Whether a call is written with `in`, which a v0 module must import. */
  private isMembership(name: string): boolean {
    return (name === "internal.member_2" || name === "internal.member_3") && this.keywords.has("in");
  }

  private plainCall(terms: readonly Term[]): void {
    const [op, ...args] = terms as [Term, ...Term[]];
    this.p.write(`${this.operatorText(op)}(`);
    this.sequence(
      args,
      (arg) => arg.loc,
      (arg) => this.argument(arg),
      closingRow(this.p.source, op.loc, "(", ")"),
    );
    this.p.write(")");
  }

  private operatorText(op: Term): string {
    if (op.type !== "ref") return termText(op);
    const [head, ...path] = op.value;
    const rest = path.map((part) => {
      if (part.type === "string") return this.pathText(part.value, part.loc);
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

  /** A collection with one row of items has no place for comments below its opening row: it stays as written. */
  private staysAsWritten(term: Term): boolean {
    if (term.type !== "array" && term.type !== "set" && term.type !== "object") return false;
    const items: readonly (Term | [Term, Term])[] = term.value;
    const lines = byRow(items, (item) => (Array.isArray(item) ? item[0].loc : item.loc));
    return lines.length === 1 && this.p.hasNoPlaceIn(term.loc, lastRow(this.p.source, term.loc));
  }

  private termText(parens: boolean, term: Term): void {
    if (this.staysAsWritten(term)) {
      this.p.writeSource(term.loc, lastRow(this.p.source, term.loc));
      return;
    }
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
            this.item(key);
            this.p.write(": ");
            this.item(value);
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
          (t) => this.item(t),
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
          (t) => this.item(t),
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
        this.item(key);
        this.p.write(": ");
        // The value stays beside its key.
        const beside = { ...value, loc: { ...value.loc, row: term.loc.row } } as Term;
        this.comprehension("{", "}", beside, body, term.loc);
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
        this.p.up();
        this.expr(part.expr);
        this.p.down();
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
    if (infix === "in" && !this.isMembership(name)) {
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
    const bracket = !IDENTIFIER.test(name) || (quoted && this.keywords.has(name));
    return bracket ? `[${quote(name)}]` : `.${name}`;
  }

  /** An item of a collection: a union there would be a comprehension without its parentheses. */
  private item(term: Term): void {
    this.termParens(isUnion(term), term);
  }

  /** An argument; a union keeps the parentheses it was written in. */
  private argument(term: Term): void {
    if (this.p.source[term.loc.offset] === "(") this.item(term);
    else this.term(term);
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
    this.termParens(isUnion(term) || (term.type === "call" && this.p.source[term.loc.offset] === "("), term);
    this.p.write(" |");
    this.closureBody(open, close, body, term.loc, loc);
  }

  /** A body in brackets: on the row of what is before it when it was written so. */
  protected closureBody(
    open: string,
    close: string,
    body: Body,
    before: Location,
    whole: Location,
    braced = false,
  ): void {
    const lines = byRow(body, (expr) => expr.loc);
    const first = body[0];
    if (first === undefined) return;
    const many = first.loc.row - before.row > 0 || lines.length > 1;
    if (many) {
      this.p.endLine();
      this.p.up();
      this.body(body, braced);
    } else {
      this.p.write(" ");
      for (const [i, expr] of body.entries()) {
        if (i > 0) this.p.write("; ");
        this.leadingUnion = braced && i === 0 && !expr.negated;
        this.expr(expr);
        this.leadingUnion = false;
      }
    }
    this.p.commentsBefore(closingRow(this.p.source, whole, open, close));
    if (many) {
      this.p.down();
      this.p.startLine();
    }
  }
}
