import { app } from "../../app/index.ts";
import { deliver, type OutputOptions, type OutputTarget, saveText } from "../deliver.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Invocation } from "../invocation.ts";
import { runAction } from "../run-action.ts";
import { surveyText } from "../survey-text.ts";
import { noteProblems } from "../terminal.ts";

export function riskExplain(plan: string, options: OutputOptions) {
  return (invocation: Invocation): Promise<ExitCode> =>
    runAction(
      invocation,
      (context) => app.riskExplain(context, plan),
      async (changes) => {
        const document = { schema: "trueup.risk/v1" as const, source: plan, changes };
        const problems = await deliver(document, options, invocation.terminal);
        noteProblems(invocation.terminal, problems);
        return problems.length > 0 ? EXIT.failed : EXIT.ok;
      },
    );
}

export function riskSurvey(place: string, options: OutputOptions) {
  return (invocation: Invocation): Promise<ExitCode> =>
    runAction(
      invocation,
      (context) => app.riskSurvey(context, place),
      async (survey) => {
        const text = (target: OutputTarget): string =>
          target.format === "json"
            ? JSON.stringify({ schema: "trueup.survey/v1", ...survey }, null, 2)
            : surveyText(survey);
        const problems = await saveText(text, options, invocation.terminal);
        noteProblems(invocation.terminal, problems);
        return problems.length > 0 ? EXIT.failed : EXIT.ok;
      },
    );
}
