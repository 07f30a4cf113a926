import { err, ok, type Problem, type Result } from "../../base/index.ts";
import { runRegoTests } from "./adapters/rego-tests.ts";
import { MANIFEST, parseManifest } from "./manifest.ts";
import type { EvaluationBounds, PolicyFile } from "./policy-engine.ts";

export interface PolicyTestCase {
  /** `trueup.aws.open_admin_ports`. */
  readonly package: string;
  /** `test_denies_ssh_from_anywhere`. */
  readonly name: string;
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly outcome: "pass" | "fail" | "error" | "skip";
  /** Why it failed or erred; `null` otherwise. */
  readonly message: string | null;
  readonly prints: readonly string[];
  readonly milliseconds: number;
}

export interface PolicyTestReport {
  readonly place: string;
  readonly cases: readonly PolicyTestCase[];
}

/** Runs the tests that lie beside the policies of one folder. A folder without tests has an empty report, not an error. */
export function testPolicies(
  place: string,
  files: readonly PolicyFile[],
  bounds: EvaluationBounds,
  holds: (name: string) => boolean,
): Result<PolicyTestReport, readonly Problem[]> {
  const manifestFile = files.find((file) => file.path === MANIFEST);
  const manifest =
    manifestFile === undefined ? null : parseManifest(manifestFile, files, `${place}/${MANIFEST}`);
  if (manifest !== null && !manifest.ok) return manifest;
  const declared = manifest === null ? { files, policies: [], regoVersion: 1 as const } : manifest.value;
  const cases = runRegoTests(place, declared.files, declared.policies, declared.regoVersion, bounds, holds);
  return cases.ok ? ok({ place, cases: cases.value }) : err(cases.error);
}
