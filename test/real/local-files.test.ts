import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ScanReport } from "../../src/domain/index.ts";
import { PROJECT_ROOT } from "../../tools/peers/places.ts";
import type { CommandResult } from "./command.ts";
import { EXPECTED_FILE_DRIFT, FILE_EDITS, FILES_ESTATE } from "./payments-story.ts";
import { describeWithPeers } from "./skip.ts";
import { openWorkspace, type Workspace } from "./tofu.ts";
import { canaryLeaks, openTrueup, reportOf, type Trueup, writeConfig } from "./trueup.ts";

describeWithPeers("tofu with local files", ["tofu", "terraform-provider-local"], (peers) => {
  let workspace: Workspace;
  let trueup: Trueup;
  let clean: CommandResult;
  let drifted: CommandResult;

  beforeAll(async () => {
    workspace = await openWorkspace(join(PROJECT_ROOT, FILES_ESTATE), peers);
    await workspace.apply();
    trueup = openTrueup();
    writeConfig(workspace.folder, {
      workspace: "gateway-host",
      source: { tofu: { dir: ".", binary: peers.tofu } },
    });
    const scan = (): Promise<CommandResult> =>
      trueup.run(workspace.folder, ["scan", "--format", "json"], workspace.env);
    clean = await scan();
    for (const edit of FILE_EDITS) {
      const path = join(workspace.folder, edit.path);
      if (edit.content === null) rmSync(path);
      else writeFileSync(path, edit.content);
    }
    drifted = await scan();
  });

  afterAll(() => {
    trueup?.remove();
    workspace?.remove();
  });

  test("right after the apply nothing has drifted", () => {
    expect(reportOf<ScanReport>(clean, "trueup.scan/v1").findings).toEqual([]);
    expect(clean.code).toBe(0);
  });

  test("exactly the files that were changed or removed by hand are reported", () => {
    const { findings } = reportOf<ScanReport>(drifted, "trueup.scan/v1");
    expect(findings.map((one) => one.change.resource.address).toSorted()).toEqual(EXPECTED_FILE_DRIFT);
    expect(new Set(findings.map((one) => one.change.action))).toEqual(new Set(["delete"]));
  });

  test("nobody is named where no log says who it was", () => {
    const { findings } = reportOf<ScanReport>(drifted, "trueup.scan/v1");
    for (const one of findings) {
      expect(one.change.actor.principal).toBeNull();
      expect(one.verdict.kind).not.toBe("allowed");
    }
    expect(drifted.code).not.toBe(0);
  });

  test("the files are as the hand left them, and the key is shown nowhere", () => {
    for (const edit of FILE_EDITS) {
      if (edit.content === null) continue;
      expect(readFileSync(join(workspace.folder, edit.path), "utf8")).toBe(edit.content);
    }
    const printed = [clean, drifted].flatMap((result) => [result.stdout, result.stderr]);
    expect(canaryLeaks(printed, [join(workspace.folder, ".trueup"), trueup.home])).toEqual([]);
  });
});
