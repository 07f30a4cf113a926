import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import type { OutputTarget } from "./deliver.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { FORMATS, type Format } from "./formats.ts";
import { describeGovernance } from "./governance-commands.ts";
import type { Invocation } from "./invocation.ts";
import { describeEstate, describeService } from "./service-commands.ts";
import { openTerminal } from "./terminal.ts";
import { version } from "./version.ts";

/** Parses the command line and runs one command. Commands are loaded when they are run: `--help` loads none. */
export async function runProgram(argv: readonly string[]): Promise<number> {
  const terminal = openTerminal({ stdout: process.stdout, stderr: process.stderr, variables: process.env });
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => stop.abort(name));
  const engine = ENGINES.find(({ name }) => name === argv[0]);
  if (engine !== undefined) {
    const run = await engine.load(argv.slice(1));
    return run({ terminal, configFile: undefined, signal: stop.signal });
  }
  let code: ExitCode = EXIT.ok;
  const program = describe(async (run, configFile) => {
    code = await run({ terminal, configFile, signal: stop.signal });
  });
  try {
    await program.parseAsync(argv, { from: "user" });
    terminal.settle();
    return code;
  } catch (cause) {
    if (!(cause instanceof CommanderError)) throw cause;
    // Commander has printed its sentence already; asking for help or the version is no failure.
    return cause.exitCode === 0 ? EXIT.ok : EXIT.failed;
  }
}

interface EngineCommand {
  readonly name: string;
  readonly summary: string;
  readonly load: (args: readonly string[]) => Promise<(invocation: Invocation) => Promise<number>>;
}

/** Their arguments are not parsed here: flags, output and exit codes are those of the tools whose place they take (ADR 6). */
const ENGINES: readonly EngineCommand[] = [
  {
    name: "rego",
    summary:
      "the Rego engine: eval, test, check, fmt, bench, deps, capabilities as the opa tool has them, and lint",
    load: async (args) => (await import("./commands/rego.ts")).rego(args),
  },
  {
    name: "sentinel",
    summary: "the Sentinel engine: test, apply, fmt, mock, as the original has them",
    load: async (args) => (await import("./commands/sentinel.ts")).sentinel(args),
  },
];

type Run = (invocation: Invocation) => Promise<ExitCode>;
type Start = (run: Run, configFile: string | undefined) => Promise<void>;

