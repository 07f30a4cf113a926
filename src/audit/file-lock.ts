import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { link, open, readFile, rename, unlink } from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import {
  codeOf,
  err,
  type Json,
  member,
  messageOf,
  ok,
  type Problem,
  problem,
  type Result,
  stringMember,
} from "../base/index.ts";

/** Who holds a lock. */
interface Holder {
  readonly host: string;
  readonly pid: number;
  /** RFC 3339: when the lock was taken. */
  readonly since: string;
  /** The kernel's start time of the process, where it tells: a pid alone may have been given out again. */
  readonly processStart: string | null;
  readonly token: string;
}

export interface FileLock {
  /** Gives it up; does nothing when somebody else has taken it over. */
  release(): Promise<void>;
}

export interface LockOptions {
  /** What is locked, for people: `data directory`, `audit log`. */
  readonly what: string;
  /** Problem codes for "somebody has it" and "the lock cannot be written". */
  readonly codes: { readonly inUse: string; readonly unwritable: string };
  /** RFC 3339. */
  readonly now: string;
  readonly waitMs: number;
  readonly onWait?: (holder: string) => void;
}

const POLL_MS = 50;

/**
 * Takes a lock file that only one process can create. Waits for a living holder and then names it; takes over from a dead one
 * at once.
 */
export async function takeFileLock(file: string, options: LockOptions): Promise<Result<FileLock, Problem>> {
  const mine: Holder = {
    host: hostname(),
    pid: process.pid,
    since: options.now,
    processStart: processStart(process.pid),
    token: randomBytes(12).toString("hex"),
  };
  let told = false;
  for (let waited = 0; ; waited += POLL_MS) {
    const created = await createExclusive(file, mine, options);
    if (!created.ok) return created;
    if (created.value) return ok(lockOver(file, mine));
    const holder = await readHolder(file);
    if (holder === "gone") continue;
    if (holder !== "unreadable" && !isAlive(holder)) {
      if (await takeOver(file, holder, mine, options)) return ok(lockOver(file, mine));
    } else if (waited >= options.waitMs) return err(inUse(file, holder, options));
    if (!told && holder !== "unreadable" && isAlive(holder)) {
      told = true;
      options.onWait?.(describe(holder));
    }
    await sleep(POLL_MS);
  }
}

function lockOver(file: string, mine: Holder): FileLock {
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
async function createExclusive(
  file: string,
  holder: Holder,
  options: LockOptions,
): Promise<Result<boolean, Problem>> {
  const aside = `${file}.${holder.token}`;
  try {
    await writeSynced(aside, holder);
    try {
      await link(aside, file);
    } catch (cause) {
      if (!NO_LINKS.has(codeOf(cause) ?? "")) throw cause;
      await writeSynced(file, holder);
    } finally {
      await unlink(aside);
    }
    return ok(true);
  } catch (cause) {
    if (codeOf(cause) === "EEXIST") return ok(false);
    return err(
      problem(options.codes.unwritable, `the ${options.what} cannot be locked: ${messageOf(cause)}`, {
        place: { file },
        hint: "make the folder writable, or name another one",
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
    return codeOf(cause) === "ENOENT" ? "gone" : "unreadable";
  }
  try {
    return holderOf(JSON.parse(text)) ?? "unreadable";
  } catch {
    return "unreadable";
  }
}

function holderOf(value: Json): Holder | null {
  const host = stringMember(value, "host");
  const pid = member(value, "pid");
  const since = stringMember(value, "since");
  const token = stringMember(value, "token");
  if (host === null || since === null || token === null) return null;
  if (typeof pid !== "number" || !Number.isSafeInteger(pid) || pid <= 0) return null;
  return { host, pid, since, token, processStart: stringMember(value, "processStart") };
}

/** A holder on another host cannot be asked, so it counts as living. */
function isAlive(holder: Holder): boolean {
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (cause) {
    if (codeOf(cause) !== "EPERM") return false;
  }
  return holder.processStart === null || holder.processStart === processStart(holder.pid);
}

/**
 * Replaces a dead holder's file. Only the one who holds the claim file may, and only while the file still names the dead
 * holder: of several who see the same dead holder, one wins and the others go back to waiting.
 */
async function takeOver(file: string, dead: Holder, mine: Holder, options: LockOptions): Promise<boolean> {
  const claim = `${file}.claim`;
  const claimed = await createExclusive(claim, mine, options);
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

function inUse(file: string, holder: Holder | "unreadable", options: LockOptions): Problem {
  const who = holder === "unreadable" ? "a process that did not say which" : describe(holder);
  return problem(options.codes.inUse, `the ${options.what} is in use by ${who}`, {
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
