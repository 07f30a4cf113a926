import type { Assign, Case, For, If, Stmt } from "../ast/ast.ts";
import { bare } from "../ast/visit.ts";
import { assignIndex, indexOf } from "../evaluator/access.ts";
import { Frame, RuleValue } from "../evaluator/frame.ts";
import type { ArithmeticOp } from "../evaluator/operators.ts";
import { arithmetic, arithmeticAt } from "../evaluator/operators.ts";
import type { Runtime } from "../evaluator/runtime.ts";
import { equal } from "../values/equal.ts";
import { typeName } from "../values/text.ts";
import type { Value } from "../values/value.ts";
import { present, Undefined } from "../values/value.ts";
import type { CompileContext } from "./context.ts";
import { abortAt, guarded } from "./context.ts";
import { compileExpr, compileRuleBody } from "./expressions.ts";
import { compileFunction } from "./functions.ts";
import { compileIdent, compileSetter } from "./names.ts";
import { bindTurn, forEachTurn, loopNames } from "./quantifiers.ts";
import { declareAssigned, newScope, statementsCapture } from "./scope.ts";

/** How a statement ended. */
export const NEXT = 0;
export const BREAK = 1;
export const CONTINUE = 2;
export const RETURN = 3;
export type Ending = typeof NEXT | typeof BREAK | typeof CONTINUE | typeof RETURN;

export type Step = (frame: Frame, rt: Runtime) => Ending;

/** Statements in order, up to the first that leaves the block. */
export function compileStatements(ctx: CompileContext, statements: readonly Stmt[]): Step {
  const steps = statements.map((statement) => covered(ctx, statement, compileStatement(ctx, statement)));
  const [only] = steps;
  if (only !== undefined && steps.length === 1) {
    return only;
  }
  return (frame, rt) => {
    for (const step of steps) {
      const ending = step(frame, rt);
      if (ending !== NEXT) {
        return ending;
      }
    }
    return NEXT;
  };
}

function covered(ctx: CompileContext, statement: Stmt, step: Step): Step {
  if (!ctx.coverage) {
    return step;
  }
  return (frame, rt) => {
    rt.cover(ctx.file, statement.pos);
    return step(frame, rt);
  };
}

function compileStatement(ctx: CompileContext, statement: Stmt): Step {
  switch (statement.kind) {
    case "assign":
      return statement.target.kind === "ident"
        ? compileAssign(ctx, statement)
        : compileIndexAssign(ctx, statement);
    case "funcdecl": {
      const { name, pos } = statement.name;
      const slot = ctx.scope.names.get(name)?.slot ?? 0;
      const make = compileFunction(ctx, name, statement.func);
      return (frame) => {
        if (frame.slots[slot] !== undefined) {
          throw abortAt(ctx.file, pos, `the name \`${name}\` is already taken`);
        }
        frame.slots[slot] = make(frame);
        return NEXT;
      };
    }
    case "if":
      return compileIf(ctx, statement);
    case "for":
      return compileFor(ctx, statement);
    case "case":
      return compileCase(ctx, statement);
    case "return": {
      const value = compileExpr(ctx, statement.value);
      return (frame, rt) => {
        rt.returned = value(frame, rt);
        return RETURN;
      };
    }
    case "break":
      return () => BREAK;
    case "continue":
      return () => CONTINUE;
    case "expr": {
      const value = compileExpr(ctx, statement.expr);
      return (frame, rt) => {
        value(frame, rt);
        return NEXT;
      };
    }
  }
}

function compileAssign(ctx: CompileContext, statement: Assign): Step {
  const { file } = ctx;
  const { pos } = statement;
  const name = statement.target.kind === "ident" ? statement.target.name : "";
  const set = compileSetter(ctx, name, pos);
  const rule = bare(statement.value);
  if (statement.op === "=" && rule.kind === "rule") {
    const code = compileRuleBody(ctx, rule);
    const site = { name, file, pos };
    return (frame, rt) => {
      set(frame, rt, new RuleValue(site, frame, code));
      return NEXT;
    };
  }
  const value = compileExpr(ctx, statement.value);
  if (statement.op === "=") {
    return (frame, rt) => {
      set(frame, rt, value(frame, rt));
      return NEXT;
    };
  }
  const op = statement.op.slice(0, -1) as ArithmeticOp;
  const read = compileIdent(ctx, name, pos);
  return (frame, rt) => {
    const right = value(frame, rt);
    const left = read(frame, rt);
    set(frame, rt, arithmeticAt(file, pos, op, left, right, rt));
    return NEXT;
  };
}

