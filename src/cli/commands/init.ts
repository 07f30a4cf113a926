import { app } from "../../app/index.ts";
import { problem } from "../../base/index.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Invocation } from "../invocation.ts";
import { runAction } from "../run-action.ts";
import { surveyText } from "../survey-text.ts";
import { noteProblems } from "../terminal.ts";

export interface InitOptions {
  readonly dir?: string;
  readonly plan?: string;
  readonly state?: string;
  readonly workspace?: string;
  readonly force?: boolean;
}

export function init(options: InitOptions) {
  return async (invocation: Invocation): Promise<ExitCode> => {
    const { terminal } = invocation;
    const given = (["dir", "plan", "state"] as const).filter((kind) => options[kind] !== undefined);
    if (given.length > 1) {
      noteProblems(terminal, [
        problem("source_ambiguous", "more than one source is named", {
          hint: "use one of --dir, --plan and --state",
        }),
      ]);
      return EXIT.failed;
    }
    const kind = given[0] ?? "dir";
    const source = { kind, path: options[kind] ?? "." };
    return runAction(
      invocation,
      (context) =>
        app.init(context, { source, workspace: options.workspace ?? null, force: options.force === true }),
      ({ file, survey }) => {
        terminal.out(`Wrote ${file}.`);
        if (survey !== null) terminal.out(`\n${surveyText(survey)}`);
        terminal.out(
          '\nNext:\n  trueup scan                       find what drifted, and judge it\n  trueup baseline --reason "…"      accept what is there today, and be told when it moves\n  trueup doctor                     check that everything is in place',
        );
        return EXIT.ok;
      },
    );
  };
}
