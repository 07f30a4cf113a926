import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PROJECT_ROOT } from "../../tools/peers/places.ts";
import { startService, waitUntil } from "./service.ts";

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "trueup-service-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A stand-in for a server: writes its process id, then stays. */
const server = (pidFile: string): readonly string[] => ["-c", `echo $$ > "${pidFile}"; exec sleep 600`];

test("a service that is stopped is gone when stop returns", async () => {
  const pidFile = join(folder, "stopped");
  const service = startService("sleeper", "/bin/sh", server(pidFile), join(folder, "stopped.log"));
  await waitUntil(service, 10, async () => pidIn(pidFile) !== null);
  const pid = pidIn(pidFile);
  expect(isAlive(pid)).toBe(true);
  await service.stop();
  expect(isAlive(pid)).toBe(false);
});

test("a service dies with the process that started it, even when that is killed outright", async () => {
  const pidFile = join(folder, "orphan");
  const script = join(PROJECT_ROOT, "test/real/service.ts");
  const code = `
    const { startService } = await import(${JSON.stringify(script)});
    startService("sleeper", "/bin/sh", ${JSON.stringify(server(pidFile))}, ${JSON.stringify(join(folder, "orphan.log"))});
    setInterval(() => {}, 1000);
  `;
  const owner = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", code], {
    cwd: PROJECT_ROOT,
    stdio: "ignore",
  });
  await eventually(() => pidIn(pidFile) !== null);
  const pid = pidIn(pidFile);
  expect(isAlive(pid)).toBe(true);
  owner.kill("SIGKILL");
  await once(owner, "close");
  await eventually(() => !isAlive(pid));
});

test("a service that never gets ready is an error with the end of its log", async () => {
  const log = join(folder, "unready.log");
  const service = startService("liar", "/bin/sh", ["-c", "echo no such flag >&2"], log);
  await expect(waitUntil(service, 1, async () => false)).rejects.toThrow(
    /liar was not ready after 1 s.*\nno such flag/s,
  );
  await service.stop();
});

function pidIn(file: string): number | null {
  const text = existsSync(file) ? readFileSync(file, "utf8").trim() : "";
  return text === "" ? null : Number(text);
}

function isAlive(pid: number | null): boolean {
  if (pid === null) return false;
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // A zombie waits only for its parent to take note. Between the signal and this read it may be gone for good.
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return !existsSync("/proc/self/status");
  }
}

async function eventually(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 200; i++) {
    if (condition()) return;
    await sleep(50);
  }
  throw new Error("it did not come to be within ten seconds");
}
