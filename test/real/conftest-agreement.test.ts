import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writePlan } from "../../bench/write-plan.ts";
import type { CheckReport, PolicyResult } from "../../src/domain/index.ts";
import { PROJECT_ROOT, sharedFolder } from "../../tools/peers/places.ts";
import { mustRun } from "./command.ts";
import { CANARIES } from "./payments-story.ts";
import { describeWithPeers } from "./skip.ts";
import { openTrueup, reportOf, type Trueup, writeConfig } from "./trueup.ts";

interface Answer {
  readonly failures: readonly string[];
  readonly warnings: readonly string[];
  readonly refused: boolean;
}

const POLICY_FOLDERS = ["test/real/policies", "bench/policies"] as const;

/** Plans that real runs of tofu wrote; those of the shared folder only where it is there. */
function realPlans(): readonly string[] {
  const folders = [
    join(PROJECT_ROOT, "examples/captured/payments-cluster"),
    join(PROJECT_ROOT, "examples/captured/payments-files"),
    join(sharedFolder(), "samples/tofu"),
    join(sharedFolder(), "samples/k8s"),
  ];
  for (const folder of folders) {
    if (!existsSync(folder))
      process.stdout.write(`SKIPPED plans of ${basename(folder)}: the folder is absent\n`);
  }
  return folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => /(?:plan|refresh-only).*\.json$/.test(name))
        .map((name) => join(folder, name)),
    );
}

describeWithPeers("the same policies on the same plans in conftest and in Trueup", ["conftest"], (peers) => {
  let folder = "";
  let trueup: Trueup;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "trueup-agreement-"));
    trueup = openTrueup();
    for (const policies of POLICY_FOLDERS) {
      const workspace = join(folder, policies);
      mkdirSync(workspace, { recursive: true });
      cpSync(join(PROJECT_ROOT, policies), join(workspace, "policies"), { recursive: true });
      writeConfig(workspace, { workspace: "agreement", policies: [{ path: "policies", name: "theirs" }] });
    }
  });

  afterAll(() => {
    trueup?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  async function both(plan: string, policies: string): Promise<readonly [Answer, Answer]> {
    const workspace = join(folder, policies);
    return [await askTrueup(trueup, workspace, plan), await askConftest(peers.conftest, workspace, plan)];
  }

  describe.each(POLICY_FOLDERS)("%s", (policies) => {
    test.each(realPlans().map((plan) => [plan.split("/").slice(-2).join("/"), plan]))(
      "%s",
      async (_, plan) => {
        const [ours, theirs] = await both(plan, policies);
        expect(ours).toEqual(theirs);
      },
    );

    test.each([
      ["nothing denied", 60, 0],
      ["some denied", 120, 12],
      ["more changes than are taken one by one", 2500, 40],
    ])("a made-up AWS plan: %s", async (_, resources, denied) => {
      const plan = join(folder, `aws-${resources}-${denied}.json`);
      await writePlan(plan, { resources, denied });
      const [ours, theirs] = await both(plan, policies);
      expect(ours).toEqual(theirs);
      if (policies === "bench/policies") expect(theirs.failures.length).toBeGreaterThanOrEqual(denied);
    });
  });

  test("the plans are such that both answers occur", async () => {
    const opens = join(PROJECT_ROOT, "examples/captured/payments-cluster/plan-opens-ssh.json");
    const creates = join(PROJECT_ROOT, "examples/captured/payments-cluster/plan-create.json");
    const [refused] = await both(opens, "test/real/policies");
    const [allowed] = await both(creates, "test/real/policies");
    expect(refused).toMatchObject({
      refused: true,
      failures: ["kubernetes_network_policy.bastion_ssh lets everybody in on port 22"],
    });
    expect(allowed).toEqual({ refused: false, failures: [], warnings: [] });
  });
});

async function askConftest(conftest: string, workspace: string, plan: string): Promise<Answer> {
  const args = ["test", "--no-color", "--output", "json", "--policy", "policies", plan];
  const result = await mustRun(conftest, args, { cwd: workspace, accept: [0, 1] });
  const files = JSON.parse(result.stdout) as readonly {
    readonly failures?: readonly { readonly msg: string }[];
    readonly warnings?: readonly { readonly msg: string }[];
  }[];
  return {
    failures: sorted(files.flatMap((file) => (file.failures ?? []).map((one) => one.msg))),
    warnings: sorted(files.flatMap((file) => (file.warnings ?? []).map((one) => one.msg))),
    refused: result.code === 1,
  };
}

async function askTrueup(trueup: Trueup, workspace: string, plan: string): Promise<Answer> {
  const result = await trueup.run(workspace, ["check", plan, "--format", "json"]);
  const report = reportOf<CheckReport>(result, "trueup.check/v1");
  const theirs = (one: PolicyResult): boolean => one.policy.set === "theirs";
  const results = report.changes.flatMap((change) => change.results).filter(theirs);
  const violations = [
    ...results.flatMap((one) => one.violations),
    ...report.planViolations.filter((one) => one.policy.set === "theirs"),
  ];
  for (const canary of CANARIES) expect(result.stdout + result.stderr).not.toContain(canary);
  return {
    failures: sorted(violations.map((one) => one.message)),
    warnings: sorted(results.flatMap((one) => one.warnings.map((warning) => warning.message))),
    refused: result.code === 1,
  };
}

/** Without repetition: a message that two changes share is one to conftest, whose rules are sets. */
function sorted(messages: readonly string[]): readonly string[] {
  return [...new Set(messages)].toSorted();
}
