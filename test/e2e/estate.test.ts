import { spawnSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { workbench } from "./trueup.ts";

const ROOT = join(import.meta.dirname, "../..");

/** A scan opens a database, which takes its time on a busy machine. */
const PATIENCE_MS = 180_000;

/** What the estate's README says, row by row. */
const STORY: readonly (readonly [address: string, kind: string, cause: string, person: string | null])[] = [
  ["aws_db_instance.ledger", "review", "unapplied_commit", null],
  ["aws_db_parameter_group.ledger", "review", "unknown", null],
  ["aws_ecs_service.api", "allowed", "platform", null],
  ["aws_s3_bucket.statements", "allowed", "bypassed_pipeline", "anna@payments.example"],
  ["aws_security_group.bastion", "violation", "bypassed_pipeline", "mira@payments.example"],
  ["aws_security_group.partner_sftp", "allowed", "bypassed_pipeline", "jonas@payments.example"],
  ["kubernetes_network_policy.ledger_db", "violation", "bypassed_pipeline", "priya@payments.example"],
  ["kubernetes_secret.card_vault", "violation", "bypassed_pipeline", "mira@payments.example"],
];

interface Told {
  readonly verdict: { readonly kind: string };
  readonly change: {
    readonly resource: { readonly address: string };
    readonly cause: { readonly kind: string } | null;
    readonly actor: { readonly person: string | null };
    readonly time: string | null;
    readonly channel: string;
  };
}

describe("the example estate", () => {
  const bench = workbench();
  cpSync(join(ROOT, "examples/estate"), bench.folder, { recursive: true });
  const printed: string[] = [];
  const trueup = async (...args: readonly string[]) => {
    const ran = await bench.run(...args);
    printed.push(ran.stdout, ran.stderr);
    return ran;
  };

  it("holds the captures that its script writes", () => {
    const script = join(ROOT, "examples/estate/captured/write.mjs");
    expect(spawnSync(process.execPath, [script, "--check"], { encoding: "utf8" })).toMatchObject({
      status: 0,
    });
  });

  it("refuses the bad pull request for each of its three reasons, and lets the good one pass", async () => {
    const bad = await trueup("check", "captured/plan-bad.json", "-f", "json");
    const rules = (
      JSON.parse(bad.stdout).changes as { results: { violations: { rule: string }[] }[] }[]
    ).flatMap((change) =>
      change.results.flatMap((result) => result.violations.map((violation) => violation.rule)),
    );
    expect([bad.code, rules.sort()]).toEqual([
      1,
      ["open-admin-port", "publicly-accessible", "wildcard-action"],
    ]);
    expect((await trueup("check", "captured/plan-good.json")).code).toBe(0);
  });

  it(
    "tells of each drift who, why and with which verdict, as its README does",
    async () => {
      const { code, stdout } = await trueup("scan", "-f", "json");
      const findings = JSON.parse(stdout).findings as Told[];
      const told = findings.map(({ verdict, change }) => [
        change.resource.address,
        verdict.kind,
        change.cause?.kind,
        change.actor.person,
      ]);
      expect([code, told.sort()]).toEqual([1, STORY]);
      const port = findings.find(({ change }) => change.resource.address === "aws_security_group.bastion");
      expect(port?.change).toMatchObject({ time: "2026-10-31T02:13:27.000Z", channel: "console" });
    },
    PATIENCE_MS,
  );

  it(
    "shows its secrets to nobody, in no format and no file",
    async () => {
      const everyFormat = ["json", "sarif", "junit", "markdown"].flatMap((format) => [
        "-f",
        format,
        "-o",
        `out.${format}`,
      ]);
      await trueup("check", "captured/plan-bad.json", "-f", "table", ...everyFormat);
      await trueup("scan", "-f", "table", ...everyFormat);
      await trueup("risk", "explain", "captured/plan-bad.json");
      await trueup("risk", "survey", "captured/state.json");
      await trueup("audit", "export", "-o", "record.jsonl");
      const files = readdirSync(bench.folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !entry.parentPath.endsWith("/captured"))
        .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"));
      const raw = readFileSync(join(bench.folder, "captured/drift.json"), "utf8");
      const canaries = [...new Set(raw.match(/canary-[a-z0-9-]+/g))];
      expect(canaries).toHaveLength(3);
      for (const canary of canaries) {
        for (const text of [...printed, ...files]) expect(text.includes(canary)).toBe(false);
      }
    },
    PATIENCE_MS,
  );

  it("has policies whose tests pass in this engine", async () => {
    for (const folder of ["policies", "policies/plan"]) {
      const { code, stdout } = await bench.run("policy", "test", join(ROOT, folder));
      expect([code, stdout]).toEqual([0, expect.stringMatching(/[1-9]\d* passed, 0 failed/)]);
    }
  });
});
