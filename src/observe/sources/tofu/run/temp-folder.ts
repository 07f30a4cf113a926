import { lstatSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PREFIX = "trueup-tofu-";
const open = new Map<string, () => void>();
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
let isWatching = false;

export interface TempFolder {
  readonly path: string;
  /** What must be stopped before the folder goes, when this process is told to end. */
  onAbandon(stop: () => void): void;
  remove(): void;
}

/**
 * A folder of mode 0700 for plan files, which hold secrets in the clear. It goes on `remove()`, on the
 * process's exit and on SIGINT, SIGTERM and SIGHUP; what a killed process left behind is removed by the next
 * one.
 */
export function openTempFolder(): TempFolder {
  sweepAbandoned();
  const path = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  let stop = (): void => {};
  open.set(path, () => stop());
  watch();
  return {
    path,
    onAbandon(stopChild) {
      stop = stopChild;
    },
    remove() {
      open.delete(path);
      rmSync(path, { recursive: true, force: true, maxRetries: 2 });
      if (open.size === 0) unwatch();
    },
  };
}

function watch(): void {
  if (isWatching) return;
  isWatching = true;
  process.on("exit", removeAll);
  for (const signal of SIGNALS) process.on(signal, onSignal);
}

function unwatch(): void {
  isWatching = false;
  process.off("exit", removeAll);
  for (const signal of SIGNALS) process.off(signal, onSignal);
}

function removeAll(): void {
  for (const [path, stop] of open) {
    stop();
    rmSync(path, { recursive: true, force: true, maxRetries: 2 });
  }
  open.clear();
}

/**
 * Cleans up and lets the signal do what it would have done without us, unless somebody else answers it too.
 */
function onSignal(signal: NodeJS.Signals): void {
  removeAll();
  unwatch();
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
}

/** Folders of processes that are gone. Only real folders of our own user, by name. */
function sweepAbandoned(): void {
  const root = tmpdir();
  for (const name of readdirSync(root)) {
    const pid = /^trueup-tofu-(\d+)-/.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const path = join(root, name);
    try {
      const stats = lstatSync(path);
      if (stats.isDirectory() && (process.getuid === undefined || stats.uid === process.getuid()))
        rmSync(path, { recursive: true, force: true });
    } catch {
      // Somebody else removed it first.
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
