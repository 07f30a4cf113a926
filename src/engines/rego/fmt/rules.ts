import type { Expr, Head, Import, Module, Rule, Term } from "../ast/ast.ts";
import { termText } from "../ast/text.ts";
import type { Location } from "../errors.ts";
import { FUTURE_KEYWORDS_V0 } from "../parser/state.ts";
import { closingRow, lastRow } from "./places.ts";
import { commentText, type Printer } from "./printer.ts";
import { TermPrinter } from "./terms.ts";

/** Which forms the printed module uses. */
export interface Forms {
  /** `if` before bodies. */
  readonly ifs: boolean;
  /** `contains` for partial sets. */
  readonly contains: boolean;
  /** `:=` in every head. */
  readonly assign: boolean;
  /** Heads are references; where no rule needs that, `p.x` is written `p["x"]`. */
  readonly refHeads: boolean;
  /** The module says `import rego.v2`. */
  readonly regoV2: boolean;
  /** The module says `import rego.v1`. */
  readonly regoV1: boolean;
}

/** Prints the statements of a module. */
export class ModulePrinter extends TermPrinter {
  private readonly forms: Forms;
  private readonly dropsV0Imports: boolean;

  constructor(printer: Printer, keywords: ReadonlySet<string>, forms: Forms, dropsV0Imports = false) {
    super(printer, keywords);
    this.forms = forms;
    this.dropsV0Imports = dropsV0Imports;
  }

  module(module: Module): void {
    this.packageLine(module);
    const statements = [...module.imports, ...module.rules].sort(
      (a, b) => a.loc.row - b.loc.row || a.loc.col - b.loc.col,
    );
    let imports: Import[] = [];
    let rules: Rule[] = [];
    const flush = (): void => {
      this.imports(imports);
      this.rules(rules);
      imports = [];
      rules = [];
    };
    for (const statement of statements) {
      if ("path" in statement) {
        if (rules.length > 0) flush();
        imports.push(statement);
      } else rules.push(statement);
    }
    flush();
    for (const comment of this.p.remaining()) this.p.writeLine(commentText(comment));
  }

  private packageLine(module: Module): void {
    this.p.commentsBefore(module.package.loc.row);
    this.p.startLine();
    const [, first, ...rest] = module.package.path;
    this.p.write("package ");
    if (first !== undefined) {
      const name: Term = { type: "var", value: String(first.value), loc: first.loc };
      this.ref([name, ...rest]);
    }
    this.p.blankLine();
    this.p.endLine();
  }

  private imports(imports: readonly Import[]): void {
    const printed = imports.filter((found) => !this.covered(found));
    const beside = new Map(printed.map((found) => [found, this.p.takeAt(found.loc.row)]));
    for (const group of importGroups(printed)) {
      this.p.commentsBefore((group[0] as Import).loc.row);
      for (const found of [...group].sort(compareImports)) {
        this.p.startLine();
        this.p.write("import ");
        this.ref(found.path.value);
        if (found.alias !== undefined) this.p.write(` as ${found.alias}`);
        const comment = beside.get(found);
        if (comment !== undefined) this.p.write(` ${commentText(comment)}`);
        this.p.endLine();
      }
      this.p.blankLine();
    }
  }

  /** `rego.v1` and `rego.v2` make the language imports before them superfluous. */
  private covered(found: Import): boolean {
    const [root, name, word] = found.path.value.map((term) => term.value);
    const ofV0 = root === "future" && (word === undefined || FUTURE_KEYWORDS_V0.has(String(word)));
    if (this.dropsV0Imports && (ofV0 || (root === "rego" && name === "v1"))) return true;
    if (this.forms.regoV2) return root === "future" || (root === "rego" && name === "v1");
    return this.forms.regoV1 && ofV0;
  }

  private rules(rules: readonly Rule[]): void {
    for (const [i, rule] of rules.entries()) {
      this.p.commentsBefore(rule.loc.row);
      this.rule(rule, false);
      const next = rules[i + 1];
      const grouped =
        next !== undefined &&
        this.groupable(rule) &&
        this.groupable(next) &&
        next.loc.row === rule.loc.row + 1;
      if (!grouped) this.p.blankLine();
    }
  }

  /** One-line rules on rows that follow each other stay together. */
  private groupable(rule: Rule): boolean {
    const only = rule.body[0];
    if (rule.body.length > 1 || rule.isDefault || (only !== undefined && isSet(only))) return false;
    return this.forms.ifs && (this.forms.contains || rule.head.value !== undefined);
  }

  private rule(rule: Rule, isElse: boolean): void {
    if (!isElse) this.p.startLine();
    if (rule.isDefault) this.p.write("default ");
    const constant = rule.else === undefined && isTrueBody(rule);
    this.head(rule, constant, isElse);
    if (constant) {
      this.p.endLine();
      return;
    }
    const withIf = this.forms.ifs && (this.forms.contains || rule.head.value !== undefined);
    if (withIf) {
      this.p.write(" if");
      const only = rule.body.length === 1 ? rule.body[0] : undefined;
      if (only !== undefined && only.loc.row === lastRow(this.p.source, rule.head.loc) && !isSet(only)) {
        this.p.write(" ");
        this.expr(only);
        this.p.endLine();
        if (rule.else !== undefined) this.elseOf(rule, rule.else, false);
        return;
      }
    }
    this.p.write(" {");
    this.p.endLine();
    this.p.up();
    this.body(rule.body, this.forms.ifs && !isElse);
    this.p.commentsBefore(this.closingOf(rule));
    this.p.down();
    this.p.startLine();
    this.p.write("}");
    if (rule.else !== undefined) this.elseOf(rule, rule.else, true);
    else this.p.endLine();
  }

