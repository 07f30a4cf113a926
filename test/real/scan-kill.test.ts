import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type OpenedService, openService, type Service } from "../../src/app/service/index.ts";
import { addWorkspace, startScan } from "../../src/app/service/scan/index.ts";
import type { Principal } from "../../src/domain/index.ts";
import { findPostgres } from "../../src/testing/postgres-server.ts";
import { okValue } from "../../src/testing/record.ts";
import { makePlace, type StorePlace } from "../../src/testing/stores.ts";
import { type ScanRun, WORKSPACE_DEFAULTS } from "../../src/workspaces/index.ts";
import { PROJECT_ROOT } from "../../tools/peers/places.ts";
import { EXPECTED_FILE_DRIFT, FILE_EDITS, FILES_ESTATE } from "./payments-story.ts";
import { describeWithPeers } from "./skip.ts";
import { openWorkspace, type Workspace } from "./tofu.ts";

/*
 * Two workers as processes on one Postgres, real tofu. One of them is killed outright: in the middle of a plan, and at moments that
 * chance picks. Whatever the moment was, each scan that was asked for is recorded once and no finding is there twice.
 */

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
const ROUNDS = Number(process.env["TRUEUP_KILLS"] ?? 3);
const postgres = findPostgres();
if ("missing" in postgres) process.stdout.write(`SKIPPED scans of killed workers: ${postgres.missing}\n`);

describeWithPeers("scans of workers that are killed", ["tofu", "terraform-provider-local"], (peers) => {
  const skipped = "missing" in postgres;
  const home = mkdtempSync(join(tmpdir(), "trueup-kill-scan-"));
  const hold = join(home, "hold");
  const started = join(home, "started");
  const workers = new Set<ChildProcess>();
  let estate: Workspace;
  let place: StorePlace;
  let opened: OpenedService;
  let service: Service;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    if (skipped) return;
    estate = await openWorkspace(join(PROJECT_ROOT, FILES_ESTATE), peers);
    await estate.apply();
    for (const edit of FILE_EDITS) {
      const path = join(estate.folder, edit.path);
      if (edit.content === null) rmSync(path);
      else writeFileSync(path, edit.content);
    }
    place = await makePlace("postgres");
    mkdirSync(join(home, "config"));
    writeFileSync(join(home, "trueup.yaml"), "version: 1\n");
    const slow = join(home, "slow-tofu");
    writeFileSync(
      slow,
      `#!/bin/sh\necho $$ >> ${started}\nwhile [ -e ${hold} ]; do sleep 0.1; done\nexec ${peers.tofu} "$@"\n`,
    );
    chmodSync(slow, 0o755);
    env = { ...estate.env, TRUEUP_STORE: place.address, XDG_CONFIG_HOME: join(home, "config") };
    const result = await openService(
      {
        cwd: home,
        variables: env,
        clock: { now: () => Date.now() },
        monotonic: () => performance.now(),
        onProgress: () => undefined,
        signal: new AbortController().signal,
      },
      { logLevel: "silent", logTo: { write: () => undefined }, threads: 1 },
    );
    if (!result.ok) throw new Error(result.error.map(({ message }) => message).join("; "));
    opened = result.value;
    service = opened.service;
    okValue(
      await addWorkspace(service, PERSON, {
        ...WORKSPACE_DEFAULTS,
        name: "gateway-host",
        source: { kind: "directory", path: estate.folder },
        tool: { ...WORKSPACE_DEFAULTS.tool, binary: slow },
      }),
    );
  });

  afterAll(async () => {
    for (const worker of workers) worker.kill("SIGKILL");
    await opened?.close();
    await place?.remove();
    estate?.remove();
    rmSync(home, { recursive: true, force: true });
  });

  async function startProcess(): Promise<ChildProcess> {
    const child = spawn(
      process.execPath,
      ["--import", import.meta.resolve("tsx"), join(import.meta.dirname, "scan-worker.ts"), home],
      { env, stdio: ["ignore", "pipe", "pipe"] },
    );
    workers.add(child);
    child.once("exit", () => workers.delete(child));
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    await new Promise<void>((resolve, reject) => {
      child.stdout.once("data", () => resolve());
      child.once("exit", (code) => reject(new Error(`the worker ended with ${code}: ${said}`)));
    });
    return child;
  }

  async function ended(id: string): Promise<ScanRun> {
    for (;;) {
      const run = okValue(await service.store.scanRuns.find(id));
      if (run !== null && run.endedAt !== null) return run;
      await sleep(100);
    }
  }

  /** Ids of the scans that the log holds an entry of. */
  async function recorded(): Promise<readonly unknown[]> {
    const { size } = okValue(await service.store.audit.head());
    const entries = okValue(await service.store.audit.entriesFrom(0, size));
    return entries
      .filter(({ entry }) => entry.kind === "scan")
      .map(({ entry }) => (entry.details as { readonly run: string }).run);
  }

  async function expectOneOfEach(runs: readonly string[]): Promise<void> {
    expect((await recorded()).toSorted()).toEqual(runs.toSorted());
    const findings = okValue(await service.store.findings.list({ workspace: "gateway-host" }));
    expect(findings.map((one) => one.change.resource.address).toSorted()).toEqual(EXPECTED_FILE_DRIFT);
    for (const finding of findings) {
      const history = okValue(await service.store.findings.history(finding.id));
      expect(history.map(({ delta }) => delta)).toEqual(["new"]);
    }
  }

  const runs: string[] = [];

  test.skipIf(skipped)("a worker that dies in the middle of a plan: the other one scans, once", async () => {
    const first = await startProcess();
    writeFileSync(hold, "");
    const run = okValue(await startScan(service, PERSON, { workspace: "gateway-host" }));
    runs.push(run.id);
    // Asked again while it waits or runs: a second one comes after it, or it is the same.
    while (!existsSync(started)) await sleep(50);
    expect(okValue(await service.store.scanRuns.find(run.id))).toMatchObject({
      status: "running",
      progress: "planning",
    });
    const second = await startProcess();
    const gone = new Promise((resolve) => first.once("exit", resolve));
    first.kill("SIGKILL");
    await gone;
    rmSync(hold);
    expect(await ended(run.id)).toMatchObject({ status: "done", tries: 2, problem: null });
    await expectOneOfEach(runs);
    process.stdout.write(
      `a killed worker's scan: tries 2, tofu started ${readFileSync(started, "utf8").trim().split("\n").length} times\n`,
    );
    expect(second.exitCode).toBeNull();
  });

  test.skipIf(skipped)(`workers that die at ${ROUNDS} moments that chance picks`, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const victims = [...workers];
      await startProcess();
      const run = okValue(await startScan(service, PERSON, { workspace: "gateway-host" }));
      runs.push(run.id);
      const afterMs = Math.floor(Math.random() * 2_500);
      await sleep(afterMs);
      for (const victim of victims) victim.kill("SIGKILL");
      const done = await ended(run.id);
      process.stdout.write(`killed after ${afterMs} ms: ${done.status}, tries ${done.tries}\n`);
      expect(done.status).toBe("done");
    }
    await expectOneOfEach(runs);
  });
});
