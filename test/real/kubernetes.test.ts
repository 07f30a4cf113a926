import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pathText } from "../../src/base/index.ts";
import type { Finding, ScanReport } from "../../src/domain/index.ts";
import { PROJECT_ROOT } from "../../tools/peers/places.ts";
import { type Cluster, startCluster } from "./cluster.ts";
import type { CommandResult } from "./command.ts";
import {
  CLUSTER_ESTATE,
  EXPECTED_DRIFT,
  grantRights,
  kubeconfigPlace,
  PIPELINE_USER,
  playStory,
  USERS,
} from "./payments-story.ts";
import { describeWithPeers } from "./skip.ts";
import { openWorkspace, type Workspace } from "./tofu.ts";
import { canaryLeaks, openTrueup, reportOf, type Trueup, writeConfig } from "./trueup.ts";

describeWithPeers(
  "tofu with its Kubernetes provider on a real API server",
  ["tofu", "terraform-provider-kubernetes", "etcd", "kube-apiserver", "kubectl"],
  (peers) => {
    let cluster: Cluster;
    let workspace: Workspace;
    let trueup: Trueup;
    let clean: CommandResult;
    let drifted: CommandResult;
    let again: CommandResult;
    let resourceVersionBefore = "";
    let resourceVersionAfter = "";

    const scan = (): Promise<CommandResult> =>
      trueup.run(workspace.folder, ["scan", "--format", "json"], workspace.env);
    const versionOfPolicy = async (): Promise<string> =>
      (
        await cluster.kubectl(PIPELINE_USER, [
          "-n",
          "edge",
          "get",
          "networkpolicy/bastion-ssh",
          "-o",
          "jsonpath={.metadata.resourceVersion}",
        ])
      ).stdout;

    beforeAll(async () => {
      cluster = await startCluster(peers, USERS);
      await grantRights(cluster);
      workspace = await openWorkspace(join(PROJECT_ROOT, CLUSTER_ESTATE), peers);
      copyFileSync(cluster.kubeconfig(PIPELINE_USER), kubeconfigPlace(workspace.folder));
      await workspace.apply();
      trueup = openTrueup();
      writeConfig(workspace.folder, {
        workspace: "payments-cluster",
        labels: { env: "prod" },
        source: { tofu: { dir: ".", binary: peers.tofu } },
        events: [{ "kubernetes-audit": cluster.auditLog }],
        pipeline: { identities: [PIPELINE_USER] },
        policies: [{ shipped: "starter" }],
      });
      clean = await scan();
      await playStory(cluster);
      resourceVersionBefore = await versionOfPolicy();
      drifted = await scan();
      again = await scan();
      resourceVersionAfter = await versionOfPolicy();
    });

    afterAll(async () => {
      trueup?.remove();
      workspace?.remove();
      await cluster?.stop();
    });

    const findings = (result: CommandResult): readonly Finding[] =>
      reportOf<ScanReport>(result, "trueup.scan/v1").findings.toSorted((a, b) =>
        a.change.resource.address < b.change.resource.address ? -1 : 1,
      );
    const finding = (address: string): Finding => {
      const one = findings(drifted).find((each) => each.change.resource.address === address);
      if (one === undefined) throw new Error(`there is no finding for ${address}`);
      return one;
    };

    test("right after the apply nothing has drifted", () => {
      expect(findings(clean)).toEqual([]);
      expect(clean.code).toBe(0);
    });

    test("exactly the properties that were changed by hand are reported", () => {
      const reported = findings(drifted).map((one) => ({
        address: one.change.resource.address,
        action: one.change.action,
        paths:
          one.change.action === "delete" ? [] : one.change.properties.map((p) => pathText(p.path)).toSorted(),
      }));
      expect(reported).toEqual(
        EXPECTED_DRIFT.map(({ address, action, paths }) => ({ address, action, paths })),
      );
    });

    test("what the API server filled in by itself is left out, and can be listed", () => {
      const { noise } = reportOf<ScanReport>(drifted, "trueup.scan/v1");
      const left = noise
        .filter((one) => one.address === "kubernetes_service.payments_api")
        .map((one) => pathText(one.path));
      expect(left.toSorted()).toEqual([
        "metadata[0].resource_version",
        "spec[0].external_traffic_policy",
        "spec[0].port[0].node_port",
      ]);
    });

    test("before is what the code declares and after is what is there", () => {
      const [cidr] = finding("kubernetes_network_policy.bastion_ssh").change.properties;
      expect(cidr).toMatchObject({ before: "10.20.30.0/24", after: "0.0.0.0/0" });
    });

    test.each(EXPECTED_DRIFT)("$address was changed by $user", ({ address, user }) => {
      const { actor, time } = finding(address).change;
      expect(actor.principal).toBe(user);
      expect(Date.parse(time ?? "")).toBeGreaterThan(Date.now() - 600_000);
    });

    test("a dry run, a refused attempt and a change taken back are nobody's drift", () => {
      const people = findings(drifted).map((one) => one.change.actor.principal);
      expect(people).not.toContain("leo@payments.example");
      expect(finding("kubernetes_network_policy.bastion_ssh").change.actor.principal).not.toContain("jonas");
    });

    test.each([
      ["kubernetes_network_policy.bastion_ssh", "violation"],
      ["kubernetes_namespace.payments", "violation"],
      ["kubernetes_deployment.payments_api", "violation"],
      ["kubernetes_cluster_role_binding.auditors_view", "violation"],
      ["kubernetes_secret.ledger_db", "violation"],
      ["kubernetes_service.payments_api", "violation"],
      ["kubernetes_config_map.feature_flags", "violation"],
      ["kubernetes_namespace.ledger", "allowed"],
    ])("the verdict on %s is %s", (address, verdict) => {
      expect(finding(address).verdict.kind).toBe(verdict);
    });

    test("every finding names the rule that decided it, and the scan asks for action", () => {
      for (const one of findings(drifted)) {
        expect(one.verdict.because).not.toBe("");
        if (one.verdict.kind === "violation") expect(one.verdict.determining).not.toEqual([]);
      }
      expect(drifted.code).toBe(1);
    });

    test("the same drift found again is the same finding", () => {
      expect(findings(again).map((one) => one.id)).toEqual(findings(drifted).map((one) => one.id));
      expect(findings(drifted).every((one) => one.delta === "new")).toBe(true);
      expect(findings(again).every((one) => one.delta === "unchanged")).toBe(true);
    });

    test("the rotated password is seen and shown nowhere", () => {
      const [password] = finding("kubernetes_secret.ledger_db").change.properties;
      expect(password?.sensitive).toBe(true);
      const printed = [clean, drifted, again].flatMap((result) => [result.stdout, result.stderr]);
      const store = join(workspace.folder, ".trueup");
      expect(existsSync(store)).toBe(true);
      expect(canaryLeaks(printed, [store, trueup.home])).toEqual([]);
    });

    test("scanning changed nothing: neither the cluster nor the workspace", async () => {
      expect(resourceVersionAfter).toBe(resourceVersionBefore);
      expect(existsSync(join(workspace.folder, ".terraform.tfstate.lock.info"))).toBe(false);
      const state = workspace.rawState();
      await scan();
      expect(workspace.rawState()).toBe(state);
    });

    test("the record of the scans verifies", async () => {
      const out = join(workspace.folder, "export");
      mkdirSync(out);
      const verified = await trueup.run(workspace.folder, ["audit", "verify"], workspace.env);
      expect(verified.stderr + verified.stdout).toContain("consistent");
      expect(verified.code).toBe(0);
    });
  },
);
