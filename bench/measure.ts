import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One whole process, from its start to its end. */
export interface Measurement {
  readonly milliseconds: number;
  /** Peak resident memory in MiB; `null` where GNU time is not installed. */
  readonly peakMiB: number | null;
  /** Processor time of all its threads, which a busy machine disturbs less; `null` without GNU time. */
  readonly cpuMilliseconds: number | null;
  readonly code: number;
}

export interface Contender {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Exit codes with which the work was done, whatever it found. */
  readonly done: readonly number[];
}

const GNU_TIME = "/usr/bin/time";

/** Runs a process once; its output goes to a file in `folder`, so that no pipe of ours slows it down. */
export async function measureOnce(one: Contender, folder: string): Promise<Measurement> {
  const rssFile = join(folder, "peak-rss");
  const outFile = join(folder, `${one.name}.out`);
  const errorFile = join(folder, `${one.name}.err`);
  const timed = existsSync(GNU_TIME);
  const [file, args] = timed
    ? [GNU_TIME, ["-q", "-f", "%M %U %S", "-o", rssFile, one.file, ...one.args]]
    : [one.file, one.args];
  const out = openSync(outFile, "w");
  const errors = openSync(errorFile, "w");
  const started = performance.now();
  const code = await new Promise<number>((done, fail) => {
    const child = spawn(file, args, { cwd: one.cwd, env: one.env, stdio: ["ignore", out, errors] });
    child.once("error", fail);
    child.once("close", (status) => done(status ?? 128));
  });
  const milliseconds = performance.now() - started;
  closeSync(out);
  closeSync(errors);
  if (!one.done.includes(code)) {
    const said =
      readFileSync(errorFile, "utf8").slice(0, 2000) || readFileSync(outFile, "utf8").slice(0, 2000);
    throw new Error(`${one.name} ended with ${code} and did not do its work: ${said}`);
  }
  if (!timed) return { milliseconds, peakMiB: null, cpuMilliseconds: null, code };
  const last = readFileSync(rssFile, "utf8").trim().split("\n").at(-1) ?? "";
  const [kibibytes = Number.NaN, user = Number.NaN, system = Number.NaN] = last.split(" ").map(Number);
  return { milliseconds, peakMiB: kibibytes / 1024, cpuMilliseconds: (user + system) * 1000, code };
}

/** Runs all contenders `rounds` times, in turns, so that a busy moment of the machine hits all of them. */
export async function measureInTurns(
  contenders: readonly Contender[],
  rounds: number,
  folder: string,
): Promise<ReadonlyMap<string, readonly Measurement[]>> {
  const all = new Map<string, Measurement[]>(contenders.map((one) => [one.name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const one of round % 2 === 0 ? contenders : contenders.toReversed()) {
      all.get(one.name)?.push(await measureOnce(one, folder));
    }
  }
  return all;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

export function medianTime(runs: readonly Measurement[]): number {
  return median(runs.map((run) => run.milliseconds));
}

/** The median of processor time in milliseconds. */
export function medianCpu(runs: readonly Measurement[]): number | null {
  const times = runs.map((run) => run.cpuMilliseconds).filter((value) => value !== null);
  return times.length === 0 ? null : median(times);
}

/** The highest peak over the runs, in MiB. */
export function peak(runs: readonly Measurement[]): number | null {
  const peaks = runs.map((run) => run.peakMiB).filter((value) => value !== null);
  return peaks.length === 0 ? null : Math.max(...peaks);
}