/** `target[index] = value`; the value is evaluated first. */
function compileIndexAssign(ctx: CompileContext, statement: Assign): Step {
  const { target } = statement;
  if (target.kind !== "index") {
    throw new Error("an index assignment needs an index");
  }
  const { pos } = statement;
  const value = compileExpr(ctx, statement.value);
  const collection = compileExpr(ctx, target.target);
  const index = compileExpr(ctx, target.index);
  const op = statement.op === "=" ? null : (statement.op.slice(0, -1) as ArithmeticOp);
  const born = new Undefined(ctx.file, target.pos);
  return (frame, rt) => {
    const right = value(frame, rt);
    const into = collection(frame, rt);
    const key = index(frame, rt);
    guarded(ctx.file, pos, () =>
      assignIndex(
        into,
        key,
        op === null ? right : arithmetic(op, present(indexOf(into, key), born), right, rt),
      ),
    );
    return NEXT;
  };
}

function compileIf(ctx: CompileContext, statement: If): Step {
  const { pos } = statement.condition;
  const condition = compileExpr(ctx, statement.condition);
  const then = compileStatements(ctx, statement.then);
  const { otherwise } = statement;
  const other =
    otherwise === null
      ? null
      : "kind" in otherwise
        ? compileIf(ctx, otherwise)
        : compileStatements(ctx, otherwise);
  return (frame, rt) => {
    const value = condition(frame, rt);
    if (value === true) {
      return then(frame, rt);
    }
    // Undefined takes the else branch [undetermined].
    if (value === false || value instanceof Undefined) {
      return other === null ? NEXT : other(frame, rt);
    }
    throw abortAt(ctx.file, pos, `\`if\` needs a bool, not ${typeName(value)}`);
  };
}

function compileFor(ctx: CompileContext, statement: For): Step {
  const { pos } = statement;
  const over = compileExpr(ctx, statement.over);
  const scope = newScope(ctx.scope);
  const names = loopNames(scope, statement.first, statement.second);
  declareAssigned(scope, statement.body);
  const body = compileStatements({ ...ctx, scope }, statement.body);
  const size = scope.names.size;
  const fresh = statementsCapture(statement.body);
  return (outer, rt) => {
    const collection = over(outer, rt);
    let frame = new Frame(size, outer);
    let left: Ending = NEXT;
    const looped = forEachTurn(collection, (key, value, mapKey) => {
      rt.tick();
      if (fresh) {
        frame = new Frame(size, outer);
      } else {
        frame.clear();
      }
      bindTurn(frame, names, key, value, mapKey !== null);
      const ending = body(frame, rt);
      if (ending === RETURN) {
        left = ending;
      }
      return ending !== RETURN && ending !== BREAK;
    });
    if (!looped) {
      throw abortAt(ctx.file, pos, `\`for\` needs a list or map, not ${typeName(collection)}`);
    }
    return left;
  };
}

function compileCase(ctx: CompileContext, statement: Case): Step {
  const subject = statement.subject === null ? null : compileExpr(ctx, statement.subject);
  const clauses = statement.clauses.map((clause) => ({
    values: clause.values?.map((value) => ({ code: compileExpr(ctx, value), pos: value.pos })) ?? null,
    body: compileStatements(ctx, clause.body),
  }));
  // `else` comes last wherever it stands.
  const otherwise = clauses.find((clause) => clause.values === null);
  return (frame, rt) => {
    const wanted: Value = subject === null ? true : subject(frame, rt);
    for (const { values, body } of clauses) {
      for (const { code, pos } of values ?? []) {
        const value = code(frame, rt);
        if (guarded(ctx.file, pos, () => equal(wanted, value, rt)) === true) {
          return body(frame, rt);
        }
      }
    }
    return otherwise === undefined ? NEXT : otherwise.body(frame, rt);
  };
}
