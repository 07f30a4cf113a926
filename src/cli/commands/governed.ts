import type { AppOptions } from "../../app/index.ts";
import type { Problem, Result } from "../../base/index.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Invocation } from "../invocation.ts";
import { appOptions } from "../run-action.ts";
import { noteProblems } from "../terminal.ts";

/** What somebody may not do, apart from what could not be done: the answer is no, and asking again will not change it. */
const REFUSALS: ReadonlySet<string> = new Set([
  "approval_no_approver",
  "approval_not_entitled",
  "approval_rules_missing",
  "break_glass_not_entitled",
  "exception_not_entitled",
  "exception_too_long",
  "exception_too_wide",
  "forbidden",
  "grant_too_long",
  "hard_mandatory",
  "incident_refused",
  "own_request",
  "own_review",
  "review_debt",
  "review_not_entitled",
  "scope_too_wide",
]);

/** Runs a step of governance: a refusal is exit code 1, what could not be done is 2. */
export async function runGoverned<T>(
  invocation: Invocation,
  action: (options: AppOptions) => Promise<Result<T, readonly Problem[]>>,
  then: (value: T) => Promise<ExitCode>,
): Promise<ExitCode> {
  const done = await action(appOptions(invocation));
  invocation.terminal.settle();
  if (done.ok) return then(done.value);
  noteProblems(invocation.terminal, done.error);
  return done.error.every(({ code }) => REFUSALS.has(code)) ? EXIT.denied : EXIT.failed;
}

export interface ScopeOptions {
  readonly workspace?: readonly string[];
  readonly account?: readonly string[];
  readonly type?: readonly string[];
  readonly address?: readonly string[];
  readonly path?: readonly string[];
}

/** The lists that were given, as a scope. */
export function scopeOf({ workspace, account, type, address, path }: ScopeOptions) {
  return {
    ...(workspace === undefined ? {} : { workspaces: workspace }),
    ...(account === undefined ? {} : { accounts: account }),
    ...(type === undefined ? {} : { types: type }),
    ...(address === undefined ? {} : { addresses: address }),
    ...(path === undefined ? {} : { paths: path }),
  };
}

export function scopeText(scope: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(scope).map(([list, values]) =>
    Array.isArray(values) && values.every((value) => typeof value === "string")
      ? `${list} ${values.join(", ")}`
      : `${list} ${JSON.stringify(values)}`,
  );
  return parts.length === 0 ? "everything that the kind allows" : parts.join("; ");
}

/** Minutes are enough for people; JSON has the rest. */
export function when(time: string | null): string {
  return time === null ? "–" : `${time.slice(0, 16).replace("T", " ")} UTC`;
}
