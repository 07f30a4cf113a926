import type { AssignOp, CaseClause, Expr, FuncLit, Ident, If, Stmt } from "../ast/ast.ts";
import { parseExpr, parseIdent, parseLoopNames } from "./expressions.ts";
import type { ParserState } from "./state.ts";
import {
  acceptOp,
  expectOp,
  isKind,
  isOp,
  isWord,
  nested,
  next,
  peek,
  syntaxError,
  unexpected,
} from "./state.ts";

const ASSIGN_OPS: ReadonlySet<string> = new Set(["=", "+=", "-=", "*=", "/=", "%="]);

/** Statements up to `end` (not consumed), each closed by a semicolon or by the end itself. */
export function parseStatements(p: ParserState, atEnd: (p: ParserState) => boolean): Stmt[] {
  const statements: Stmt[] = [];
  for (;;) {
    while (isKind(p, "semi")) {
      p.at += 1;
    }
    if (atEnd(p)) {
      return statements;
    }
    statements.push(nested(p, () => parseStatement(p)));
    if (!isKind(p, "semi") && !atEnd(p)) {
      throw unexpected(p, "the end of the statement");
    }
  }
}

function parseStatement(p: ParserState): Stmt {
  const token = peek(p);
  const { pos } = token;
  if (token.kind === "word") {
    switch (token.text) {
      case "if":
        return parseIf(p);
      case "for":
        return parseFor(p);
      case "case":
        return parseCase(p);
      case "return":
        if (p.functions === 0) {
          throw syntaxError(p, pos, "`return` stands outside of a function");
        }
        p.at += 1;
        return { kind: "return", pos, value: parseExpr(p) };
      case "break":
      case "continue":
        if (p.loops === 0) {
          throw syntaxError(p, pos, `\`${token.text}\` stands outside of a loop`);
        }
        p.at += 1;
        return { kind: token.text, pos };
      case "func":
        if (isKind(p, "ident", 1)) {
          return parseFuncDecl(p);
        }
        break;
      case "import":
        throw syntaxError(p, pos, "`import` must stand before everything else");
      case "param":
        throw syntaxError(p, pos, "`param` must stand after the imports and before everything else");
      default:
        break;
    }
  }
  const expr = parseExpr(p);
  const op = peek(p);
  if (op.kind !== "op" || !ASSIGN_OPS.has(op.text)) {
    return { kind: "expr", pos, expr };
  }
  if (expr.kind !== "ident" && expr.kind !== "index") {
    throw syntaxError(p, expr.pos, "only a name or an index expression can be assigned to");
  }
  p.at += 1;
  return { kind: "assign", pos, target: expr, op: op.text as AssignOp, value: parseExpr(p) };
}

function parseFuncDecl(p: ParserState): Stmt {
  const { pos } = next(p);
  const name = parseIdent(p, "the function's name");
  if (p.functions > 0 || p.loops > 0) {
    throw syntaxError(p, pos, "a named function can only be declared at the top level of a file");
  }
  return { kind: "funcdecl", pos, name, func: parseFuncRest(p, pos) };
}

/** Parameters and body; `func` itself has been read. */
export function parseFuncRest(p: ParserState, pos: number): FuncLit {
  expectOp(p, "(", "to open the parameters");
  const params: Ident[] = [];
  while (!acceptOp(p, ")")) {
    const param = parseIdent(p, "a parameter's name");
    if (params.some((other) => other.name === param.name && param.name !== "_")) {
      throw syntaxError(p, param.pos, `the parameter \`${param.name}\` is declared twice`);
    }
    params.push(param);
    if (!acceptOp(p, ",")) {
      expectOp(p, ")", "or `,` after a parameter");
      break;
    }
  }
  const { loops } = p;
  p.loops = 0;
  p.functions += 1;
  const body = parseBlock(p, "a function");
  p.functions -= 1;
  p.loops = loops;
  return { kind: "func", pos, params, body };
}

function parseBlock(p: ParserState, owner: string): Stmt[] {
  expectOp(p, "{", `to open the body of ${owner}`);
  const body = parseStatements(p, (at) => isOp(at, "}"));
  expectOp(p, "}", `to close the body of ${owner}`);
  return body;
}

function parseIf(p: ParserState): If {
  const { pos } = next(p);
  const condition = parseExpr(p);
  const then = parseBlock(p, "`if`");
  if (!isWord(p, "else")) {
    return { kind: "if", pos, condition, then, otherwise: null };
  }
  p.at += 1;
  const otherwise = isWord(p, "if") ? nested(p, () => parseIf(p)) : parseBlock(p, "`else`");
  return { kind: "if", pos, condition, then, otherwise };
}

function parseFor(p: ParserState): Stmt {
  const { pos } = next(p);
  const over = parseExpr(p);
  const { first, second } = parseLoopNames(p);
  p.loops += 1;
  const body = parseBlock(p, "`for`");
  p.loops -= 1;
  return { kind: "for", pos, over, first, second, body };
}

function parseCase(p: ParserState): Stmt {
  const { pos } = next(p);
  const subject = opensClauses(p) ? null : parseExpr(p);
  expectOp(p, "{", "to open the clauses of `case`");
  const clauses: CaseClause[] = [];
  for (;;) {
    while (isKind(p, "semi")) {
      p.at += 1;
    }
    if (acceptOp(p, "}")) {
      return { kind: "case", pos, subject, clauses };
    }
    clauses.push(parseClause(p));
  }
}

/** Whether a `{` after `case` opens the clauses and not a map that is the subject. */
function opensClauses(p: ParserState): boolean {
  if (!isOp(p, "{")) {
    return false;
  }
  let ahead = 1;
  while (isKind(p, "semi", ahead)) {
    ahead += 1;
  }
  return (
    isWord(p, "when", ahead) || isWord(p, "else", ahead) || (isOp(p, "}", ahead) && !isOp(p, "{", ahead + 1))
  );
}

function parseClause(p: ParserState): CaseClause {
  const token = peek(p);
  let values: Expr[] | null = null;
  if (isWord(p, "when")) {
    p.at += 1;
    values = [];
    do {
      values.push(parseExpr(p));
    } while (acceptOp(p, ","));
  } else if (isWord(p, "else")) {
    p.at += 1;
  } else {
    throw unexpected(p, "`when` or `else`");
  }
  expectOp(p, ":", "after a clause's values");
  const body = parseStatements(p, (at) => isOp(at, "}") || isWord(at, "when") || isWord(at, "else"));
  return { pos: token.pos, values, body };
}
