import type { TraceEvent } from "../api.ts";
import type { Location } from "../errors.ts";
import type { Mark, Plan } from "./plan.ts";

interface Reached {
  readonly at: number;
  readonly depth: number;
  readonly note?: string;
}

const NOWHERE: Location = { file: "", row: 0, col: 0, offset: 0, end: 0 };

/** The marks that were reached as a trace; where an expression's body did not go on, a `Fail` is put in. */
export function traceOf(plan: Plan, events: readonly Reached[]): TraceEvent[] {
  const out: TraceEvent[] = [];
  const open: { mark: Mark; at: number; depth: number }[] = [];
  const event = (op: TraceEvent["op"], at: number, depth: number, node: string): void => {
    out.push({ op, depth, node, location: plan.locations[at] ?? NOWHERE });
  };
  const settle = (depth: number, next: Mark | undefined): void => {
    for (
      let top = open[open.length - 1];
      top !== undefined && top.depth >= depth;
      top = open[open.length - 1]
    ) {
      open.pop();
      const goesOn =
        top.depth === depth &&
        next !== undefined &&
        next.body === top.mark.body &&
        next.index > top.mark.index;
      if (!goesOn) event("Fail", top.at, top.depth, top.mark.text);
    }
  };
  for (const { at, depth, note } of events) {
    if (note !== undefined) {
      event("Note", at, depth, note);
      continue;
    }
    const mark = plan.marks.get(at);
    if (mark === undefined) continue;
    settle(depth, mark);
    if (mark.kind === "enter") event("Enter", at, depth, mark.text);
    else if (mark.kind === "exit") event("Exit", at, depth, mark.text);
    else {
      event("Eval", at, depth, mark.text);
      open.push({ mark, at, depth });
    }
  }
  settle(0, undefined);
  return out;
}