function describe(start: Start): Command {
  const program = new Command("trueup")
    .description("Governs infrastructure changes, above all those made outside the pipeline.")
    .version(version(), "-V, --version", "print the version")
    .option("--config <file>", "configuration (default: the nearest trueup.yaml upwards)")
    .helpOption("-h, --help", "show help")
    .helpCommand("help [command]", "show help for a command")
    .showSuggestionAfterError()
    .showHelpAfterError("(trueup --help shows the commands)")
    .configureHelp({ sortSubcommands: false, showGlobalOptions: true })
    .exitOverride();

  const command = (parent: Command, name: string, summary: string, example: string): Command =>
    parent
      .command(name)
      .description(summary)
      .addHelpText("after", `\nExample:\n${example.replace(/^/gm, "  ")}`)
      .helpOption("-h, --help", "show help")
      .exitOverride();
  const runs = (to: Command, load: (...args: never[]) => Promise<Run>): Command =>
    to.action(async (...args: unknown[]) => {
      const run = await load(...(args as never[]));
      await start(run, program.opts<{ config?: string }>().config);
    });

  runs(
    command(
      program,
      "init",
      "write trueup.yaml for this folder and show what the estate holds",
      "trueup init --plan drift.json",
    )
      .option("--dir <folder>", "a workspace folder that tofu or terraform reads")
      .option("--plan <file>", "a plan as JSON (tofu show -json)")
      .option("--state <file>", "a state file, or its JSON")
      .option("--workspace <name>", "name of the workspace (default: the folder's name)")
      .option("--force", "replace a trueup.yaml that is there"),
    async (options) => (await import("./commands/init.ts")).init(options),
  );

  runs(
    formats(
      command(
        program,
        "scan",
        "find drift, judge it, and keep it as findings",
        "tofu plan -refresh-only -out=drift.tfplan && tofu show -json drift.tfplan > drift.json\ntrueup scan --plan drift.json --cloudtrail events.json",
      ),
    )
      .option("--dir <folder>", "run tofu or terraform in this folder, read-only")
      .option("--plan <file>", "read a plan as JSON instead (tofu show -json)")
      .option("--state <file>", "the workspace's state file, to see that it is the same estate as last time")
      .option("--cloudtrail <file>", "recorded CloudTrail events (repeatable)", collect)
      .option("--kubernetes-audit <file>", "recorded Kubernetes audit events (repeatable)", collect)
      .option("--policy <folder>", "policy set instead of the configured ones (repeatable)", collect)
      .addOption(
        new Option("--fail-on <what>", "what makes the exit code 1")
          .choices(["new", "violation", "review"])
          .default("violation"),
      )
      .option("--noise", "list the false drift that was removed"),
    async (options) => (await import("./commands/scan.ts")).scan(options),
  );

  runs(
    formats(
      command(
        program,
        "check",
        "judge a plan before it is applied: exit 0 allowed, 1 denied, 3 needs approval",
        "tofu plan -out=p.tfplan && tofu show -json p.tfplan > plan.json\ntrueup check plan.json --format markdown -o comment.md",
      ),
    )
      .argument("<plan>", "a plan as JSON (tofu show -json)")
      .option("--policy <folder>", "policy set instead of the configured ones (repeatable)", collect),
    async (plan, options) => (await import("./commands/check.ts")).check(plan, options),
  );

  runs(
    command(
      program,
      "baseline",
      "accept the drift that is there today; it is reported again when it moves",
      'trueup baseline --reason "state of 24 November, before Trueup"',
    )
      .requiredOption("--reason <text>", "why it is accepted")
      .option("--finding <id>", "only this finding (repeatable)", collect),
    async (options) => (await import("./commands/baseline.ts")).baseline(options),
  );

  runs(
    command(
      program,
      "evidence",
      "report a period for an auditor: every observed change reconciled, samples with proofs, the checklist",
      "trueup evidence --from 2026-07-01 --to 2026-10-01",
    )
      .requiredOption("--from <time>", "start of the period: a date or an RFC 3339 instant")
      .requiredOption("--to <time>", "its end, exclusive")
      .option("--samples <n>", "changes told in full, of each outcome", wholeNumber, 5)
      .addOption(new Option("--format <format>").choices(["markdown", "json"]).default("markdown")),
    async (options) => (await import("./commands/evidence.ts")).evidence(options),
  );

  const findings = command(
    program,
    "findings",
    "list and show findings",
    "trueup findings list --status open",
  );
  runs(
    formats(
      command(findings, "list", "list findings, those that need a person first", "trueup findings list"),
    ).addOption(
      new Option("--status <status>", "only these (repeatable)")
        .choices(["open", "accepted", "resolved"])
        .argParser(collect)
        .default([]),
    ),
    async (options) => (await import("./commands/findings.ts")).findingsList(options),
  );
  runs(
    formats(
      command(findings, "show", "show one finding in full", "trueup findings show fnd_1a2b3c"),
    ).argument("<id>", "its id, or the beginning of it"),
    async (id, options) => (await import("./commands/findings.ts")).findingsShow(id, options),
  );

  const risk = command(program, "risk", "explain and survey risk classes", "trueup risk explain plan.json");
  runs(
    formats(
      command(
        risk,
        "explain",
        "show which risk rules fire for each change of a plan, and why",
        "trueup risk explain plan.json",
      ),
      ["table", "json"],
    ).argument("<plan>", "a plan as JSON"),
    async (plan, options) => (await import("./commands/risk.ts")).riskExplain(plan, options),
  );
  runs(
    formats(
      command(
        risk,
        "survey",
        "list an estate's resource types: count, class, which policy covers each",
        "trueup risk survey terraform.tfstate",
      ),
      ["table", "json"],
    ).argument("<place>", "a state file, its JSON, a plan, or a folder of them"),
    async (place, options) => (await import("./commands/risk.ts")).riskSurvey(place, options),
  );

  const describing = { program, command, runs, formats, collect, wholeNumber };
  describeEstate(describing);
  describeGovernance(describing);

  const policy = command(program, "policy", "work with policy sets", "trueup policy test policies/");
  runs(
    formats(command(policy, "test", "run the tests of policy sets", "trueup policy test policies/"), [
      "table",
      "json",
      "junit",
    ])
      .argument("[folder...]", "policy folders (default: the configured sets)")
      .option("--run <pattern>", "only tests whose name holds this text"),
    async (folders, options) => (await import("./commands/policy.ts")).policyTest(folders, options),
  );
  runs(
    formats(
      command(
        policy,
        "list",
        "list the policies that are loaded, with level and revision",
        "trueup policy list",
      ),
      ["table", "json"],
    ).option("--policy <folder>", "policy set instead of the configured ones (repeatable)", collect),
    async (options) => (await import("./commands/policy.ts")).policyList(options),
  );

  const audit = command(
    program,
    "audit",
    "read and verify the record",
    "trueup audit verify export.jsonl --key audit.pub",
  );
  runs(
    formats(command(audit, "list", "list the latest entries of the record", "trueup audit list --limit 20"), [
      "table",
      "json",
    ]).option("--limit <number>", "how many", wholeNumber, 50),
    async (options) => (await import("./commands/audit.ts")).auditList(options),
  );
  runs(
    command(
      audit,
      "verify",
      "verify a record offline: nothing edited, removed, reordered or inserted",
      "trueup audit verify export.jsonl --key audit.pub --checkpoint kept-elsewhere.txt",
    )
      .argument("[export]", "an export (default: the record of this folder)")
      .option("--key <file>", "public key of the log (default: this machine's)")
      .option("--checkpoint <file>", "a checkpoint kept elsewhere (repeatable)", collect),
    async (file, options) => (await import("./commands/audit.ts")).auditVerify(file, options),
  );
  runs(
    command(
      audit,
      "export",
      "write the whole record to one file that verifies by itself",
      "trueup audit export -o export.jsonl",
    ).option("-o, --output <file>", "file to write (default: standard output)"),
    async (options) => (await import("./commands/audit.ts")).auditExport(options),
  );
  runs(
    command(
      audit,
      "import",
      "take the entries of a check log into the store",
      "trueup audit import .trueup/checks.jsonl",
    ).argument("<file>", "a log written by trueup check"),
    async (file) => (await import("./commands/audit.ts")).auditImport(file),
  );
  runs(
    command(
      audit,
      "checkpoint",
      "print the signed checkpoint of the record, to be kept elsewhere",
      "trueup audit checkpoint > checkpoint.txt",
    ).option("--public-key", "print the public key instead"),
    async (options) => (await import("./commands/audit.ts")).auditCheckpoint(options),
  );
  runs(
    command(
      audit,
      "prune",
      "take the oldest part of the record off, after the record says so",
      "trueup audit prune --before 2025-01-01",
    ).requiredOption("--before <date>", "entries made before it may go, in whole partitions"),
    async (options) => (await import("./commands/audit.ts")).auditPrune(options),
  );

  describeService(describing);
  runs(
    command(program, "doctor", "check that everything is in place, and say what is not", "trueup doctor"),
    async () => (await import("./commands/doctor.ts")).doctor(),
  );
  for (const { name, summary } of ENGINES) program.command(name).description(summary).usage("[command] …");
  return program;
}

/** `-f FORMAT [-o FILE]`, repeatable: a file belongs to the format before it; what has no file goes to standard output. */
function formats(command: Command, allowed: readonly Format[] = FORMATS): Command {
  const targets: OutputTarget[] = [];
  const format = new Option("-f, --format <format>", `how to print: ${allowed.join(", ")} (repeatable)`)
    .argParser((value: string) => {
      const known = allowed.find((name) => name === value);
      if (known === undefined) throw new InvalidArgumentError(`Choose one of ${allowed.join(", ")}.`);
      targets.push({ format: known, file: null });
      return targets;
    })
    .default(targets, "table");
  const output = new Option("-o, --output <file>", "file for the format before it (repeatable)").argParser(
    (file: string) => {
      const last = targets.at(-1);
      if (last === undefined || last.file !== null) targets.push({ format: last?.format ?? "table", file });
      else targets[targets.length - 1] = { ...last, file };
      return file;
    },
  );
  return command.addOption(format).addOption(output).option("--all", "print everything, shorten nothing");
}

function collect(value: string, held: readonly string[] = []): string[] {
  return [...held, value];
}

function wholeNumber(value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new InvalidArgumentError("It is no whole number above 0.");
  }
  return number;
}
