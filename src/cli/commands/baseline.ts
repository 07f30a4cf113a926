import { app } from "../../app/index.ts";
import { columns } from "../columns.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Invocation } from "../invocation.ts";
import { runAction } from "../run-action.ts";

export interface BaselineOptions {
  readonly reason: string;
  readonly finding?: readonly string[];
}

export function baseline(options: BaselineOptions) {
  return (invocation: Invocation): Promise<ExitCode> =>
    runAction(
      invocation,
      (context) => app.baseline(context, { reason: options.reason, findings: options.finding ?? [] }),
      ({ accepted, refused }) => {
        const { terminal } = invocation;
        const row = (finding: (typeof accepted)[number]): string[] => [
          finding.id,
          finding.change.resource.address,
        ];
        if (accepted.length > 0) terminal.out(columns(["ACCEPTED", "ADDRESS"], accepted.map(row)));
        terminal.out(`${accepted.length} findings accepted; each is reported again when it moves.`);
        if (refused.length === 0) return EXIT.ok;
        terminal.out(`\n${columns(["REFUSED", "ADDRESS"], refused.map(row))}`);
        terminal.out("A hard-mandatory violation cannot be accepted: remedy it.");
        return EXIT.denied;
      },
    );
}