  private closingOf(rule: Rule): number {
    const { head } = rule;
    const skip =
      (head.args ?? []).length > 0
        ? (["(", ")"] as const)
        : head.key !== undefined
          ? (["[", "]"] as const)
          : undefined;
    return closingRow(this.p.source, rule.loc, "{", "}", skip);
  }

  /** `afterBrace`: the line of the brace before is still open. */
  private elseOf(rule: Rule, next: Rule, afterBrace: boolean): void {
    const lines = this.sourceOf(rule.loc).split("\n");
    const line = lines[next.loc.row - rule.loc.row];
    const wasInline = next.loc.row > rule.loc.row && line !== undefined && !line.trim().startsWith("else");
    const { nextComment } = this.p;
    const commentAbove =
      (nextComment !== undefined && nextComment.loc.row < next.head.loc.row) || this.p.hasTail;
    if (!commentAbove && wasInline) this.p.write(" ");
    else {
      if (afterBrace) this.p.endLine();
      this.p.blankLine();
      this.p.startLine();
    }
    this.p.commentsBefore(next.head.loc.row);
    if (commentAbove && !wasInline) this.p.startLine();
    this.rule(next, true);
  }

  private head(rule: Rule, constant: boolean, isElse: boolean): void {
    const { head } = rule;
    if (isElse) this.p.write("else");
    else {
      this.headName(head.ref);
      this.headArgs(head);
      this.headKey(head);
    }
    this.headValue(head, rule.isDefault, constant, isElse, rule.generatedBody);
  }

  private headName(ref: readonly Term[]): void {
    const [first, ...rest] = ref;
    if (this.forms.refHeads || first === undefined) {
      this.ref(ref);
      return;
    }
    this.ref([first]);
    for (const part of rest) {
      this.p.write("[");
      this.p.withoutComments(() => this.term(part.type === "string" ? { ...part, loc: NO_SOURCE } : part));
      this.p.write("]");
    }
  }

  private headArgs(head: Head): void {
    if (head.args === undefined || head.args.length === 0) return;
    this.p.write("(");
    this.sequence(
      head.args,
      (arg) => arg.loc,
      (arg) => this.term(arg),
      closingRow(this.p.source, head.loc, "(", ")"),
    );
    this.p.write(")");
  }

  private headKey(head: Head): void {
    if (head.key === undefined || head.value !== undefined) return;
    if (this.forms.contains) {
      this.p.write(" contains ");
      this.term(head.key);
      return;
    }
    this.p.write("[");
    this.term(head.key);
    this.p.write("]");
  }

  private headValue(
    head: Head,
    isDefault: boolean,
    constant: boolean,
    isElse: boolean,
    headOnly: boolean,
  ): void {
    const { value } = head;
    if (value === undefined) return;
    const isTrue = value.type === "boolean" && value.value;
    if (head.key === undefined && isTrue && !constant && !isDefault) return;
    // `p[x]` of v0 is a set's item, and a head alone has no value to show; `p if true` becomes `p := true`.
    const bare = headOnly || (!this.forms.contains && head.ref.length === 2 && head.args === undefined);
    const unwritten = head.generatedValue || value.loc.offset === head.loc.offset;
    if (unwritten && !isElse && isTrue && (!constant || bare)) return;
    this.p.write(head.assign || this.forms.assign ? " := " : " = ");
    this.term(isElse ? { ...value, loc: { ...value.loc, row: head.loc.row } } : value);
  }
}

/** A set behind `if` would be read as a body. */
function isSet(expr: Expr): boolean {
  if (expr.negated) return false;
  return expr.terms.kind === "term" && expr.terms.term.type === "set";
}

/** Of a term that is printed from its value. */
const NO_SOURCE: Location = { file: "", row: 0, col: 0, offset: 0, end: 0 };

function isTrueBody(rule: Rule): boolean {
  const only = rule.body.length === 1 ? rule.body[0] : undefined;
  const terms = only?.terms;
  return (
    only !== undefined &&
    !only.negated &&
    only.with.length === 0 &&
    terms?.kind === "term" &&
    terms.term.type === "boolean" &&
    terms.term.value
  );
}

/** Imports that no empty row parts. */
function importGroups(imports: readonly Import[]): readonly (readonly Import[])[] {
  const groups: Import[][] = [];
  let last: Location | undefined;
  for (const found of imports) {
    if (last === undefined || found.loc.row - last.row > 1) groups.push([]);
    groups.at(-1)?.push(found);
    last = found.loc;
  }
  return groups;
}

function compareImports(a: Import, b: Import): number {
  const text = (found: Import): string => found.path.value.map(termText).join("\0");
  const [x, y] = [text(a), text(b)];
  if (x !== y) return x < y ? -1 : 1;
  return (a.alias ?? "") < (b.alias ?? "") ? -1 : 1;
}
