import { app } from "../../app/index.ts";
import { columns } from "../columns.ts";
import { type OutputOptions, type OutputTarget, saveText } from "../deliver.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Invocation } from "../invocation.ts";
import { policyTestJunit, policyTestText } from "../policy-test-text.ts";
import { runAction } from "../run-action.ts";
import { noteProblems } from "../terminal.ts";

export interface TestOptions extends OutputOptions {
  readonly run?: string;
}

export function policyTest(folders: readonly string[], options: TestOptions) {
  return (invocation: Invocation): Promise<ExitCode> =>
    runAction(
      invocation,
      (context) => app.policyTest(context, { folders, run: options.run ?? null }),
      async (reports) => {
        const text = (target: OutputTarget): string => {
          if (target.format === "json")
            return JSON.stringify({ schema: "trueup.policy-test/v1", reports }, null, 2);
          return target.format === "junit"
            ? policyTestJunit(reports)
            : policyTestText(reports, options.all === true);
        };
        const problems = await saveText(text, options, invocation.terminal);
        noteProblems(invocation.terminal, problems);
        const failed = reports.some((report) =>
          report.cases.some(({ outcome }) => outcome === "fail" || outcome === "error"),
        );
        return problems.length > 0 ? EXIT.failed : failed ? EXIT.denied : EXIT.ok;
      },
    );
}

export interface PolicyListOptions extends OutputOptions {
  readonly policy?: readonly string[];
}

export function policyList(options: PolicyListOptions) {
  return (invocation: Invocation): Promise<ExitCode> =>
    runAction(
      invocation,
      (context) => app.policyList(context, options.policy ?? []),
      async (sets) => {
        const view = sets.map(({ name, place, engine, revision, policies }) => ({
          name,
          place,
          engine,
          revision,
          policies,
        }));
        const text = (target: OutputTarget): string =>
          target.format === "json"
            ? JSON.stringify({ schema: "trueup.policies/v1", sets: view }, null, 2)
            : view.map(setText).join("\n\n");
        const problems = await saveText(text, options, invocation.terminal);
        noteProblems(invocation.terminal, problems);
        return problems.length > 0 ? EXIT.failed : EXIT.ok;
      },
    );

  function setText(set: {
    name: string;
    place: string;
    engine: string;
    revision: string;
    policies: readonly {
      name: string;
      level: string;
      document: string;
      applies: { types?: readonly string[] };
    }[];
  }): string {
    const rows = set.policies.map((policy) => [
      policy.name,
      policy.level,
      policy.document,
      policy.applies.types?.join(" ") ?? "every type",
    ]);
    const table = columns(["POLICY", "LEVEL", "JUDGES", "TYPES"], rows);
    return `${set.name} (${set.engine}, from ${set.place})\nrevision ${set.revision}\n${table}`;
  }
}
