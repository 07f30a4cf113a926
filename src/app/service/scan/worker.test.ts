import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { ok, rfc3339 } from "../../../base/index.ts";
import type { Principal } from "../../../domain/index.ts";
import { openStore, type Store } from "../../../store/index.ts";
import { FAST_JOBS } from "../../../testing/job-queue-contract.ts";
import { okValue, testOptions } from "../../../testing/record.ts";
import { testClock, testService } from "../../../testing/service.ts";
import { type ScanRun, WORKSPACE_DEFAULTS, type WorkspaceSource } from "../../../workspaces/index.ts";
import type { Service } from "../service.ts";
import { cancelScan, scanAccountSoon, startScan } from "./start-scan.ts";
import { type RunningWorker, startWorker } from "./worker.ts";
import { addWorkspace } from "./workspaces.ts";

// Starting PGlite takes seconds on an idle machine and can take a minute on a busy one; time decides nothing here.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const PERSON: Principal = {
  id: "acc_ann",
  kind: "human",
  name: "ann",
  groups: [],
  method: "local_account",
  scopes: null,
  sourceIp: null,
  userAgent: null,
  session: null,
};
const folder = mkdtempSync(join(tmpdir(), "trueup-worker-"));
const hold = join(folder, "hold");
const clock = testClock();
let store: Store;
let service: Service;
let worker: RunningWorker;

/** A plan in which nothing differs, behind a program that waits while `hold` is there. */
const PLAN = JSON.stringify({ format_version: "1.2", terraform_version: "1.12.6", resource_changes: [] });

