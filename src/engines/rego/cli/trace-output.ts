import type { TraceEvent } from "../api.ts";

export type Explain = "off" | "full" | "notes" | "fails" | "debug";

/** The trace as lines of place, depth and event. `notes` and `fails` keep those events and what led to them. */
export function traceLines(events: readonly TraceEvent[], explain: Explain): readonly string[] {
  const kept =
    explain === "notes"
      ? leadingTo(events, "Note")
      : explain === "fails"
        ? leadingTo(events, "Fail")
        : events;
  const places = kept.map(({ location }) =>
    location.file === "" ? `query:${location.row}` : `${location.file}:${location.row}`,
  );
  const room = Math.max(0, ...places.map((text) => text.length));
  return kept.map(
    (event, i) =>
      `${(places[i] as string).padEnd(room)}     ${"| ".repeat(event.depth)}${event.op} ${event.node}`,
  );
}

function leadingTo(events: readonly TraceEvent[], op: TraceEvent["op"]): readonly TraceEvent[] {
  const kept: TraceEvent[] = [];
  const open: TraceEvent[] = [];
  for (const event of events) {
    while (open.length > 0 && (open.at(-1) as TraceEvent).depth >= event.depth) open.pop();
    if (event.op === "Enter" || event.op === "Redo") open.push(event);
    if (event.op !== op) continue;
    for (const entered of open) if (!kept.includes(entered)) kept.push(entered);
    kept.push(event);
  }
  return kept;
}
