import { readFile } from "node:fs/promises";
import type { PoolConfig } from "pg";
import { err, messageOf, ok, type Problem, problem, type Result } from "../base/index.ts";

export interface PostgresAddress {
  /** What may be shown and logged: without a password. */
  readonly shown: string;
  readonly connection: Pick<PoolConfig, "connectionString" | "password">;
  readonly user: string | null;
}

/** Environment variables of the database's password. One in the address wins; then the value, then the file. */
export const PASSWORD_VARIABLES = {
  value: "TRUEUP_STORE_PASSWORD",
  file: "TRUEUP_STORE_PASSWORD_FILE",
} as const;

/**
 * Reads `postgres://USER@HOST:PORT/DATABASE?sslmode=…`. The password comes from the address (which then comes from the environment:
 * the configuration file refuses one), from `TRUEUP_STORE_PASSWORD` or from the file that `TRUEUP_STORE_PASSWORD_FILE` names.
 */
export async function readPostgresAddress(
  address: string,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<Result<PostgresAddress, Problem>> {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol)) {
    return err(
      problem("store_address_unknown", "the store's address is no Postgres address", {
        hint: "write `postgres://USER@HOST:5432/DATABASE`; percent-encode special characters of a password",
      }),
    );
  }
  const inAddress = url.password !== "" || url.searchParams.has("password");
  const shown = new URL(url);
  if (shown.password !== "") shown.password = "***";
  if (shown.searchParams.has("password")) shown.searchParams.set("password", "***");
  const password = inAddress ? ok(null) : await passwordOf(variables);
  if (!password.ok) return password;
  const user = url.username !== "" ? decodeURIComponent(url.username) : url.searchParams.get("user");
  return ok({
    shown: shown.href,
    user,
    connection: {
      connectionString: address,
      ...(password.value === null ? {} : { password: password.value }),
    },
  });
}

async function passwordOf(
  variables: Readonly<Record<string, string | undefined>>,
): Promise<Result<string | null, Problem>> {
  const value = variables[PASSWORD_VARIABLES.value];
  if (value !== undefined && value !== "") return ok(value);
  const file = variables[PASSWORD_VARIABLES.file];
  if (file === undefined || file === "") return ok(null);
  try {
    return ok((await readFile(file, "utf8")).replace(/\r?\n$/, ""));
  } catch (cause) {
    return err(
      problem("store_password_unreadable", `the database's password cannot be read: ${messageOf(cause)}`, {
        place: { file },
        hint: `see ${PASSWORD_VARIABLES.file}`,
      }),
    );
  }
}
