import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makePlace, type StorePlace } from "../src/testing/stores.ts";
import { httpRequest, type Measured, pace, saturate, type Target } from "./http-load.ts";

/*
 * `npm run bench:server [-- SECONDS]`: decisions a second through HTTP, each recorded with a durable audit entry on Postgres before
 * it is told, against `opa run --server` with decision logging, on the same policy and the same document, with the same client, in
 * turns. Prints ratios and percentiles; exits 1 where one of the wanted figures is missed.
 */

const SECONDS = Number(process.argv[2] ?? 8);
const CONNECTIONS = 64;
const WANTED = { ratio: 0.5, p99: 20, durability: 0.3, idle: 150, idlePglite: 450 } as const;
const root = join(import.meta.dirname, "..");
const opa = join(process.env["TRUEUP_PEERS"] ?? join(homedir(), ".cache/trueup/peers"), "bin/opa");

const POLICY = `package trueup.ports

import rego.v1

deny contains {"rule": "open", "message": sprintf("%s: port %d is open to %s", [input.change.resource.address, rule.from_port, block])} if {
	some rule in input.change.after.ingress
	some block in rule.cidr_blocks
	block in {"0.0.0.0/0", "::/0"}
	rule.from_port in {22, 3389}
}

warn contains {"rule": "wide", "message": "a rule is wide"} if {
	some rule in input.change.after.ingress
	some block in rule.cidr_blocks
	to_number(split(block, "/")[1]) < 16
}
`;

const ask = {
  point: "ci",
  changes: [
    {
      resource: { address: "aws_security_group.web", type: "aws_security_group", provider: "aws" },
      action: "update",
      before: { name: "web", ingress: [{ from_port: 443, to_port: 443, cidr_blocks: ["10.0.0.0/16"] }] },
      after: {
        name: "web",
        ingress: [
          { from_port: 443, to_port: 443, cidr_blocks: ["10.0.0.0/16", "10.1.0.0/16"] },
          { from_port: 22, to_port: 22, cidr_blocks: ["10.2.0.0/16"] },
        ],
      },
    },
  ],
};

interface Running {
  readonly process: ChildProcess;
  readonly target: Target;
  stop(): Promise<void>;
}

const folder = mkdtempSync(join(tmpdir(), "trueup-bench-"));
const policies = join(folder, "policies");
mkdirSync(policies);
writeFileSync(join(policies, "ports.rego"), POLICY);
const running = new Set<Running>();
try {
  process.exitCode = await main();
} finally {
  for (const one of running) await one.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

async function main(): Promise<number> {
  const place = await makePlace("postgres");
  try {
    return await compare(place);
  } finally {
    for (const one of running) await one.stop();
    await place.remove();
  }
}

async function compare(place: StorePlace): Promise<number> {
  const ours = await startTrueup("postgres", place.address);
  await sleep(3_000);
  const idle = memoryOf(ours.process);
  const document = await documentOf(ours.target);
  await saturate(ours.target, CONNECTIONS, 4_000);
  const peer = existsSync(opa) ? await startOpa(document) : null;
  if (peer === null) console.log(`SKIPPED the comparison: ${opa} is not there (npm run peers builds it)`);
  else await saturate(peer.target, CONNECTIONS, 2_000);

  const mine: Measured[] = [];
  const theirs: Measured[] = [];
  for (let round = 0; round < 3; round++) {
    mine.push(await saturate(ours.target, CONNECTIONS, SECONDS * 1_000));
    if (peer !== null) theirs.push(await saturate(peer.target, CONNECTIONS, SECONDS * 1_000));
  }
  const best = (list: readonly Measured[]): Measured =>
    list.reduce((left, right) => (left.perSecond >= right.perSecond ? left : right));
  const saturation = best(mine);
  const half = await pace(ours.target, saturation.perSecond / 2, CONNECTIONS, SECONDS * 1_000);
  await synced(place, "off");
  const unsynced = await saturate(ours.target, CONNECTIONS, SECONDS * 1_000);
  await synced(place, "on");
  const again = await saturate(ours.target, CONNECTIONS, SECONDS * 1_000);
  const busy = memoryOf(ours.process);
  await ours.stop();
  if (peer !== null) await peer.stop();

  const inside = await startTrueup("pglite", `pglite:${join(folder, "data")}`);
  await inside.stop();
  // The first start makes the database, which costs memory that later ones do not need.
  const warm = await startTrueup("pglite", `pglite:${join(folder, "data")}`);
  await sleep(3_000);
  const idlePglite = memoryOf(warm.process);
  await warm.stop();

  const cost = 1 - again.perSecond / Math.max(unsynced.perSecond, again.perSecond);
  print("trueup, recorded on Postgres before it is told", saturation);
  if (peer !== null) print("opa run --server, decision log to a file", best(theirs));
  print("trueup at half of its saturation", half);
  const ratio = peer === null ? null : saturation.perSecond / best(theirs).perSecond;
  const lines: [string, boolean][] = [
    ...(ratio === null
      ? []
      : [[`throughput ${ratio.toFixed(2)} times OPA's (wanted ${WANTED.ratio})`, ratio >= WANTED.ratio] as [string, boolean]]),
    [`p99 at half load ${half.p99.toFixed(1)} ms (wanted < ${WANTED.p99})`, half.p99 < WANTED.p99],
    [`durability costs ${(cost * 100).toFixed(0)} % (wanted < ${WANTED.durability * 100} %)`, cost < WANTED.durability],
    [`idle ${idle.toFixed(0)} MB (wanted < ${WANTED.idle}); after load ${busy.toFixed(0)} MB`, idle < WANTED.idle],
    [`idle with PGlite inside ${idlePglite.toFixed(0)} MB (wanted < ${WANTED.idlePglite})`, idlePglite < WANTED.idlePglite],
  ];
  const failed = [...mine, ...theirs, half, unsynced].reduce((sum, one) => sum + one.failed, 0);
  lines.push([`${failed} answers were not as they should be`, failed === 0]);
  for (const [text, good] of lines) console.log(`${good ? "ok    " : "MISSED"} ${text}`);
  return lines.every(([, good]) => good) ? 0 : 1;
}

function print(what: string, { perSecond, p50, p99, worst }: Measured): void {
  const ms = (value: number): string => value.toFixed(1).padStart(7);
  console.log(`${what.padEnd(50)} ${perSecond.toFixed(0).padStart(6)}/s  p50${ms(p50)} p99${ms(p99)} max${ms(worst)} ms`);
}

async function startTrueup(name: string, address: string): Promise<Running> {
  const home = join(folder, name);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, "trueup.yaml"), `version: 1\npolicies:\n  - path: ${policies}\n    name: ports\n`);
  const built = join(root, "dist/bin/trueup.cjs");
  const sources = process.env["TRUEUP_BENCH_SOURCES"] === "1";
  const program = sources ? ["--import", "tsx", join(root, "src/cli/main.ts")] : [built];
  const args = [...program, "--config", join(home, "trueup.yaml"), "serve", "--port", "0", "--limit", "1000000000", "--no-worker", "--log-level", "warn"];
  const child = spawn(process.execPath, args, {
    cwd: sources ? root : home,
    env: { ...process.env, TRUEUP_STORE: address, XDG_CONFIG_HOME: join(home, "keys") },
    stdio: ["ignore", openSync(join(home, "out.log"), "a"), openSync(join(home, "err.log"), "a")],
  });
  const file = address.startsWith("pglite:") ? join(folder, "data/server.json") : join(home, ".trueup/server.json");
  for (let tries = 0; !existsSync(file); tries++) {
    if (tries > 600 || child.exitCode !== null) throw new Error(readFileSync(join(home, "err.log"), "utf8"));
    await sleep(100);
  }
  await sleep(100);
  const { origin, token } = JSON.parse(readFileSync(file, "utf8")) as { origin: string; token: string };
  const port = Number(new URL(origin).port);
  const headers = { authorization: `Bearer ${token}` };
  const request = httpRequest(port, "/v1/decisions", headers, JSON.stringify(ask));
  return keep(child, { port, request, expect: '"kind":"allow"' });
}

