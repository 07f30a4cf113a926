import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, it } from "vitest";

/* A server is killed with SIGKILL while it decides: every decision that a caller was told is in the record of the next server. */

const ROOT = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "trueup-killed-"));
mkdirSync(join(folder, "data"), { recursive: true });
let server: ChildProcess | null = null;

afterAll(() => {
  server?.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

interface Started {
  readonly origin: string;
  readonly token: string;
}

async function start(): Promise<Started> {
  const file = join(folder, "data/server.json");
  rmSync(file, { force: true });
  const args = ["--import", "tsx", join(ROOT, "src/cli/main.ts"), "serve", "--port", "0", "--no-worker"];
  const child = spawn(process.execPath, [...args, "--log-level", "error"], {
    cwd: ROOT,
    env: {
      ...process.env,
      TRUEUP_STORE: `pglite:${join(folder, "data")}`,
      XDG_CONFIG_HOME: join(folder, "keys"),
    },
    stdio: "ignore",
  });
  server = child;
  while (!existsSync(file)) {
    if (child.exitCode !== null) throw new Error(`the server did not start: exit code ${child.exitCode}`);
    await sleep(50);
  }
  await sleep(100);
  const started = JSON.parse(readFileSync(file, "utf8")) as Started;
  while (!(await fetch(`${started.origin}/readyz`)).ok) await sleep(100);
  return started;
}

async function kill(): Promise<void> {
  const gone = new Promise((resolve) => server?.once("exit", resolve));
  server?.kill("SIGKILL");
  await gone;
}

function ask({ origin, token }: Started, number: number): Promise<string> {
  const change = {
    resource: { address: `aws_instance.n${number}`, type: "aws_instance", provider: "aws" },
    action: "update",
    before: { ami: "a" },
    after: { ami: `b${number}` },
  };
  return fetch(`${origin}/v1/decisions`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ point: "ci", changes: [change] }),
  })
    .then((reply) => reply.json())
    .then((answer) => {
      const { decision } = answer as { decision?: { id: string } };
      if (decision === undefined) throw new Error(`no decision: ${JSON.stringify(answer)}`);
      return decision.id;
    });
}

it("no decision was told that is not recorded, whenever the server is killed", async () => {
  const told: string[] = [];
  for (const moment of [0, 7, 40, 200]) {
    const running = await start();
    told.push(await ask(running, 0));
    const asking = Array.from({ length: 40 }, (_, index) =>
      ask(running, index).then(
        (id) => told.push(id),
        () => undefined,
      ),
    );
    await sleep(moment);
    await kill();
    await Promise.all(asking);
  }
  const { origin, token } = await start();
  const missing: string[] = [];
  for (const id of told) {
    const reply = await fetch(`${origin}/v1/decisions/${id}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    if (reply.status !== 200) missing.push(id);
  }
  const verified = await fetch(`${origin}/v1/audit/verify`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: "{}",
  }).then((reply) => reply.json() as Promise<{ status: string }>);
  process.stdout.write(
    `killed 4 times: ${told.length} decisions told, ${missing.length} missing, record ${verified.status}\n`,
  );
  expect(missing).toEqual([]);
  expect(verified.status).not.toBe("broken");
});