beforeAll(async () => {
  const tool = join(folder, "tool");
  writeFileSync(
    tool,
    `#!/bin/sh\nwhile [ -e ${hold} ]; do sleep 0.05; done\ncase "$1" in\nplan) for a in "$@"; do case "$a" in -out=*) : > "\${a#-out=}";; esac; done;;\nshow) echo '${PLAN}';;\nesac\n`,
  );
  chmodSync(tool, 0o755);
  store = okValue(await openStore("memory:", { ...testOptions(), jobs: FAST_JOBS }));
  const base = testService(store, { clock, root: folder });
  const judge = {
    ...base.policies.judge,
    judge: async () =>
      ok({
        kind: "judgement",
        judged: [],
        planResults: [],
        planVerdict: null,
        notes: [],
        policySets: [],
      } as const),
  };
  service = { ...base, policies: { ...base.policies, judge } };
  worker = await startWorker(service, { tickMs: 50, variables: { PATH: process.env["PATH"] } });
});
afterAll(async () => {
  await worker?.stop(0);
  await store?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function declare(
  name: string,
  over: { account?: string; cron?: string; source?: WorkspaceSource } = {},
) {
  const workspace = await addWorkspace(service, PERSON, {
    ...WORKSPACE_DEFAULTS,
    name,
    source: over.source ?? { kind: "directory", path: "." },
    tool: { ...WORKSPACE_DEFAULTS.tool, binary: join(folder, "tool") },
    account: over.account ?? null,
    schedule: over.cron === undefined ? null : { cron: over.cron, timezone: "UTC", jitterSeconds: 0 },
  });
  return okValue(workspace);
}

async function until<T>(look: () => Promise<T | null>): Promise<T> {
  for (;;) {
    const seen = await look();
    if (seen !== null) return seen;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

const runs = async (workspace: string): Promise<readonly ScanRun[]> =>
  okValue(await store.scanRuns.page({ workspaces: [workspace], limit: 100 })).items;
const ended = (id: string): Promise<ScanRun> =>
  until(async () => {
    const run = okValue(await store.scanRuns.find(id));
    return run?.endedAt == null ? null : run;
  });

describe("a worker", () => {
  it("scans what is asked for and records it under the run's id", async () => {
    await declare("asked");
    const run = okValue(await startScan(service, PERSON, { workspace: "asked" }));
    expect(await ended(run.id)).toMatchObject({ status: "done", tries: 1, reason: "manual", problem: null });
    expect(okValue(await store.scans.get(run.id))).toMatchObject({ workspace: "asked", kind: "scan" });
  });

  it("runs a line once after a long time without it, by the clock it was given", async () => {
    await declare("nightly", { cron: "0 2 * * *" });
    expect(await runs("nightly")).toEqual([]);
    clock.advance(5 * 24 * 3_600_000);
    const [first] = await until(async () => {
      const seen = await runs("nightly");
      return seen[0]?.endedAt == null ? null : seen;
    });
    expect(first).toMatchObject({ status: "done", reason: "schedule", askedBy: "trueup" });
    const line = okValue(await store.jobs.schedules()).find(({ job }) => job.data["workspace"] === "nightly");
    expect(line?.nextAt).toBe(rfc3339(Date.parse("2026-11-30T02:00:00Z")));
    expect(await runs("nightly")).toHaveLength(1);
  });

  it("ends a scan that is cancelled while it runs, and records nothing of it", async () => {
    await declare("cancelled");
    writeFileSync(hold, "");
    const run = okValue(await startScan(service, PERSON, { workspace: "cancelled" }));
    await until(async () =>
      okValue(await store.scanRuns.find(run.id))?.progress === "planning" ? true : null,
    );
    okValue(await cancelScan(service, PERSON, { scan: run.id }));
    await until(async () => {
      const counts = okValue(await store.jobs.counts()).find(({ kind }) => kind === "scan");
      return counts?.running === 0 ? true : null;
    });
    rmSync(hold);
    expect(await ended(run.id)).toMatchObject({ status: "cancelled", progress: "cancelled by ann" });
    expect(okValue(await store.scans.get(run.id))).toBeNull();
  });

  it("scans every workspace of an account where something happened", async () => {
    for (const name of ["acct/a", "acct/b"]) await declare(name, { account: "4242" });
    const asked = okValue(await scanAccountSoon(service, "4242"));
    expect(asked.map(({ workspace, reason }) => [workspace, reason])).toEqual([
      ["acct/a", "event"],
      ["acct/b", "event"],
    ]);
    for (const { id } of asked) expect((await ended(id)).status).toBe("done");
  });

  it("plans a repository's protected ref, keeps its commit, and refuses a pull request", async () => {
    const remote = join(folder, "remote");
    const git = (...args: readonly string[]) =>
      execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...args], {
        encoding: "utf8",
      }).trim();
    git("init", "-q", "-b", "main", remote);
    git("-C", remote, "commit", "-q", "--allow-empty", "-m", "code");
    const source = { kind: "git", url: `file://${remote}`, ref: null, path: "." } as const;
    await declare("repository", { source });
    const run = okValue(await startScan(service, PERSON, { workspace: "repository" }));
    const commit = git("-C", remote, "rev-parse", "HEAD");
    expect(await ended(run.id)).toMatchObject({ status: "done", commit });
    expect(okValue(await store.scans.get(run.id))?.summary).toMatchObject({ commit });

    await declare("side", { source: { ...source, ref: "feature" } });
    const refused = okValue(await startScan(service, PERSON, { workspace: "side" }));
    const { status, problem, tries } = await ended(refused.id);
    expect([status, tries]).toEqual(["failed", 1]);
    expect(problem).toMatch(/^ref_unprotected: /);
    expect(existsSync(join(folder, ".trueup", "checkouts", "mirrors"))).toBe(true);
  });

  it("says what is missing instead of trying again", async () => {
    await declare("lost", { source: { kind: "directory", path: "nowhere" } });
    const run = okValue(await startScan(service, PERSON, { workspace: "lost" }));
    expect(await ended(run.id)).toMatchObject({
      status: "failed",
      problem: expect.stringMatching(/^workspace_missing: /),
    });
  });
});
