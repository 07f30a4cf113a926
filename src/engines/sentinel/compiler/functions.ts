import type { FuncLit } from "../ast/ast.ts";
import type { Frame as FrameType } from "../evaluator/frame.ts";
import { Frame } from "../evaluator/frame.ts";
import type { Meter } from "../evaluator/meter.ts";
import type { Runtime } from "../evaluator/runtime.ts";
import type { Value } from "../values/value.ts";
import { FuncValue } from "../values/value.ts";
import type { CompileContext } from "./context.ts";
import { abortAt } from "./context.ts";
import { compileExpr } from "./expressions.ts";
import { declare, declareAssigned, newScope } from "./scope.ts";
import { compileStatements, RETURN } from "./statements.ts";

/** A function literal or declaration: given the frame where it is written it makes the function value. */
export function compileFunction(
  ctx: CompileContext,
  name: string,
  func: FuncLit,
): (frame: FrameType) => FuncValue {
  const { file } = ctx;
  const scope = newScope(ctx.scope);
  const slots = func.params.map((param) => declare(scope, param.name, "sure"));
  declareAssigned(scope, func.body);
  const body = compileStatements({ ...ctx, scope }, func.body);
  const [first] = func.body;
  // Most functions are predicates of one `return`.
  const single =
    first?.kind === "return" && !ctx.coverage ? compileExpr({ ...ctx, scope }, first.value) : null;
  const size = scope.names.size;
  const count = slots.length;
  return (outer) =>
    new FuncValue(name, count, count, (args: Value[], meter: Meter) => {
      const rt = meter as Runtime;
      rt.enterCall();
      const frame = new Frame(size, outer);
      for (let i = 0; i < count; i += 1) {
        frame.slots[slots[i] as number] = args[i] as Value;
      }
      if (single !== null) {
        const value = single(frame, rt);
        rt.depth -= 1;
        return value;
      }
      if (body(frame, rt) !== RETURN) {
        throw abortAt(file, func.pos, `the function \`${name}\` ends without \`return\``);
      }
      rt.depth -= 1;
      const value = rt.returned;
      rt.returned = null;
      return value;
    });
}
