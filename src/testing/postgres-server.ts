import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

/** A throw-away server of the distribution's Postgres on a free loopback port. */
export interface PostgresServer {
  /** Folder of `psql`, `pg_dump`, … */
  readonly bin: string;
  readonly version: string;
  /** A new empty database; gives back its address, as the server's superuser. */
  createDatabase(): Promise<string>;
  /** Runs statements as superuser in a database of {@link createDatabase}. */
  run(address: string, statements: string): Promise<void>;
  /** As `kill -9` of the whole server would: nothing is written, every connection breaks. */
  kill(): Promise<void>;
  /** In order: sessions are ended, everything is written. */
  halt(): Promise<void>;
  /** Again, on the same port and files. */
  start(): Promise<void>;
  /** Stops it and removes its folder. */
  remove(): Promise<void>;
}

/** Folder with the programs of a Postgres server, from `TRUEUP_PG_BIN` or where Debian puts it; else why there is none. */
export function findPostgres(): { readonly bin: string } | { readonly missing: string } {
  const given = process.env["TRUEUP_PG_BIN"];
  if (given !== undefined) {
    return existsSync(join(given, "postgres"))
      ? { bin: given }
      : { missing: `TRUEUP_PG_BIN is \`${given}\`, which holds no \`postgres\`` };
  }
  const base = "/usr/lib/postgresql";
  const versions = existsSync(base) ? readdirSync(base).sort((a, b) => Number(b) - Number(a)) : [];
  for (const version of versions) {
    const bin = join(base, version, "bin");
    if (existsSync(join(bin, "postgres"))) return { bin };
  }
  return { missing: "no Postgres server is installed (package `postgresql`, or TRUEUP_PG_BIN)" };
}

/** Starts a server that ends with this process, even when this process is killed. */
export async function startPostgres(bin: string): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), "trueup-pg-"));
  const data = join(folder, "data");
  const identity = ownerOf();
  mkdirSync(data);
  chmodSync(folder, 0o755);
  if (identity.uid !== undefined && identity.gid !== undefined) {
    for (const path of [folder, data]) chownSync(path, identity.uid, identity.gid);
  }
  const version = execFileSync(join(bin, "postgres"), ["--version"], { encoding: "utf8" }).trim();
  execFileSync(
    join(bin, "initdb"),
    ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"],
    {
      ...identity,
      cwd: "/",
      stdio: "ignore",
    },
  );
  const port = await freePort();
  const admin = `postgres://postgres@127.0.0.1:${port}/postgres`;
  let running: ChildProcess | null = null;
  let databases = 0;

  const start = async (): Promise<void> => {
    // The shell outlives neither this process (its input ends) nor the server.
    const script = `"$0" "$@" & server=$!; (cat >/dev/null; kill -INT $server) <&3 & wait $server; kill $! 2>/dev/null`;
    const child = spawn(
      "/bin/sh",
      [
        "-c",
        script,
        join(bin, "postgres"),
        ...["-D", data, "-p", String(port), "-c", "listen_addresses=127.0.0.1"],
        ...["-c", `unix_socket_directories=${folder}`, "-c", "max_connections=60", "-c", "TimeZone=UTC"],
      ],
      { ...identity, cwd: "/", stdio: ["ignore", "ignore", "ignore", "pipe"] },
    );
    running = child;
    for (let waited = 0; ; waited += 50) {
      if (await answers(admin)) return;
      if (waited > 60_000) throw new Error("the Postgres server did not start");
      await sleep(50);
    }
  };
  const end = async (signal: "INT" | "KILL"): Promise<void> => {
    const child = running;
    if (child === null) return;
    running = null;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    const pid = Number(execFileSync("head", ["-1", join(data, "postmaster.pid")], { encoding: "utf8" }));
    // A postmaster that is killed leaves its children to see that it is gone; kill -9 of a machine would not.
    if (signal === "KILL") killChildren(pid);
    process.kill(pid, `SIG${signal}`);
    await gone;
    while (signal === "KILL" && holders(data) > 0) await sleep(20);
  };
  const run = async (address: string, statements: string): Promise<void> => {
    const client = new pg.Client({ connectionString: address });
    client.on("error", () => undefined);
    await client.connect();
    try {
      await client.query(statements);
    } finally {
      await client.end();
    }
  };
  await start();
  return {
    bin,
    version,
    run,
    start,
    async createDatabase() {
      const name = `t${++databases}`;
      await run(admin, `create database ${name}`);
      return admin.replace(/postgres$/, name);
    },
    kill: () => end("KILL"),
    halt: () => end("INT"),
    async remove() {
      await end("INT");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Postgres refuses root; its own user then runs it. */
function ownerOf(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

function childrenOf(pid: number): readonly number[] {
  try {
    const text = execFileSync("ps", ["-o", "pid=", "--ppid", String(pid)], { encoding: "utf8" });
    return text.split("\n").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function killChildren(pid: number): void {
  process.kill(pid, "SIGSTOP");
  for (const child of childrenOf(pid)) process.kill(child, "SIGKILL");
}

function holders(data: string): number {
  return execFileSync("ps", ["-eo", "args="], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.includes(data) && !line.startsWith("/bin/sh")).length;
}

async function answers(address: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: address, connectionTimeoutMillis: 2_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
