import type { Binary, Expr } from "../ast/ast.ts";
import { runtimeError } from "../errors.ts";
import type { Code } from "../evaluator/frame.ts";
import type { ArithmeticOp } from "../evaluator/operators.ts";
import { arithmeticAt, contains, negate, order, requireBool } from "../evaluator/operators.ts";
import type { Runtime } from "../evaluator/runtime.ts";
import { matchesRegex } from "../imports/regex.ts";
import { equal } from "../values/equal.ts";
import { typeName } from "../values/text.ts";
import type { Value } from "../values/value.ts";
import { Undefined } from "../values/value.ts";
import type { CompileContext } from "./context.ts";
import { guarded } from "./context.ts";

type CompileExpr = (ctx: CompileContext, expr: Expr) => Code;
type Operation = (a: Value, b: Value, rt: Runtime) => Value;

type Inlined = "and" | "or" | "xor" | "else" | "==" | "!=" | ArithmeticOp;

/** Operators that evaluate both sides and then decide. */
const STRICT: Readonly<Record<Exclude<Binary["op"], Inlined>, Operation>> = {
  "<": (a, b) => order("<", a, b),
  "<=": (a, b) => order("<=", a, b),
  ">": (a, b) => order(">", a, b),
  ">=": (a, b) => order(">=", a, b),
  contains: (a, b, rt) => contains(a, b, rt),
  "not contains": (a, b, rt) => negate(contains(a, b, rt)),
  in: (a, b, rt) => contains(b, a, rt),
  "not in": (a, b, rt) => negate(contains(b, a, rt)),
  matches,
  "not matches": (a, b, rt) => negate(matches(a, b, rt)),
};

function matches(a: Value, b: Value, rt: Runtime): boolean | Undefined {
  if (a instanceof Undefined) {
    return a;
  }
  if (b instanceof Undefined) {
    return b;
  }
  if (typeof a !== "string" || typeof b !== "string") {
    throw runtimeError(`\`matches\` needs two strings, not ${typeName(a)} and ${typeName(b)}`);
  }
  return matchesRegex(a, b, rt.regexes, rt);
}

export function compileBinary(ctx: CompileContext, node: Binary, compile: CompileExpr): Code {
  const { file } = ctx;
  const { pos, op } = node;
  const left = compile(ctx, node.left);
  const right = compile(ctx, node.right);
  switch (op) {
    case "else":
      return (frame, rt) => {
        const value = left(frame, rt);
        return value instanceof Undefined ? right(frame, rt) : value;
      };
    case "and":
      // The right side is not evaluated after false nor after undefined.
      return (frame, rt) => {
        const a = left(frame, rt);
        if (a === true) {
          const b = right(frame, rt);
          return typeof b === "boolean" ? b : guarded(file, pos, () => requireBool(b, "`and`"));
        }
        return a === false ? a : guarded(file, pos, () => requireBool(a, "`and`"));
      };
    case "or":
      return (frame, rt) => {
        const a = left(frame, rt);
        if (a === true) {
          return a;
        }
        if (a !== false) {
          guarded(file, pos, () => requireBool(a, "`or`"));
        }
        const b = guardedBool(right(frame, rt), "`or`");
        // Undefined stays unless the right side is true.
        return a === false || b === true ? b : a;
      };
    case "xor":
      return (frame, rt) => {
        const a = guardedBool(left(frame, rt), "`xor`");
        const b = guardedBool(right(frame, rt), "`xor`");
        return a instanceof Undefined ? a : b instanceof Undefined ? b : a !== b;
      };
    case "==":
      return (frame, rt) => {
        const a = left(frame, rt);
        const b = right(frame, rt);
        // Two strings, bools or ints of one form need no look inside.
        return typeof a === typeof b && typeof a !== "object"
          ? a === b
          : guarded(file, pos, () => equal(a, b, rt));
      };
    case "!=":
      return (frame, rt) => {
        const a = left(frame, rt);
        const b = right(frame, rt);
        return typeof a === typeof b && typeof a !== "object"
          ? a !== b
          : guarded(file, pos, () => negate(equal(a, b, rt)));
      };
    case "+":
    case "-":
    case "*":
    case "/":
    case "%":
      return (frame, rt) => {
        const a = left(frame, rt);
        return arithmeticAt(file, pos, op, a, right(frame, rt), rt);
      };
    default: {
      const operation = STRICT[op];
      return (frame, rt) => {
        const a = left(frame, rt);
        const b = right(frame, rt);
        try {
          return operation(a, b, rt);
        } catch (error) {
          return guarded(file, pos, () => {
            throw error;
          });
        }
      };
    }
  }

  function guardedBool(value: Value, where: string): boolean | Undefined {
    return typeof value === "boolean" ? value : guarded(file, pos, () => requireBool(value, where));
  }
}