/** The document that our policies see of this question: what OPA is asked about. */
async function documentOf({ port }: Target): Promise<object> {
  if (port === 0) throw new Error("the server does not listen");
  const [change] = ask.changes;
  return {
    schema: "trueup.change/v1",
    change: {
      id: "0123456789ab",
      digest: "0".repeat(64),
      origin: "planned",
      action: "update",
      resource: { ...change?.resource, account: null, region: null, id: null, name: "aws_security_group.web", module: null, tags: {} },
      before: change?.before,
      after: change?.after,
      properties: [],
    },
    actor: { kind: "human", principal: "local:root", person: "root", groups: [], source_ip: "127.0.0.1", user_agent: null, session: null },
    channel: "api",
    pipeline: null,
    point: "ci",
    environment: { workspace: "default", labels: {}, account: null },
    risk: { class: "high", rules: [] },
    break_glass: null,
    time: null,
    evaluated_at: { rfc3339: new Date().toISOString(), unix_ns: `${Date.now()}000000`, weekday: "Tuesday", hour: 12 },
  };
}

async function startOpa(input: object): Promise<Running> {
  const port = 8_181 + Math.floor(Math.random() * 10_000);
  const log = openSync(join(folder, "opa.log"), "a");
  const args = ["run", "--server", "--addr", `127.0.0.1:${port}`, "--set", "decision_logs.console=true", join(policies, "ports.rego")];
  const child = spawn(opa, args, { stdio: ["ignore", log, log] });
  for (let tries = 0; ; tries++) {
    const up = await fetch(`http://127.0.0.1:${port}/health`).then((reply) => reply.ok, () => false);
    if (up) break;
    if (tries > 100) throw new Error("opa does not start");
    await sleep(100);
  }
  const request = httpRequest(port, "/v1/data/trueup/ports", {}, JSON.stringify({ input }));
  return keep(child, { port, request, expect: '"deny":[]' });
}

function keep(child: ChildProcess, target: Target): Running {
  const one: Running = {
    process: child,
    target,
    async stop() {
      running.delete(one);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await gone;
    },
  };
  running.add(one);
  return one;
}

async function synced(place: StorePlace, how: "on" | "off"): Promise<void> {
  await place.server?.run(place.address, `alter system set synchronous_commit = ${how}`);
  await place.server?.run(place.address, "select pg_reload_conf()");
  await sleep(500);
}

/** Resident memory in MB. */
function memoryOf({ pid }: ChildProcess): number {
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(found?.[1] ?? 0) / 1_024;
}
