import type { Call, Expr, FuncLit, MapLit, RuleLit, Select, Slice, Unary } from "../ast/ast.ts";
import { indexOf, memberOf, sliceOf } from "../evaluator/access.ts";
import type { Code } from "../evaluator/frame.ts";
import { requireRuleValue } from "../evaluator/frame.ts";
import { isEmpty, minus, negate, plus } from "../evaluator/operators.ts";
import { bytesOf } from "../values/bytes.ts";
import { normalInt } from "../values/integers.ts";
import type { MapKey } from "../values/map-value.ts";
import { keyOf, MapValue } from "../values/map-value.ts";
import { typeName } from "../values/text.ts";
import type { Value } from "../values/value.ts";
import { Float, FuncValue, present, Undefined } from "../values/value.ts";
import type { CompileContext } from "./context.ts";
import { abortAt, guarded } from "./context.ts";
import { compileFunction } from "./functions.ts";
import { compileIdent, compileImportMember, HIDDEN } from "./names.ts";
import { compileBinary } from "./operators.ts";
import { compileQuantifier } from "./quantifiers.ts";

/** An expression as a closure. A rule literal is evaluated at once here; an assignment keeps it lazy. */
export function compileExpr(ctx: CompileContext, expr: Expr): Code {
  switch (expr.kind) {
    case "ident":
      return compileIdent(ctx, expr.name, expr.pos);
    case "int": {
      const value = normalInt(BigInt(expr.value));
      return () => value;
    }
    case "float": {
      const value = new Float(Number(expr.text));
      return () => value;
    }
    case "string": {
      const { value } = expr;
      return () => value;
    }
    case "list": {
      const items = expr.items.map((item) => compileExpr(ctx, item));
      return (frame, rt) => {
        const list: Value[] = [];
        for (const item of items) {
          list.push(item(frame, rt));
        }
        return list;
      };
    }
    case "maplit":
      return compileMap(ctx, expr);
    case "func":
      return compileFunctionLiteral(ctx, expr);
    case "rule": {
      const code = compileRuleBody(ctx, expr);
      return (frame, rt) => {
        const value = code(frame, rt);
        return guarded(ctx.file, expr.pos, () => requireRuleValue(value));
      };
    }
    case "quantifier":
      return compileQuantifier(ctx, expr, compileExpr);
    case "unary":
      return compileUnary(ctx, expr);
    case "binary":
      return compileBinary(ctx, expr, compileExpr);
    case "is": {
      const operand = compileExpr(ctx, expr.operand);
      const { negated, pos } = expr;
      if (expr.state === "defined") {
        return (frame, rt) => operand(frame, rt) instanceof Undefined === negated;
      }
      return (frame, rt) => {
        const value = operand(frame, rt);
        return guarded(ctx.file, pos, () => {
          const empty = isEmpty(value);
          return negated ? negate(empty) : empty;
        });
      };
    }
    case "select":
      return compileSelect(ctx, expr);
    case "index": {
      const target = compileExpr(ctx, expr.target);
      const index = compileExpr(ctx, expr.index);
      const born = new Undefined(ctx.file, expr.pos);
      return (frame, rt) => {
        const value = target(frame, rt);
        const key = index(frame, rt);
        if (value instanceof MapValue && typeof key === "string") {
          return present(value.get(key), born);
        }
        return present(
          guarded(ctx.file, expr.pos, () => indexOf(value, key)),
          born,
        );
      };
    }
    case "slice":
      return compileSlice(ctx, expr);
    case "call":
      return compileCall(ctx, expr);
    case "paren":
      return compileExpr(ctx, expr.inner);
  }
}

function compileFunctionLiteral(ctx: CompileContext, expr: FuncLit): Code {
  const make = compileFunction(ctx, "func", expr);
  return (frame) => make(frame);
}

/** `rule when P { E }`: true when P is false, undefined when P is undefined [undetermined]. */
export function compileRuleBody(ctx: CompileContext, rule: RuleLit): Code {
  const { file } = ctx;
  const body = compileExpr(ctx, rule.body);
  const covered: Code = ctx.coverage
    ? (frame, rt) => {
        rt.cover(file, rule.body.pos);
        return body(frame, rt);
      }
    : body;
  if (rule.when === null) {
    return covered;
  }
  const { pos } = rule.when;
  const when = compileExpr(ctx, rule.when);
  return (frame, rt) => {
    const applies = when(frame, rt);
    if (applies === true) {
      return covered(frame, rt);
    }
    if (applies === false || applies instanceof Undefined) {
      return applies === false ? true : applies;
    }
    throw abortAt(file, pos, `\`when\` needs a bool, not ${typeName(applies)}`);
  };
}

