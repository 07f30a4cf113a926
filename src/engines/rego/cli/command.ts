import { benchCommand } from "./bench.ts";
import { capabilitiesCommand } from "./capabilities.ts";
import { checkCommand } from "./check.ts";
import { depsCommand } from "./deps.ts";
import { evalCommand } from "./eval.ts";
import { fmtCommand } from "./fmt.ts";
import { type CommandOutput, type RegoHost, said } from "./host.ts";
import { lintCommand } from "./lint.ts";
import { testCommand } from "./test.ts";

type Command = (args: readonly string[], host: RegoHost) => CommandOutput;

const COMMANDS: ReadonlyMap<string, { readonly run: Command; readonly summary: string }> = new Map([
  ["bench", { run: benchCommand, summary: "benchmark a Rego query" }],
  [
    "capabilities",
    { run: capabilitiesCommand, summary: "print what this engine can do, as OPA's capabilities files" },
  ],
  ["check", { run: checkCommand, summary: "check Rego source files" }],
  ["deps", { run: depsCommand, summary: "list what a query depends on" }],
  ["eval", { run: evalCommand, summary: "evaluate a Rego query" }],
  ["fmt", { run: fmtCommand, summary: "format Rego source files" }],
  ["lint", { run: lintCommand, summary: "find what makes a policy silently pass" }],
  ["test", { run: testCommand, summary: "execute Rego tests" }],
]);

const HELP = `Rego as the opa tool runs it, without the tool: flags, JSON and exit codes are the same.

Usage:
  trueup rego <command> [flags]

Commands:
${[...COMMANDS].map(([name, { summary }]) => `  ${name.padEnd(14)}${summary}`).join("\n")}

Example:
  trueup rego eval -d policies/ -i input.json 'data.app.deny'
`;

/** Runs `trueup rego …`. The arguments begin with the command's name. Never throws for bad input. */
export function regoCommand(args: readonly string[], host: RegoHost): CommandOutput {
  const [name, ...rest] = args;
  if (name === undefined || name === "--help" || name === "-h" || name === "help") return said(HELP);
  const command = COMMANDS.get(name);
  if (command === undefined) {
    return said(
      "",
      1,
      `Error: unknown command ${JSON.stringify(name)} for "trueup rego"\nRun 'trueup rego --help' for usage.\n`,
    );
  }
  if (!rest.includes("--help") && !rest.includes("-h")) return command.run(rest, host);
  // An unknown flag makes each command tell its usage.
  const { stderr } = command.run(["--usage"], host);
  return said(stderr.slice(stderr.indexOf("Usage:")));
}
