import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { driftWith, planWith, workbench } from "./trueup.ts";

describe("a plan in the pipeline", () => {
  const bench = workbench();
  const open = bench.write("open.json", planWith("0.0.0.0/0"));
  const closed = bench.write("closed.json", planWith("10.0.0.0/8"));

  it("is denied when it opens SSH to the world, naming the rule", async () => {
    const { code, stdout } = await bench.run("check", open, "-f", "json");
    const report = JSON.parse(stdout);
    expect(code).toBe(1);
    expect(report.schema).toBe("trueup.check/v1");
    expect(report.decision).toMatchObject({ kind: "deny", verdict: "violation" });
    expect(report.changes[0].verdict.determining[0].policy.policy).toBe("open-admin-ports-aws");
    expect(report.changes[0].risk.class).toBe("critical");
  });

  it("is let through when it opens it to the company only", async () => {
    const { code, stdout } = await bench.run("check", closed, "-f", "json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout).decision.kind).toBe("allow");
  });

  it("lets a point in dry run pass and says what would have happened", async () => {
    const config = bench.write("dry.yaml", "version: 1\npoints:\n  ci:\n    action: dryrun\n");
    const { code, stdout } = await bench.run("check", open, "--config", config, "-f", "json");
    expect([code, JSON.parse(stdout).decision.wouldBe]).toEqual([0, "deny"]);
  });

  it("is covered by an exception, which is shown as unverified and hides nothing", async () => {
    const config = bench.write(
      "excepted.yaml",
      `version: 1
exceptions:
  - id: EX-7
    rule: starter/open-admin-ports-aws
    owner: team-net
    reason: the jump host moves until the end of the year
    from: 2020-01-01
    until: 2999-01-01
    scope: { addresses: ["aws_security_group_rule.ssh"] }
`,
    );
    const { code, stdout } = await bench.run("check", open, "--config", config, "-f", "json");
    const [change] = JSON.parse(stdout).changes;
    expect(code).toBe(0);
    expect(change.verdict).toMatchObject({
      kind: "allowed",
      row: 6,
      covers: [{ kind: "exception", id: "EX-7", verified: false }],
      withoutCovers: { kind: "violation" },
    });
  });

  it("leaves a log that verifies, and an edit of it that does not", async () => {
    expect((await bench.run("audit", "verify", ".trueup/checks.log")).code).toBe(0);
    const text = readFileSync(bench.path(".trueup/checks.log"), "utf8");
    writeFileSync(bench.path("edited.log"), text.replace('"answer":"deny"', '"answer":"allow"'));
    const { code, stdout } = await bench.run("audit", "verify", "edited.log");
    expect([code, stdout]).toEqual([1, expect.stringContaining("entry_edited")]);
  });
});

describe("drift", () => {
  const bench = workbench();
  const drift = bench.write("drift.json", driftWith("10.0.0.0/8", "0.0.0.0/0"));
  const moved = bench.write("moved.json", driftWith("10.0.0.0/8", "0.0.0.0/1"));
  const none = bench.write("none.json", JSON.stringify({ format_version: "1.2", resource_drift: [] }));
  let id = "";

  it("is found, judged by the same rule, and needs action", async () => {
    const { code, stdout } = await bench.run("scan", "--plan", drift, "-f", "json");
    const report = JSON.parse(stdout);
    expect(code).toBe(1);
    expect(report.findings).toHaveLength(1);
    expect(report.findings[0]).toMatchObject({ triage: "remediate", delta: "new", status: "open" });
    id = report.findings[0].id;
  });

  it("found again is the same finding", async () => {
    const { code, stdout } = await bench.run("scan", "--plan", drift, "-f", "json");
    expect(code).toBe(1);
    expect(JSON.parse(stdout).findings[0]).toMatchObject({ id, delta: "unchanged" });
  });

  it("that is no news does not fail a scan that asks for news", async () => {
    expect((await bench.run("scan", "--plan", drift, "--fail-on", "new")).code).toBe(0);
  });

  it("is shown in full by its id", async () => {
    const { code, stdout } = await bench.run("findings", "show", id);
    expect(code).toBe(0);
    expect(stdout).toContain("0.0.0.0/0");
    expect(stdout).toContain("History");
  });

  it("is accepted by a baseline with a reason, and comes back when it moves", async () => {
    expect((await bench.run("baseline", "--reason", "no")).code).toBe(2);
    expect((await bench.run("baseline", "--reason", "known since the migration of last year")).code).toBe(0);
    expect((await bench.run("scan", "--plan", drift)).code).toBe(0);
    const { code, stdout } = await bench.run("scan", "--plan", moved, "-f", "json");
    expect(code).toBe(1);
    expect(JSON.parse(stdout).findings[0]).toMatchObject({ id, delta: "changed", status: "open" });
  });

  it("that is gone is told once and resolved", async () => {
    const { code, stdout } = await bench.run("scan", "--plan", none, "-f", "json");
    expect([code, JSON.parse(stdout).gone.map((finding: { id: string }) => finding.id)]).toEqual([0, [id]]);
  });

  it("leaves a record that verifies offline, with the public key alone", async () => {
    expect((await bench.run("audit", "export", "-o", "export.jsonl")).code).toBe(0);
    const key = await bench.run("audit", "checkpoint", "--public-key");
    bench.write("audit.pub", key.stdout);
    const checkpoint = await bench.run("audit", "checkpoint");
    bench.write("kept.txt", checkpoint.stdout);
    const consistent = await bench.run("audit", "verify", "export.jsonl", "--key", "audit.pub");
    expect([consistent.code, consistent.stdout]).toEqual([
      0,
      expect.stringContaining("completeness not proven"),
    ]);
    const verified = await bench.run(
      "audit",
      "verify",
      "export.jsonl",
      "--key",
      "audit.pub",
      "--checkpoint",
      "kept.txt",
    );
    expect(verified.code).toBe(0);
    expect(verified.stdout).not.toContain("completeness not proven");
  });

  it("whose tail was cut off is seen with the checkpoint that was kept", async () => {
    const first = readFileSync(bench.path("export.jsonl"), "utf8").split("\n");
    const cut = first.findIndex((line, index) => index > 1 && line.includes("checkpoint"));
    bench.write("cut.jsonl", `${first.slice(0, cut + 1).join("\n")}\n`);
    const { code } = await bench.run(
      "audit",
      "verify",
      "cut.jsonl",
      "--key",
      "audit.pub",
      "--checkpoint",
      "kept.txt",
    );
    expect(code).toBe(1);
  });

  it("of another estate is refused by the lineage of its state", async () => {
    const state = (lineage: string): string =>
      JSON.stringify({
        version: 4,
        terraform_version: "1.12.6",
        serial: 1,
        lineage,
        outputs: {},
        resources: [],
      });
    bench.write("ours.tfstate", state("11111111-aaaa"));
    bench.write("theirs.tfstate", state("22222222-bbbb"));
    expect((await bench.run("scan", "--plan", none, "--state", "ours.tfstate")).code).toBe(0);
    const { code, stderr } = await bench.run("scan", "--plan", none, "--state", "theirs.tfstate");
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/theirs\.tfstate.*22222222-bbbb.*\[state_lineage_mismatch\]/),
    ]);
  });

  it("is never called clean by a mandatory plan policy that cannot be evaluated", async () => {
    mkdirSync(bench.path("broken"), { recursive: true });
    const body =
      'deny contains "x" if {\n\tsome rc in input.resource_changes\n\thttp.send({"method": "get", "url": rc.address})\n}\n';
    bench.write("broken/p.rego", `package main\n\n${body}`);
    const { code, stdout } = await bench.run("scan", "--plan", drift, "--policy", "broken", "-f", "json");
    expect(code).toBe(2);
    expect(JSON.parse(stdout).problems[0].code).toBe("mandatory_policy_error");
  });

  it("takes the log of checks into the record once", async () => {
    bench.write("plan.json", planWith("10.0.0.0/8"));
    await bench.run("check", "plan.json");
    const first = await bench.run("audit", "import", ".trueup/checks.log");
    expect([first.code, first.stdout]).toEqual([0, expect.stringMatching(/^[1-9]\d* entries imported/)]);
    const second = await bench.run("audit", "import", ".trueup/checks.log");
    expect(second.stdout).toMatch(/^0 entries imported/);
    expect((await bench.run("audit", "verify")).code).toBe(0);
  });
});