function compileMap(ctx: CompileContext, expr: MapLit): Code {
  const entries = expr.entries.map(([key, value]) => ({
    key: compileExpr(ctx, key),
    value: compileExpr(ctx, value),
    pos: key.pos,
  }));
  return (frame, rt) => {
    const members = new Map<MapKey, Value>();
    for (const { key, value, pos } of entries) {
      const name = key(frame, rt);
      const mapKey = keyOf(name);
      if (mapKey === null) {
        throw abortAt(ctx.file, pos, `a map's key must be a bool, number or string, not ${typeName(name)}`);
      }
      members.set(mapKey, value(frame, rt));
    }
    return new MapValue(members);
  };
}

const UNARY: Readonly<Record<Unary["op"], (value: Value) => Value>> = {
  "+": plus,
  "-": minus,
  "!": negate,
  not: negate,
};

function compileUnary(ctx: CompileContext, expr: Unary): Code {
  const operand = compileExpr(ctx, expr.operand);
  const operation = UNARY[expr.op];
  return (frame, rt) => {
    const value = operand(frame, rt);
    return guarded(ctx.file, expr.pos, () => operation(value));
  };
}

function compileSelect(ctx: CompileContext, expr: Select): Code {
  const { file } = ctx;
  const { pos } = expr;
  const born = new Undefined(file, pos);
  const name = bytesOf(expr.name);
  const target = compileExpr(ctx, expr.target);
  const fromValue: Code = (frame, rt) => {
    const value = target(frame, rt);
    if (value instanceof MapValue) {
      return present(value.select(name), born);
    }
    return present(
      guarded(file, pos, () => memberOf(value, name)),
      born,
    );
  };
  const fromImport =
    expr.target.kind === "ident" ? compileImportMember(ctx, expr.target.name, expr.name, born) : null;
  if (fromImport === null) {
    return fromValue;
  }
  return (frame, rt) => {
    const value = fromImport(frame, rt);
    return value === HIDDEN ? fromValue(frame, rt) : value;
  };
}

function compileSlice(ctx: CompileContext, expr: Slice): Code {
  const target = compileExpr(ctx, expr.target);
  const low = expr.low === null ? null : compileExpr(ctx, expr.low);
  const high = expr.high === null ? null : compileExpr(ctx, expr.high);
  const born = new Undefined(ctx.file, expr.pos);
  return (frame, rt) => {
    const value = target(frame, rt);
    const from = low?.(frame, rt);
    const to = high?.(frame, rt);
    return present(
      guarded(ctx.file, expr.pos, () => sliceOf(value, from, to)),
      born,
    );
  };
}

function compileCall(ctx: CompileContext, expr: Call): Code {
  const { file } = ctx;
  const { pos } = expr;
  const target = compileExpr(ctx, expr.target);
  const args = expr.args.map((arg) => compileExpr(ctx, arg));
  return (frame, rt) => {
    const func = target(frame, rt);
    const values: Value[] = [];
    for (const arg of args) {
      values.push(arg(frame, rt));
    }
    if (!(func instanceof FuncValue)) {
      if (func instanceof Undefined) {
        return func;
      }
      throw abortAt(file, pos, `a value of type ${typeName(func)} cannot be called`);
    }
    if (values.length < func.minArgs || values.length > func.maxArgs) {
      throw abortAt(file, pos, `\`${func.name}\` takes ${arity(func)}, not ${values.length}`);
    }
    try {
      return func.call(values, rt);
    } catch (error) {
      return guarded(file, pos, () => {
        throw error;
      });
    }
  };
}

function arity({ minArgs, maxArgs }: FuncValue): string {
  const count =
    minArgs === maxArgs
      ? `${minArgs}`
      : maxArgs === Number.POSITIVE_INFINITY
        ? `at least ${minArgs}`
        : `${minArgs} to ${maxArgs}`;
  return `${count} argument${count === "1" ? "" : "s"}`;
}
