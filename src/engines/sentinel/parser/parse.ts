import type { Expr, ImportDecl, ParamDecl, ProgramAst } from "../ast/ast.ts";
import type { SentinelError } from "../errors.ts";
import { Abort, isHostLimit, sentinelError, toSentinelError } from "../errors.ts";
import { lex } from "../lexer/lexer.ts";
import type { Comment } from "../lexer/token.ts";
import type { Result } from "../result.ts";
import { fail, ok } from "../result.ts";
import type { SourceFile } from "../source-file.ts";
import { placeAt } from "../source-file.ts";
import { parseExpr, parseIdent } from "./expressions.ts";
import type { ParserState } from "./state.ts";
import { acceptWord, isKind, isWord, next, peek, syntaxError, unexpected } from "./state.ts";
import { parseStatements } from "./statements.ts";

export interface Parsed {
  readonly file: SourceFile;
  readonly ast: ProgramAst;
  readonly comments: readonly Comment[];
}

/** Parses one file. A source gives its first syntax error only: what follows it cannot be read reliably. */
export function parse(file: SourceFile): Result<Parsed, SentinelError> {
  const { tokens, comments, error } = lex(file.text);
  const p: ParserState = { file, tokens, lexError: error, at: 0, nesting: 0, functions: 0, loops: 0 };
  try {
    const imports = parseImports(p);
    const params = parseParams(p);
    const body = parseStatements(p, (at) => isKind(at, "eof"));
    if (error !== null) {
      return fail(sentinelError("sentinel_syntax_error", error.message, placeAt(file, error.pos)));
    }
    return ok({ file, ast: { imports, params, body }, comments });
  } catch (thrown) {
    if (thrown instanceof Abort || isHostLimit(thrown)) {
      return fail(toSentinelError(thrown));
    }
    throw thrown;
  }
}

function endDeclaration(p: ParserState): void {
  if (!isKind(p, "semi") && !isKind(p, "eof")) {
    throw unexpected(p, "the end of the line");
  }
  while (isKind(p, "semi")) {
    p.at += 1;
  }
}

function parseImports(p: ParserState): ImportDecl[] {
  const imports: ImportDecl[] = [];
  while (isKind(p, "semi")) {
    p.at += 1;
  }
  while (isWord(p, "import")) {
    const { pos } = next(p);
    const path = peek(p);
    if (path.kind !== "string") {
      throw unexpected(p, "the import's name as a string");
    }
    p.at += 1;
    const alias = acceptWord(p, "as") ? parseIdent(p, "a name after `as`") : null;
    imports.push({ pos, path: path.value, pathText: path.text, alias });
    endDeclaration(p);
  }
  return imports;
}

function parseParams(p: ParserState): ParamDecl[] {
  const params: ParamDecl[] = [];
  while (isWord(p, "param")) {
    const { pos } = next(p);
    const name = parseIdent(p, "the parameter's name");
    const fallback = acceptWord(p, "default") ? parseExpr(p) : null;
    if (fallback !== null) {
      requireLiteral(p, fallback);
    }
    params.push({ pos, name, fallback });
    endDeclaration(p);
  }
  return params;
}

/** A parameter's default is a literal: string, signed number, `true`, `false`, or a list or map of those. */
function requireLiteral(p: ParserState, expr: Expr): void {
  switch (expr.kind) {
    case "int":
    case "float":
    case "string":
      return;
    case "ident":
      if (expr.name === "true" || expr.name === "false" || expr.name === "null") {
        return;
      }
      break;
    case "unary":
      if (
        (expr.op === "-" || expr.op === "+") &&
        (expr.operand.kind === "int" || expr.operand.kind === "float")
      ) {
        return;
      }
      break;
    case "list":
      for (const item of expr.items) {
        requireLiteral(p, item);
      }
      return;
    case "maplit":
      for (const [key, value] of expr.entries) {
        requireLiteral(p, key);
        requireLiteral(p, value);
      }
      return;
    default:
      break;
  }
  throw syntaxError(p, expr.pos, "a parameter's default must be a literal");
}
