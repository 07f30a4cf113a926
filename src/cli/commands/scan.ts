import { app } from "../../app/index.ts";
import { pathText } from "../../base/index.ts";
import type { Finding, ScanReport } from "../../domain/index.ts";
import { deliver, type OutputOptions } from "../deliver.ts";
import { EXIT, type ExitCode, worst } from "../exit-codes.ts";
import type { Invocation } from "../invocation.ts";
import { prose } from "../output/neutral-text.ts";
import { runAction } from "../run-action.ts";
import { noteProblems } from "../terminal.ts";

export interface ScanOptions extends OutputOptions {
  readonly dir?: string;
  readonly plan?: string;
  readonly state?: string;
  readonly cloudtrail?: readonly string[];
  readonly kubernetesAudit?: readonly string[];
  readonly policy?: readonly string[];
  readonly failOn: FailOn;
  readonly noise?: boolean;
}

type FailOn = "new" | "violation" | "review";

export function scan(options: ScanOptions) {
  return (invocation: Invocation): Promise<ExitCode> =>
    runAction(
      invocation,
      (context) =>
        app.scan(context, {
          dir: options.dir ?? null,
          plan: options.plan ?? null,
          state: options.state ?? null,
          cloudtrail: options.cloudtrail ?? [],
          kubernetesAudit: options.kubernetesAudit ?? [],
          policies: options.policy ?? [],
        }),
      async (report) => {
        const problems = await deliver(report, options, invocation.terminal);
        noteProblems(invocation.terminal, problems);
        if (options.noise === true) listNoise(report, invocation);
        return worst(problems.length > 0 ? EXIT.failed : EXIT.ok, exitCode(report, options.failOn));
      },
    );
}

function listNoise(report: ScanReport, { terminal }: Invocation): void {
  for (const { address, path, normaliser } of report.noise) {
    terminal.note(prose(`false drift removed: ${address} ${pathText(path)} (${normaliser})`));
  }
}

/** What could not be read at all is a failure; what could not be judged as well. Then what needs action, then what waits. */
function exitCode(report: ScanReport, failOn: FailOn): ExitCode {
  const open = report.findings.filter((finding) => finding.status === "open");
  const counted = failOn === "new" ? open.filter(isNews) : open;
  const unread = report.gaps.some((gap) => gap.subject === null);
  const erring = open.some(({ verdict }) => verdict.row === 2 || verdict.row === 5);
  const told = (code: string): boolean => report.problems.some((found) => found.code === code);
  const needsAction =
    counted.some((finding) => finding.triage === "remediate") || told("drift_level_violation");
  const waits = counted.some((finding) => finding.triage === "review");
  return worst(
    unread || erring || told("mandatory_policy_error") ? EXIT.failed : EXIT.ok,
    needsAction || (waits && failOn === "review") ? EXIT.denied : EXIT.ok,
    waits ? EXIT.approval : EXIT.ok,
  );
}

function isNews(finding: Finding): boolean {
  return finding.delta === "new" || finding.delta === "changed";
}
