import { app } from "../../app/index.ts";
import { columns } from "../columns.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Invocation } from "../invocation.ts";
import { runAction } from "../run-action.ts";

export interface TokenCreateOptions {
  readonly scope: readonly string[];
  readonly expires?: string;
  readonly role: string;
  readonly workspace?: readonly string[];
}

/** The secret alone goes to standard output, so that it can be piped into whatever keeps it. */
export function tokenCreate(name: string, { scope, expires, role, workspace }: TokenCreateOptions) {
  return (invocation: Invocation): Promise<ExitCode> =>
    runAction(
      invocation,
      (context) =>
        app.tokenCreate(context, {
          name,
          scopes: scope.flatMap((list) => list.split(",")).filter((one) => one !== ""),
          expires: expires ?? null,
          role,
          workspaces: workspace ?? null,
        }),
      ({ token, secret }) => {
        const { terminal } = invocation;
        terminal.note(`${token.id} ends ${token.expiresAt}; its secret is shown this once:`);
        terminal.out(secret);
        return EXIT.ok;
      },
    );
}

export function tokenList() {
  return (invocation: Invocation): Promise<ExitCode> =>
    runAction(
      invocation,
      (context) => app.tokenList(context, undefined),
      (tokens) => {
        const rows = tokens.map(({ id, name, prefix, scopes, state, expiresAt, usedAt, account }) => [
          id,
          name,
          `${prefix}…`,
          account ?? "machine",
          scopes.join(","),
          state,
          expiresAt,
          usedAt ?? "never",
        ]);
        const head = ["ID", "NAME", "SECRET", "FOR", "SCOPES", "STATE", "ENDS", "USED"];
        invocation.terminal.out(rows.length === 0 ? "no tokens" : columns(head, rows));
        return EXIT.ok;
      },
    );
}

export function tokenRevoke(id: string) {
  return (invocation: Invocation): Promise<ExitCode> =>
    runAction(
      invocation,
      (context) => app.tokenRevoke(context, id),
      (token) => {
        invocation.terminal.out(`revoked ${token.name} (${token.id})`);
        return EXIT.ok;
      },
    );
}
