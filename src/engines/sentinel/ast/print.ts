import type { Expr, Ident, ProgramAst, Stmt } from "./ast.ts";
import { COMPARISON, LEVELS } from "./precedence.ts";

const UNARY = 7;
const PRIMARY = 8;

/** Source text of a tree: parsing it gives the same tree, but for parentheses. Comments are not part of a tree. */
export function printProgram({ imports, params, body }: ProgramAst): string {
  const lines = [
    ...imports.map(({ pathText, alias }) => `import ${pathText}${alias === null ? "" : ` as ${alias.name}`}`),
    ...params.map(
      ({ name, fallback }) =>
        `param ${name.name}${fallback === null ? "" : ` default ${printExpr(fallback)}`}`,
    ),
    ...body.map((statement) => printStatement(statement, "")),
  ];
  return `${lines.join("\n")}\n`;
}

function printBlock(statements: readonly Stmt[], indent: string): string {
  const inner = `${indent}\t`;
  return `{\n${statements.map((statement) => `${inner}${printStatement(statement, inner)}\n`).join("")}${indent}}`;
}

function printStatement(statement: Stmt, indent: string): string {
  switch (statement.kind) {
    case "assign":
      return `${printExpr(statement.target)} ${statement.op} ${printExpr(statement.value)}`;
    case "funcdecl":
      return `func ${statement.name.name}${printParams(statement.func.params)} ${printBlock(statement.func.body, indent)}`;
    case "if": {
      const { otherwise } = statement;
      const tail =
        otherwise === null
          ? ""
          : ` else ${"kind" in otherwise ? printStatement(otherwise, indent) : printBlock(otherwise, indent)}`;
      return `if ${printExpr(statement.condition)} ${printBlock(statement.then, indent)}${tail}`;
    }
    case "for":
      return `for ${printExpr(statement.over)} as ${printNames(statement.first, statement.second)} ${printBlock(statement.body, indent)}`;
    case "case": {
      const clauses = statement.clauses.map(({ values, body }) => {
        const head = values === null ? "else" : `when ${values.map((value) => printExpr(value)).join(", ")}`;
        return `${indent}${head}:\n${body.map((one) => `${indent}\t${printStatement(one, `${indent}\t`)}\n`).join("")}`;
      });
      return `case ${statement.subject === null ? "" : `${printExpr(statement.subject)} `}{\n${clauses.join("")}${indent}}`;
    }
    case "return":
      return `return ${printExpr(statement.value)}`;
    case "break":
    case "continue":
      return statement.kind;
    case "expr":
      return printExpr(statement.expr);
  }
}

function printNames(first: Ident, second: Ident | null): string {
  return second === null ? first.name : `${first.name}, ${second.name}`;
}

function printParams(params: readonly Ident[]): string {
  return `(${params.map((param) => param.name).join(", ")})`;
}

/** `lowest` is the level below which parentheses are needed. */
export function printExpr(expr: Expr, lowest = 0): string {
  const text = printBare(expr);
  return levelOf(expr) < lowest ? `(${text})` : text;
}

function levelOf(expr: Expr): number {
  switch (expr.kind) {
    case "binary":
      return LEVELS[expr.op];
    case "is":
      return COMPARISON;
    case "unary":
      return UNARY;
    default:
      return PRIMARY;
  }
}

function printBare(expr: Expr): string {
  switch (expr.kind) {
    case "ident":
      return expr.name;
    case "int":
    case "float":
    case "string":
      return expr.text;
    case "list":
      return `[${expr.items.map((item) => printExpr(item)).join(", ")}]`;
    case "maplit":
      return `{${expr.entries.map(([key, value]) => `${printExpr(key)}: ${printExpr(value)}`).join(", ")}}`;
    case "func":
      return `func${printParams(expr.params)} ${printBlock(expr.body, "")}`;
    case "rule":
      return `rule ${expr.when === null ? "" : `when ${printExpr(expr.when)} `}{ ${printExpr(expr.body)} }`;
    case "quantifier":
      return `${expr.word} ${printExpr(expr.over)} as ${printNames(expr.first, expr.second)} { ${printExpr(expr.body)} }`;
    case "unary":
      return `${expr.op}${expr.op === "not" ? " " : ""}${printExpr(expr.operand, UNARY)}`;
    case "binary": {
      const level = LEVELS[expr.op];
      return `${printExpr(expr.left, level)} ${expr.text} ${printExpr(expr.right, level + 1)}`;
    }
    case "is":
      return `${printExpr(expr.operand, COMPARISON)} is ${expr.negated ? "not " : ""}${expr.state}`;
    case "select":
      return `${printTarget(expr.target)}.${expr.name}`;
    case "index":
      return `${printTarget(expr.target)}[${printExpr(expr.index)}]`;
    case "slice":
      return `${printTarget(expr.target)}[${expr.low === null ? "" : printExpr(expr.low)}:${expr.high === null ? "" : printExpr(expr.high)}]`;
    case "call":
      return `${printTarget(expr.target)}(${expr.args.map((arg) => printExpr(arg)).join(", ")})`;
    case "paren":
      return `(${printExpr(expr.inner)})`;
  }
}

/** A number before `.` would be read as a float. */
function printTarget(target: Expr): string {
  return target.kind === "int" || target.kind === "float" ? `(${target.text})` : printExpr(target, PRIMARY);
}
