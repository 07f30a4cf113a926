/**
 * `npm run bench:scan`: the same plans and the same policies in Trueup and in conftest, as whole processes.
 * Prints ratios; how fast something was never decides the exit code, only whether it did its work.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { findPeer } from "../tools/peers/find.ts";
import { PROJECT_ROOT } from "../tools/peers/places.ts";
import { type Contender, type Measurement, measureInTurns, medianCpu, medianTime, peak } from "./measure.ts";
import { writePlan } from "./write-plan.ts";

const USAGE = `Usage: npm run bench:scan -- [--sizes 100,5000,100000] [--rounds 5] [--conftest-max 5000] [--keep]

Compares \`trueup check\` with \`conftest test\` on generated plans of these many resources.
Above --conftest-max resources conftest is left out: it holds many times the plan in memory.
`;

interface Options {
  readonly sizes: readonly number[];
  readonly rounds: number;
  readonly conftestMax: number;
  readonly keep: boolean;
}

process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<number> {
  const options = readOptions(argv);
  if (typeof options === "string") {
    process.stderr.write(`${options}\n\n${USAGE}`);
    return 2;
  }
  const cli = join(PROJECT_ROOT, "dist/bin/trueup.cjs");
  if (!existsSync(cli)) {
    process.stderr.write("dist/bin/trueup.cjs is missing: run `npm run build` first\n");
    return 2;
  }
  const conftest = findPeer("conftest");
  if (!conftest.found) say(`conftest is left out: ${conftest.reason}`);
  const folder = mkdtempSync(join(tmpdir(), "trueup-bench-"));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => process.exit(130));
  }
  process.once("exit", () => {
    if (!options.keep) rmSync(folder, { recursive: true, force: true });
  });
  try {
    const bench: Bench = { folder, cli, conftest: conftest.found ? conftest.path : null, options };
    writeWorkspace(folder);
    const startUp = await coldStart(bench);
    await compareSizes(bench, startUp);
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

interface Bench {
  readonly folder: string;
  readonly cli: string;
  readonly conftest: string | null;
  readonly options: Options;
}

/** A workspace whose only policies are those that conftest is given too. */
function writeWorkspace(folder: string): void {
  mkdirSync(join(folder, "workspace"));
  const config = {
    version: 1,
    workspace: "bench",
    policies: [{ path: join(PROJECT_ROOT, "bench/policies"), name: "bench" }],
  };
  // JSON is YAML, and needs no quoting of its own.
  writeFileSync(join(folder, "workspace/trueup.yaml"), JSON.stringify(config));
}

/** Returns what a check costs that has next to nothing to check, in milliseconds. */
async function coldStart(bench: Bench): Promise<number> {
  const small = await plan(bench, 10, 0);
  const node: Contender = { ...nodeProcess(bench, "node -e 0", ["-e", "0"]), done: [0] };
  const help: Contender = { ...nodeProcess(bench, "trueup --help", [bench.cli, "--help"]), done: [0] };
  const check = trueupCheck(bench, "trueup check (10 resources)", small);
  const contenders = [node, help, check];
  if (bench.conftest !== null) {
    contenders.push(conftestTest(bench, bench.conftest, "conftest (10 resources)", small));
  }
  const results = await measureInTurns(contenders, Math.max(5, bench.options.rounds), bench.folder);
  say("Cold start");
  for (const [name, runs] of results) say(`  ${name.padEnd(34)} ${figures(runs)}`);
  return cost(results.get(check.name) ?? []);
}

/** Processor time where it is known, as other work on the machine does not lengthen it; else time. */
function cost(runs: readonly Measurement[]): number {
  return medianCpu(runs) ?? medianTime(runs);
}

