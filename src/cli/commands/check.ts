import { app } from "../../app/index.ts";
import type { CheckReport } from "../../domain/index.ts";
import { deliver, type OutputOptions } from "../deliver.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Invocation } from "../invocation.ts";
import { runAction } from "../run-action.ts";
import { noteProblems } from "../terminal.ts";

export interface CheckOptions extends OutputOptions {
  readonly policy?: readonly string[];
}

export function check(plan: string, options: CheckOptions) {
  return (invocation: Invocation): Promise<ExitCode> =>
    runAction(
      invocation,
      (context) => app.check(context, { plan, policies: options.policy ?? [] }),
      async (report) => {
        const problems = await deliver(report, options, invocation.terminal);
        noteProblems(invocation.terminal, problems);
        return problems.length > 0 ? EXIT.failed : exitCode(report);
      },
    );
}

/** 2 where a mandatory policy could not be evaluated, whatever the point does with it; else what the point decided. */
function exitCode({ decision }: CheckReport): ExitCode {
  if (decision.erroring) return EXIT.failed;
  switch (decision.kind) {
    case "allow":
      return EXIT.ok;
    case "deny":
      return EXIT.denied;
    case "require_approval":
      return EXIT.approval;
  }
}
