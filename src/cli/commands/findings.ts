import { app } from "../../app/index.ts";
import type { FindingStatus } from "../../domain/index.ts";
import { columns } from "../columns.ts";
import { deliver, type OutputOptions } from "../deliver.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Invocation } from "../invocation.ts";
import { runAction } from "../run-action.ts";
import { noteProblems } from "../terminal.ts";

export interface ListOptions extends OutputOptions {
  readonly status?: readonly FindingStatus[];
}

export function findingsList(options: ListOptions) {
  return (invocation: Invocation): Promise<ExitCode> =>
    runAction(
      invocation,
      (context) => app.findingsList(context, { statuses: options.status ?? [] }),
      async (found) => {
        const problems = await deliver(
          { schema: "trueup.findings/v1", ...found },
          options,
          invocation.terminal,
        );
        noteProblems(invocation.terminal, problems);
        return problems.length > 0 ? EXIT.failed : EXIT.ok;
      },
    );
}

export function findingsShow(id: string, options: OutputOptions) {
  return (invocation: Invocation): Promise<ExitCode> =>
    runAction(
      invocation,
      (context) => app.findingsShow(context, id),
      async ({ finding, history }) => {
        const { terminal } = invocation;
        const problems = await deliver({ schema: "trueup.finding/v1", ...finding }, options, terminal);
        const onlyTable = options.format.every(({ format }) => format === "table");
        if (onlyTable && history.length > 0) {
          const rows = history.map((event) => [event.time, event.delta, event.verdict, event.status]);
          terminal.out(`\nHistory\n${columns(["WHEN", "MOVED", "VERDICT", "STATUS"], rows)}`);
        }
        noteProblems(terminal, problems);
        return problems.length > 0 ? EXIT.failed : EXIT.ok;
      },
    );
}