async function compareSizes(bench: Bench, startUp: number): Promise<void> {
  const perResource: { readonly size: number; readonly microseconds: number }[] = [];
  for (const size of bench.options.sizes) {
    for (const denied of size <= bench.options.conftestMax ? [0, Math.max(1, Math.floor(size / 250))] : [0]) {
      const file = await plan(bench, size, denied);
      const megabytes = statSync(file).size / 1e6;
      const contenders = [trueupCheck(bench, "trueup", file)];
      if (bench.conftest !== null && size <= bench.options.conftestMax) {
        contenders.push(conftestTest(bench, bench.conftest, "conftest", file));
      }
      const rounds =
        size > bench.options.conftestMax ? Math.min(2, bench.options.rounds) : bench.options.rounds;
      const results = await measureInTurns(contenders, rounds, bench.folder);
      say(`${size} resources, ${denied} denied, ${megabytes.toFixed(1)} MB`);
      for (const [name, runs] of results) {
        const codes = [...new Set(runs.map((run) => run.code))].join("/");
        say(`  ${name.padEnd(10)} ${figures(runs)}, exit ${codes}`);
      }
      const ours = results.get("trueup");
      const theirs = results.get("conftest");
      if (ours !== undefined && theirs !== undefined) say(`  ${ratios(ours, theirs)}`);
      if (ours !== undefined && denied === 0) {
        perResource.push({ size, microseconds: ((cost(ours) - startUp) * 1000) / size });
      }
      if (!bench.options.keep) rmSync(file);
    }
  }
  say("Growth: processor time a resource, the smallest check taken off");
  const last = perResource.at(-1);
  for (const one of perResource) {
    const against =
      last === undefined ? "" : ` (${(one.microseconds / last.microseconds).toFixed(2)} of the largest)`;
    say(`  ${String(one.size).padStart(8)} resources  ${one.microseconds.toFixed(0)} µs${against}`);
  }
}

async function plan(bench: Bench, resources: number, denied: number): Promise<string> {
  const path = join(bench.folder, `plan-${resources}-${denied}.json`);
  await writePlan(path, { resources, denied });
  return path;
}

function nodeProcess(bench: Bench, name: string, args: readonly string[]): Omit<Contender, "done"> {
  const home = join(bench.folder, "home");
  const env = { PATH: process.env["PATH"] ?? "", HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home };
  return { name, file: process.execPath, args, cwd: join(bench.folder, "workspace"), env };
}

function trueupCheck(bench: Bench, name: string, file: string): Contender {
  return { ...nodeProcess(bench, name, [bench.cli, "check", file]), done: [0, 1, 3] };
}

function conftestTest(bench: Bench, conftest: string, name: string, file: string): Contender {
  const policies = join(PROJECT_ROOT, "bench/policies");
  const args = ["test", "--no-color", "-p", policies, file];
  return { ...nodeProcess(bench, name, args), file: conftest, done: [0, 1] };
}

function figures(runs: readonly Measurement[]): string {
  const [cpu, memory] = [medianCpu(runs), peak(runs)];
  const times = runs.map((run) => run.milliseconds);
  const range = `${Math.min(...times).toFixed(0)}–${Math.max(...times).toFixed(0)}`;
  const rest =
    cpu === null || memory === null
      ? "processor time and memory not measured (no GNU time)"
      : `processor ${cpu.toFixed(0)} ms, peak ${memory.toFixed(0)} MiB`;
  return `median ${medianTime(runs).toFixed(0).padStart(6)} ms of ${runs.length} (${range}), ${rest}`;
}

function ratios(ours: readonly Measurement[], theirs: readonly Measurement[]): string {
  const ratio = (their: number | null, our: number | null): string =>
    their === null || our === null ? "not measured" : (their / our).toFixed(2);
  return [
    `conftest against trueup: time ${ratio(medianTime(theirs), medianTime(ours))}`,
    `processor time ${ratio(medianCpu(theirs), medianCpu(ours))}`,
    `memory ${ratio(peak(theirs), peak(ours))} (above 1: trueup needs less)`,
  ].join(", ");
}

function readOptions(argv: readonly string[]): Options | string {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        sizes: { type: "string", default: "100,5000,100000" },
        rounds: { type: "string", default: "5" },
        "conftest-max": { type: "string", default: "5000" },
        keep: { type: "boolean", default: false },
      },
    });
    const sizes = values.sizes.split(",").map(Number);
    const rounds = Number(values.rounds);
    const conftestMax = Number(values["conftest-max"]);
    if (![...sizes, rounds].every((n) => Number.isSafeInteger(n) && n > 0) || !Number.isFinite(conftestMax)) {
      return "sizes and rounds are whole numbers above zero";
    }
    return { sizes, rounds, conftestMax, keep: values.keep };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
