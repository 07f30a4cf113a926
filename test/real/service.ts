import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** A program that runs in the background until it is stopped, or until this process ends in whatever way. */
export interface Service {
  readonly name: string;
  readonly logFile: string;
  stop(): Promise<void>;
}

const live = new Set<ChildProcess>();

// Signal handlers of ours run before the runner's; `exit` covers everything else but a SIGKILL of this process,
// and for that one the watchdog below exists.
process.once("exit", killAll);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => {
    killAll();
    process.exit(130);
  });
}

/**
 * Starts a program as a process group of its own, its output in `logFile`.
 * A small shell stands between: it ends the program when our end of its standard input closes, which happens
 * even when this process is killed outright.
 */
export function startService(
  name: string,
  command: string,
  args: readonly string[],
  logFile: string,
): Service {
  const log = openSync(logFile, "a");
  const watchdog = '"$@" </dev/null & pid=$!; cat >/dev/null; kill -9 "$pid" 2>/dev/null; wait "$pid"';
  const child = spawn("/bin/sh", ["-c", watchdog, "sh", command, ...args], {
    detached: true,
    stdio: ["pipe", log, log],
    // Nothing of the caller's environment configures the service: only its flags do.
    env: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "" },
  });
  closeSync(log);
  live.add(child);
  const ended = new Promise<void>((done) => {
    child.once("close", () => {
      live.delete(child);
      done();
    });
  });
  return {
    name,
    logFile,
    async stop() {
      // The shell then ends the program and takes its exit status, so that not even a zombie is left.
      child.stdin?.end();
      const late = setTimeout(() => killGroup(child), 10_000);
      await ended;
      clearTimeout(late);
    },
  };
}

/** Polls until `probe` is true; after `seconds` it throws with the end of the service's log. */
export async function waitUntil(
  service: Service,
  seconds: number,
  probe: () => Promise<boolean>,
): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    if (await probe().catch(() => false)) return;
    await sleep(100);
  }
  const log = readFileSync(service.logFile, "utf8").trimEnd().split("\n").slice(-15).join("\n");
  throw new Error(`${service.name} was not ready after ${seconds} s; the end of its log:\n${log}`);
}

/** Ports of the loopback address that were free a moment ago, all different. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((done, fail) => {
        server.once("error", fail).listen(0, "127.0.0.1", done);
      });
      return server;
    }),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("a TCP server has no port");
    return address.port;
  });
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

function killAll(): void {
  for (const child of live) killGroup(child);
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended by itself meanwhile.
  }
}
