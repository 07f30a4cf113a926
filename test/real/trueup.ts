import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../tools/peers/places.ts";
import { type CommandResult, command } from "./command.ts";
import { CANARIES } from "./payments-story.ts";

/** The build, as users have it. While working on Trueup, `TRUEUP_FROM_SOURCE=1` runs the sources instead. */
const COMMAND_LINE: readonly string[] = process.env["TRUEUP_FROM_SOURCE"]
  ? ["--import", import.meta.resolve("tsx"), join(PROJECT_ROOT, "src/cli/main.ts")]
  : [join(PROJECT_ROOT, "dist/bin/trueup.cjs")];

/** The built command line in a home of its own, as somebody has it who uses Trueup for the first time. */
export interface Trueup {
  readonly home: string;
  run(cwd: string, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<CommandResult>;
  remove(): void;
}

export function openTrueup(): Trueup {
  const home = mkdtempSync(join(tmpdir(), "trueup-home-"));
  return {
    home,
    run: (cwd, args, env = {}) =>
      command(process.execPath, [...COMMAND_LINE, ...args], {
        cwd,
        env: { PATH: process.env["PATH"] ?? "", HOME: home, ...env },
      }),
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}

/** Writes `trueup.yaml`. JSON is YAML, so what is written here needs no quoting of its own. */
export function writeConfig(folder: string, config: Readonly<Record<string, unknown>>): void {
  writeFileSync(join(folder, "trueup.yaml"), JSON.stringify({ version: 1, ...config }, null, 2));
}

/** Standard output as JSON; where it is none, the error holds all that the command said. */
export function reportOf<Report extends { readonly schema: string }>(
  result: CommandResult,
  schema: Report["schema"],
): Report {
  let report: Report;
  try {
    report = JSON.parse(result.stdout) as Report;
  } catch {
    throw new Error(
      `trueup ended with ${result.code} and printed no report: ${result.stderr}${result.stdout}`,
    );
  }
  if (report.schema !== schema) throw new Error(`the report is ${report.schema}, not ${schema}`);
  return report;
}

/** Places where a canary secret was found: in what was printed, or in any file below the folders. */
export function canaryLeaks(printed: readonly string[], folders: readonly string[]): readonly string[] {
  const leaks: string[] = [];
  const look = (where: string, content: Buffer): void => {
    for (const canary of CANARIES) {
      if (content.includes(canary)) leaks.push(`${canary} in ${where}`);
      if (content.includes(Buffer.from(canary).toString("base64")))
        leaks.push(`base64 of ${canary} in ${where}`);
    }
  };
  for (const text of printed) look("what was printed", Buffer.from(text));
  for (const folder of folders) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isFile()) look(path, readFileSync(path));
    }
  }
  return leaks;
}
