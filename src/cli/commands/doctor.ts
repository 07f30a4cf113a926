import { app } from "../../app/index.ts";
import { columns } from "../columns.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Invocation } from "../invocation.ts";
import { runAction } from "../run-action.ts";

const MARK = { ok: "ok", warning: "note", failed: "FAILED" } as const;

export function doctor() {
  return (invocation: Invocation): Promise<ExitCode> =>
    runAction(
      invocation,
      (context) => app.doctor(context, undefined),
      (items) => {
        const rows = items.map(({ state, name, says }) => [MARK[state], name, says]);
        invocation.terminal.out(columns(["STATE", "WHAT", "FOUND"], rows));
        return items.some(({ state }) => state === "failed") ? EXIT.failed : EXIT.ok;
      },
    );
}
