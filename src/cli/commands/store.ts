import { app } from "../../app/index.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Invocation } from "../invocation.ts";
import { runAction } from "../run-action.ts";

export function storeBackup(file: string) {
  return (invocation: Invocation): Promise<ExitCode> =>
    runAction(
      invocation,
      (options) => app.storeBackup(options, file),
      ({ bytes, entries }) => {
        invocation.terminal.out(
          `${file}: ${entries} entries of the record and all findings, ${bytes} bytes.`,
        );
        return EXIT.ok;
      },
    );
}

export function storeRestore(file: string) {
  return (invocation: Invocation): Promise<ExitCode> =>
    runAction(
      invocation,
      (options) => app.storeRestore(options, file),
      ({ entries }) => {
        invocation.terminal.out(`restored: the record holds ${entries} entries.`);
        return EXIT.ok;
      },
    );
}

export function storeMigrate() {
  return (invocation: Invocation): Promise<ExitCode> =>
    runAction(
      invocation,
      (options) => app.storeMigrate(options, undefined),
      ({ address }) => {
        invocation.terminal.out(`${address} is up to date.`);
        return EXIT.ok;
      },
    );
}

export function storeGrants(role: string) {
  return async ({ terminal }: Invocation): Promise<ExitCode> => {
    terminal.out(await app.storeGrants(role));
    return EXIT.ok;
  };
}
