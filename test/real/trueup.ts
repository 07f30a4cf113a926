import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../tools/peers/places.ts";
import { type CommandResult, command } from "./command.ts";

/** The built command line in a home of its own, as somebody has it who uses Trueup for the first time. */
export interface Trueup {
  run(cwd: string, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<CommandResult>;
  remove(): void;
}

export function openTrueup(): Trueup {
  const home = mkdtempSync(join(tmpdir(), "trueup-home-"));
  return {
    run: (cwd, args, env = {}) =>
      command(process.execPath, [join(PROJECT_ROOT, "dist/cli/main.js"), ...args], {
        cwd,
        env: { PATH: process.env["PATH"] ?? "", HOME: home, ...env },
      }),
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}
