import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import type { Store } from "../store/index.ts";
import { type ScanRun, WORKSPACE_DEFAULTS, type Workspace } from "../workspaces/index.ts";
import { REPORT_TIME } from "./index.ts";
import { freshEntry, okValue, problemIn } from "./record.ts";

export function aWorkspace(over: Partial<Workspace> = {}): Workspace {
  return {
    ...WORKSPACE_DEFAULTS,
    id: `wsp_${randomBytes(12).toString("hex")}`,
    name: `live/network-${randomBytes(3).toString("hex")}`,
    source: { kind: "directory", path: "/srv/live" },
    discovery: null,
    missingSince: null,
    version: 1,
    createdAt: REPORT_TIME,
    changedAt: REPORT_TIME,
    ...over,
  };
}

export function aScanRun(over: Partial<ScanRun> = {}): ScanRun {
  return {
    id: `scn_${randomBytes(12).toString("hex")}`,
    workspace: "live/network",
    status: "queued",
    reason: "manual",
    askedBy: "acc_ann",
    askedAt: REPORT_TIME,
    startedAt: null,
    endedAt: null,
    tries: 0,
    progress: null,
    commit: null,
    problem: null,
    ...over,
  };
}

/** What every store of workspaces and scan runs does. */
export function workspaceContract(store: () => Store): void {
  const entry = () => freshEntry({ kind: "workspace" });

  it("adds, finds and lists workspaces in the order of their names, with an audit entry each", async () => {
    const { workspaces, audit } = store();
    const two = [
      aWorkspace({ name: "list/b", account: "111" }),
      aWorkspace({ name: "list/a", enabled: false }),
    ];
    const before = okValue(await audit.head()).size;
    okValue(await workspaces.add(two, [entry(), entry()]));
    expect(okValue(await audit.head()).size).toBe(before + 2);
    expect(okValue(await workspaces.list({ names: ["list/a", "list/b"] }))).toEqual([two[1], two[0]]);
    expect(okValue(await workspaces.list({ account: "111" }))).toEqual([two[0]]);
    expect(okValue(await workspaces.list({ names: ["list/a", "list/b"], after: "list/a" }))).toEqual([
      two[0],
    ]);
    expect(okValue(await workspaces.list({ names: ["list/a", "list/b"], enabled: true }))).toEqual([two[0]]);
    expect(okValue(await workspaces.find("list/b"))).toEqual(two[0]);
    expect(okValue(await workspaces.find(two[1]?.id ?? ""))).toEqual(two[1]);
    expect(okValue(await workspaces.find("nobody\u0000"))).toBeNull();
  });

  it("keeps all or nothing: a taken name undoes the others and their entries", async () => {
    const { workspaces, audit } = store();
    const held = aWorkspace({ name: "taken" });
    okValue(await workspaces.add([held], [entry()]));
    const before = okValue(await audit.head()).size;
    const batch = [aWorkspace({ name: "fresh" }), aWorkspace({ name: "taken" })];
    expect(problemIn(await workspaces.add(batch, [entry(), entry()])).code).toBe("workspace_name_taken");
    expect(okValue(await workspaces.find("fresh"))).toBeNull();
    expect(okValue(await audit.head()).size).toBe(before);
  });

  it("replaces the version before and no other", async () => {
    const { workspaces } = store();
    const first = aWorkspace({ name: "edited" });
    okValue(await workspaces.add([first], [entry()]));
    const second: Workspace = { ...first, version: 2, owners: ["team-net"] };
    okValue(await workspaces.replace([second], [entry()]));
    expect(okValue(await workspaces.find("edited"))).toEqual(second);
    expect(problemIn(await workspaces.replace([{ ...first, version: 2 }], [entry()])).code).toBe(
      "version_conflict",
    );
    expect(problemIn(await workspaces.replace([aWorkspace({ version: 2 })], [entry()])).code).toBe(
      "workspace_missing",
    );
    expect(problemIn(await workspaces.remove(first, [entry()])).code).toBe("version_conflict");
    okValue(await workspaces.remove(second, [entry()]));
    expect(problemIn(await workspaces.remove(second, [entry()])).code).toBe("workspace_missing");
  });

  it("keeps runs of scans, newest first, and leaves what has ended as it is", async () => {
    const { scanRuns } = store();
    const runs = [1, 2, 3].map(() => aScanRun({ workspace: "runs" }));
    for (const run of runs) expect(okValue(await scanRuns.put(run))).toBe(true);
    const [oldest, middle, newest] = runs as [ScanRun, ScanRun, ScanRun];
    const ended: ScanRun = {
      ...middle,
      status: "done",
      endedAt: REPORT_TIME,
      progress: "x\u0000y",
      commit: "c0ffee",
    };
    expect(okValue(await scanRuns.put(ended))).toBe(true);
    expect(okValue(await scanRuns.put({ ...middle, status: "running" }))).toBe(false);
    expect(okValue(await scanRuns.find(middle.id))).toEqual({ ...ended, progress: "x\uFFFDy" });

    const first = okValue(await scanRuns.page({ workspaces: ["runs"], limit: 2 }));
    expect(first.items.map(({ id }) => id)).toEqual([newest.id, middle.id]);
    const rest = okValue(await scanRuns.page({ workspaces: ["runs"], limit: 2, before: first.next ?? 0 }));
    expect(rest).toMatchObject({ items: [{ id: oldest.id }], next: null });
    expect(okValue(await scanRuns.page({ workspaces: [], limit: 2 })).items).toEqual([]);
    expect(
      okValue(await scanRuns.page({ workspaces: ["runs"], statuses: ["done"], limit: 9 })).items,
    ).toHaveLength(1);
  });
}
