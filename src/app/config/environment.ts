import { err, ok, type Problem, problem, type Result } from "../../base/index.ts";

/** Environment variables, handed in. */
export type Variables = Readonly<Record<string, string | undefined>>;

/**
 * What the environment may add where `trueup.yaml` says nothing. There is no variable for an action, a level, a FailMode,
 * an exception or a policy set, and none will do: whoever starts a job could otherwise switch off its gate.
 */
export interface FromEnvironment {
  readonly workspace: string | null;
  readonly account: string | null;
  readonly binary: string | null;
  readonly store: string | null;
  readonly auditKey: string | null;
}

/** Names of the variables that are read. */
export const VARIABLES = {
  workspace: "TRUEUP_WORKSPACE",
  account: "TRUEUP_ACCOUNT",
  binary: "TRUEUP_TOFU",
  store: "TRUEUP_STORE",
  auditKey: "TRUEUP_AUDIT_KEY",
} as const;

export function fromEnvironment(variables: Variables): Result<FromEnvironment, readonly Problem[]> {
  const read = (name: string): string | null => {
    const value = variables[name];
    return value === undefined || value === "" ? null : value;
  };
  const store = read(VARIABLES.store);
  if (store !== null && !/^(?:pglite:|embedded:|postgres(?:ql)?:\/\/)./.test(store)) {
    const hint = "write pglite:DIR, embedded:DIR or postgres://HOST/DATABASE";
    return err([problem("environment_invalid", `${VARIABLES.store} names no store`, { hint })]);
  }
  return ok({
    workspace: read(VARIABLES.workspace),
    account: read(VARIABLES.account),
    binary: read(VARIABLES.binary),
    store,
    auditKey: read(VARIABLES.auditKey),
  });
}
