import type { SentinelError } from "../errors.ts";
import type { SentinelHost } from "../host/host.ts";
import type { Program } from "../program.ts";
import type { Result } from "../result.ts";
import type { PolicyTests } from "./find-tests.ts";
import type { CaseResult, CaseStatus } from "./run-case.ts";
import { runCase } from "./run-case.ts";

/** `?` is a policy without tests. */
export type PolicyStatus = CaseStatus | "?";

export interface PolicyReport {
  readonly path: string;
  readonly status: PolicyStatus;
  readonly cases: readonly CaseResult[];
  readonly durationMs: number;
}

export interface TestReport {
  readonly policies: readonly PolicyReport[];
  readonly durationMs: number;
  readonly passed: number;
  /** Failed and broken cases. */
  readonly failed: number;
  readonly programs: ReadonlyMap<
    string,
    { readonly text: string; readonly result: Result<Program, SentinelError[]> }
  >;
}

export interface TestOptions {
  /** Runs only the cases whose `policy/case` matches. */
  readonly only?: (name: string) => boolean;
  readonly coverage?: boolean;
  readonly timeoutMs?: number;
}

export const DEFAULT_TIMEOUT_MS = 5 * 60_000;

/** Runs the cases of all policies, one after the other. */
export function runTests(
  policies: readonly PolicyTests[],
  host: SentinelHost,
  options: TestOptions = {},
): TestReport {
  const started = host.monotonicMs();
  const cache = new Map<string, { text: string; result: Result<Program, SentinelError[]> }>();
  const context = {
    host,
    cache,
    coverage: options.coverage ?? false,
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
  };
  const reports = policies.flatMap((policy) => {
    const begun = host.monotonicMs();
    const chosen = policy.cases.filter((path) => options.only?.(`${policy.name}/${caseName(path)}`) ?? true);
    if (chosen.length === 0 && policy.cases.length > 0) {
      return [];
    }
    const cases = chosen.map((path) => runCase(policy.path, path, context));
    return [{ path: policy.path, status: statusOf(cases), cases, durationMs: host.monotonicMs() - begun }];
  });
  const cases = reports.flatMap((report) => report.cases);
  const passed = cases.filter((one) => one.status === "PASS").length;
  return {
    policies: reports,
    durationMs: host.monotonicMs() - started,
    passed,
    failed: cases.length - passed,
    programs: cache,
  };
}

function caseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function statusOf(cases: readonly CaseResult[]): PolicyStatus {
  if (cases.length === 0) {
    return "?";
  }
  return cases.every((one) => one.status === "PASS")
    ? "PASS"
    : cases.some((one) => one.status === "FAIL")
      ? "FAIL"
      : "ERROR";
}
