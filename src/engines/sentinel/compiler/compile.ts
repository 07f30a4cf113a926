import type { ProgramAst } from "../ast/ast.ts";
import { check, importName } from "../checker/check.ts";
import type { SentinelError } from "../errors.ts";
import { isHostLimit, sentinelError } from "../errors.ts";
import type { Code, Frame } from "../evaluator/frame.ts";
import type { Runtime } from "../evaluator/runtime.ts";
import type { Comment } from "../lexer/token.ts";
import { parse } from "../parser/parse.ts";
import type { Result } from "../result.ts";
import { fail, ok } from "../result.ts";
import type { SourceFile } from "../source-file.ts";
import { bytesOf } from "../values/bytes.ts";
import type { CompileContext } from "./context.ts";
import { compileExpr } from "./expressions.ts";
import { declare, declareAssigned, newScope } from "./scope.ts";
import { compileStatements } from "./statements.ts";

/** A file made into closures. Holds no state of an evaluation and may be run any number of times. */
export interface CompiledFile {
  readonly file: SourceFile;
  readonly ast: ProgramAst;
  readonly comments: readonly Comment[];
  /** Slots of the top scope by name, and how many there are. */
  readonly names: ReadonlyMap<string, number>;
  /** The same by byte string, as selectors of importing files ask for them. */
  readonly members: ReadonlyMap<string, number>;
  readonly size: number;
  readonly params: readonly {
    readonly name: string;
    readonly pos: number;
    readonly slot: number;
    readonly fallback: Code | null;
  }[];
  /** Runs the top-level statements. */
  readonly run: (frame: Frame, rt: Runtime) => void;
  /** Reads `main`; null when the file never assigns it. */
  readonly main: Code | null;
}

/** parse → check → closures. */
export function compileFile(
  file: SourceFile,
  options: { readonly coverage: boolean },
): Result<CompiledFile, SentinelError[]> {
  const parsed = parse(file);
  if (!parsed.ok) {
    return fail([parsed.error]);
  }
  try {
    const errors = check(parsed.value);
    if (errors.length > 0) {
      return fail(errors);
    }
    return ok(toClosures(parsed.value.file, parsed.value.ast, parsed.value.comments, options.coverage));
  } catch (error) {
    if (isHostLimit(error)) {
      return fail([sentinelError("sentinel_limit_error", `${file.name} nests too deeply`, null)]);
    }
    throw error;
  }
}

function toClosures(
  file: SourceFile,
  ast: ProgramAst,
  comments: readonly Comment[],
  coverage: boolean,
): CompiledFile {
  const scope = newScope(null);
  const paramSlots = ast.params.map((param) => declare(scope, param.name.name, "variable"));
  declareAssigned(scope, ast.body);
  const imports = new Map(ast.imports.map((decl, at) => [importName(decl.path, decl.alias), at]));
  const ctx: CompileContext = { file, scope, imports, coverage };
  const params = ast.params.map((param, at) => ({
    name: param.name.name,
    pos: param.name.pos,
    slot: paramSlots[at] as number,
    fallback: param.fallback === null ? null : compileExpr(ctx, param.fallback),
  }));
  const body = compileStatements(ctx, ast.body);
  const names = new Map([...scope.names].map(([name, { slot }]) => [name, slot]));
  return {
    file,
    ast,
    comments,
    names,
    members: new Map([...names].map(([name, slot]) => [bytesOf(name), slot])),
    size: scope.names.size,
    params,
    run: (frame, rt) => {
      body(frame, rt);
    },
    main: names.has("main") ? compileExpr(ctx, { kind: "ident", pos: 0, name: "main" }) : null,
  };
}
