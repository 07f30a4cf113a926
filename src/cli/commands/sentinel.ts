import {
  applyCommand,
  type CommandResult,
  fmtCommand,
  mockCommand,
  nodeHost,
  testCommand,
} from "../../engines/sentinel/index.ts";
import type { Invocation } from "../invocation.ts";

const COMMANDS = {
  test: (args) => testCommand(args, nodeHost(), process.stdout.isTTY === true),
  apply: (args) => applyCommand(args, nodeHost()),
  fmt: (args) => fmtCommand(args, nodeHost()),
  mock: (args) => mockCommand(args, nodeHost()),
} as const satisfies Readonly<Record<string, (args: readonly string[]) => CommandResult>>;

const USAGE = `Usage: trueup sentinel <command> [flags] [arguments]

Commands, with the flags of the original:
  test   run the tests of policies            trueup sentinel test -verbose policies/
  apply  evaluate one policy                  trueup sentinel apply -trace policy.sentinel
  fmt    format policies                      trueup sentinel fmt -check policies/
  mock   write mock files from a plan (JSON)  trueup sentinel mock plan.json
`;

/** `trueup sentinel …`: the arguments go to the engine as they are, and the exit code is the original's. */
export function sentinel(args: readonly string[]) {
  return async ({ terminal }: Invocation): Promise<number> => {
    const [name = "", ...rest] = args;
    if (["", "-h", "--help", "-help", "help"].includes(name)) {
      terminal.out(USAGE);
      return 0;
    }
    if (!isCommand(name)) {
      terminal.note(`trueup: unknown command \`sentinel ${name}\`\n\n${USAGE}`);
      return 9;
    }
    const { stdout, stderr, exitCode } = COMMANDS[name](rest);
    if (stderr !== "") process.stderr.write(stderr);
    if (stdout !== "") await terminal.outPieces([stdout]);
    return exitCode;
  };
}

function isCommand(name: string): name is keyof typeof COMMANDS {
  return Object.hasOwn(COMMANDS, name);
}
