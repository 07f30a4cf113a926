import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { pathText } from "../../../base/index.ts";
import type { Change } from "../../../domain/index.ts";
import { detectWithNoise, redact } from "../../changes/index.ts";
import { makeScrubber } from "../../secrets/index.ts";
import { readPlanJson } from "./read-plan.ts";
import { readStateJson } from "./read-state.ts";

/** Documents of real runs, outside of the project. */
const SAMPLES = join(resolve(process.env["TRUEUP_SHARED"] ?? "../shared"), "samples");
const isThere = existsSync(SAMPLES);
if (!isThere) console.log("samples of real runs: skipped, TRUEUP_SHARED names no folder that has them");

const SECRETS = /s3cr3t-for-test|changed-by-hand/;

function drift(name: string): { changes: readonly Change[]; quiet: readonly Change[]; shown: string } {
  const plan = readPlanJson(readFileSync(join(SAMPLES, name)), { file: name });
  if (!plan.ok) throw new Error(plan.error.message);
  const found = detectWithNoise(plan.value.drift, { workspace: "w", estateKey: "k" });
  const scrubber = makeScrubber(plan.value.secrets, "k");
  return { ...found, shown: JSON.stringify(found.changes.map((change) => redact(change, scrubber))) };
}

describe.runIf(isThere)("real runs", () => {
  it.each(["k8s/tofu-k8s-plan-after-drift.json", "k8s/tofu-k8s-refresh-only.json"])(
    "%s: exactly what was changed by hand",
    (name) => {
      const { changes, shown } = drift(name);
      const told = changes.map((change) => [
        change.resource.address,
        change.drift,
        change.relevant,
        change.action === "delete" ? [] : change.properties.map((property) => pathText(property.path)).sort(),
      ]);
      expect(told).toEqual([
        ["kubernetes_cluster_role_binding.ops", "missing", false, []],
        ["kubernetes_config_map.flags", "managed", false, ["data.debug", "data.publicAccess"]],
        ["kubernetes_namespace.pay", "managed", name.includes("after-drift"), ["metadata[0].labels.owner"]],
        // Widened to the world, and not named by `relevant_attributes`.
        ["kubernetes_network_policy.db", "managed", false, ["spec[0].ingress[0].from[0].ip_block[0].cidr"]],
        ["kubernetes_secret.db", "managed", false, ["data.password"]],
        ["kubernetes_service.web", "managed", false, ["spec[0].type"]],
      ]);
      expect(shown).not.toMatch(SECRETS);
    },
  );

  it.each(["tofu/plan-after-drift.json", "tofu/plan-refresh-only.json"])(
    "%s: files that are gone are missing",
    (name) => {
      const { changes, shown } = drift(name);
      expect(changes.map((change) => [change.resource.address, change.action, change.drift])).toEqual([
        ["local_file.config", "delete", "missing"],
        ["local_file.gone", "delete", "missing"],
      ]);
      expect(shown).not.toMatch(SECRETS);
    },
  );

  it.each(["tofu/state-raw.tfstate", "tofu/state-show.json", "k8s/tofu-k8s-state.json"])(
    "%s is read",
    (name) => {
      const state = readStateJson(readFileSync(join(SAMPLES, name)), { file: name });
      expect(state.ok && state.value.declared.length).toBeGreaterThan(4);
      expect(state.ok && state.value.secrets.some((secret) => SECRETS.test(secret))).toBe(true);
    },
  );

  it("event streams are refused with advice", () => {
    const name = "tofu/plan-after-drift.stream.jsonl";
    expect(readPlanJson(readFileSync(join(SAMPLES, name)), { file: name })).toMatchObject({
      ok: false,
      error: { code: "plan_is_stream" },
    });
  });
});
