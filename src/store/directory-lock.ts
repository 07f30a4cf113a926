import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { link, open, readFile, rename, unlink } from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { err, ok, type Problem, problem, type Result } from "../base/index.ts";
import { messageOf } from "./database.ts";

/** Who holds a directory. */
const holderSchema = z.object({
  host: z.string(),
  pid: z.number().int().positive(),
  /** RFC 3339: when the lock was taken. */
  since: z.string(),
  /** The kernel's start time of the process, where it tells: a pid alone may have been given out again. */
  processStart: z.string().nullable(),
  token: z.string(),
});
type Holder = z.infer<typeof holderSchema>;

export interface DirectoryLock {
  /** Gives the directory up; does nothing when somebody else has taken it over. */
  release(): Promise<void>;
}

export interface LockOptions {
  /** RFC 3339. */
  readonly now: string;
  readonly waitMs: number;
  readonly onWait?: (holder: string) => void;
}

const POLL_MS = 50;

/**
 * Takes a lock file with O_EXCL: PGlite has no lock of its own, and two processes on one directory lose rows silently.
 * Waits for a living holder and then names it (`data_dir_in_use`); takes over from a dead one at once.
 */
export async function takeDirectoryLock(
  file: string,
  options: LockOptions,
): Promise<Result<DirectoryLock, Problem>> {
  const mine: Holder = {
    host: hostname(),
    pid: process.pid,
    since: options.now,
    processStart: processStart(process.pid),
    token: randomBytes(12).toString("hex"),
  };
  let told = false;
  for (let waited = 0; ; waited += POLL_MS) {
    const created = await createExclusive(file, mine);
    if (!created.ok) return created;
    if (created.value) return ok(lockOver(file, mine));
    const holder = await readHolder(file);
    if (holder === "gone") continue;
    if (holder !== "unreadable" && !isAlive(holder)) {
      if (await takeOver(file, holder, mine)) return ok(lockOver(file, mine));
    } else if (waited >= options.waitMs) return err(inUse(file, holder));
    if (!told && holder !== "unreadable" && isAlive(holder)) {
      told = true;
      options.onWait?.(describe(holder));
    }
    await sleep(POLL_MS);
  }
}

function lockOver(file: string, mine: Holder): DirectoryLock {
  return {
    async release() {
      const holder = await readHolder(file);
      if (typeof holder !== "string" && holder.token === mine.token)
        await unlink(file).catch(() => undefined);
    },
  };
}

/**
 * `false` when the file is there already. Written aside and then linked, so that the lock appears with its content:
 * a process killed in between leaves no lock that names nobody.
 */
async function createExclusive(file: string, holder: Holder): Promise<Result<boolean, Problem>> {
  const aside = `${file}.${holder.token}`;
  try {
    await writeSynced(aside, holder);
    try {
      await link(aside, file);
    } catch (cause) {
      if (!NO_LINKS.has(errorCode(cause) ?? "")) throw cause;
      await writeSynced(file, holder);
    } finally {
      await unlink(aside);
    }
    return ok(true);
  } catch (cause) {
    if (errorCode(cause) === "EEXIST") return ok(false);
    return err(
      problem("data_dir_unwritable", `the lock file cannot be written: ${messageOf(cause)}`, {
        place: { file },
        hint: "make the directory writable, or name another one",
      }),
    );
  }
}

/** What file systems without hard links answer. */
const NO_LINKS: ReadonlySet<string> = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"]);

async function writeSynced(file: string, holder: Holder): Promise<void> {
  const handle = await open(file, "wx", 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(holder)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function readHolder(file: string): Promise<Holder | "gone" | "unreadable"> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    return errorCode(cause) === "ENOENT" ? "gone" : "unreadable";
  }
  try {
    const parsed = holderSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : "unreadable";
  } catch {
    return "unreadable";
  }
}

/** A holder on another host cannot be asked, so it counts as living. */
function isAlive(holder: Holder): boolean {
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (cause) {
    if (errorCode(cause) !== "EPERM") return false;
  }
  return holder.processStart === null || holder.processStart === processStart(holder.pid);
}

/**
 * Replaces a dead holder's file. Only the one who holds the claim file may, and only while the file still names the dead
 * holder: of several who see the same dead holder, one wins and the others go back to waiting.
 */
async function takeOver(file: string, dead: Holder, mine: Holder): Promise<boolean> {
  const claim = `${file}.claim`;
  const claimed = await createExclusive(claim, mine);
  if (!claimed.ok) return false;
  if (!claimed.value) {
    const claimant = await readHolder(claim);
    if (typeof claimant !== "string" && !isAlive(claimant)) await unlink(claim).catch(() => undefined);
    return false;
  }
  try {
    const now = await readHolder(file);
    if (typeof now === "string" || now.token !== dead.token) return false;
    const next = `${file}.${mine.token}`;
    await writeSynced(next, mine);
    await rename(next, file);
    return true;
  } finally {
    await unlink(claim).catch(() => undefined);
  }
}

function inUse(file: string, holder: Holder | "unreadable"): Problem {
  const who = holder === "unreadable" ? "a process that did not say which" : describe(holder);
  return problem("data_dir_in_use", `the data directory is in use by ${who}`, {
    place: { file },
    hint: "wait for it or end it; remove the lock file only if that process is surely gone",
  });
}

function describe(holder: Holder): string {
  const where = holder.host === hostname() ? "" : ` on host \`${holder.host}\``;
  return `process ${holder.pid}${where} since ${holder.since}`;
}

/** Field 22 of /proc/PID/stat (clock ticks after boot); `null` where there is no /proc. The name field may hold spaces. */
function processStart(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}

function errorCode(cause: unknown): string | undefined {
  return cause instanceof Error && "code" in cause ? String(cause.code) : undefined;
}
