import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { buildPeer, peerState, writeTofuConfig } from "./build.ts";
import { peersFolder } from "./places.ts";
import { RECIPES, type Recipe } from "./recipes.ts";
import { stopRunning } from "./run.ts";

const USAGE = `Usage: npm run peers -- [NAME…] [--only NAME,…] [--list]

Builds the real systems that tests compare Trueup with, one after the other, into a cache folder
outside the project: TRUEUP_PEERS, else trueup/peers in the user's cache folder.
What is there already is left alone. What cannot be built here is skipped, with the reason.

Example: npm run peers opa conftest
`;

process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<number> {
  const parsed = parseArguments(argv);
  if (typeof parsed === "string") {
    process.stderr.write(`${parsed}\n\n${USAGE}`);
    return 2;
  }
  const peers = peersFolder();
  if (parsed.help) process.stdout.write(USAGE);
  else if (parsed.list) list(peers);
  else return withLock(peers, () => buildAll(parsed.recipes, peers));
  return 0;
}

interface Arguments {
  readonly help: boolean;
  readonly list: boolean;
  readonly recipes: readonly Recipe[];
}

function parseArguments(argv: readonly string[]): Arguments | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { only: { type: "string" }, list: { type: "boolean" }, help: { type: "boolean", short: "h" } },
    });
    const names = [...positionals, ...(values.only?.split(",") ?? [])];
    const unknown = names.find((name) => !RECIPES.some((r) => r.name === name));
    if (unknown !== undefined) {
      return `no peer is called \`${unknown}\`; there are ${RECIPES.map((r) => r.name).join(", ")}`;
    }
    const recipes = names.length === 0 ? RECIPES : RECIPES.filter((r) => names.includes(r.name));
    return { help: values.help === true, list: values.list === true, recipes };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function list(peers: string): void {
  process.stdout.write(`peers in ${peers}\n`);
  for (const recipe of RECIPES) {
    const state = peerState(recipe, peers).padEnd(8);
    process.stdout.write(
      `  ${recipe.name.padEnd(20)} ${state} ${recipe.version.padEnd(17)} ${recipe.what}\n`,
    );
  }
}

async function buildAll(recipes: readonly Recipe[], peers: string): Promise<number> {
  writeTofuConfig(peers);
  const started = Date.now();
  let failures = 0;
  for (const [i, recipe] of recipes.entries()) {
    const label = `[${i + 1}/${recipes.length}] ${recipe.name} ${recipe.version}`;
    progress(started, `${label}: start`);
    const before = Date.now();
    const outcome = await buildPeer(recipe, peers);
    const took = `${Math.round((Date.now() - before) / 1000)} s`;
    switch (outcome.kind) {
      case "built":
      case "fresh":
        progress(
          started,
          `${label}: ${outcome.kind}${outcome.note ? ` (${outcome.note})` : ""} after ${took}`,
        );
        break;
      case "skipped":
        progress(started, `${label}: skipped, ${outcome.reason}`);
        break;
      case "failed":
        failures += 1;
        progress(started, `${label}: FAILED after ${took}: ${outcome.reason}`);
        break;
    }
  }
  progress(started, failures === 0 ? "done" : `${failures} of ${recipes.length} failed`);
  return failures === 0 ? 0 : 1;
}

function progress(started: number, text: string): void {
  const seconds = Math.round((Date.now() - started) / 1000);
  const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  process.stdout.write(`peers ${clock.padStart(6)} ${text}\n`);
}

/** One build at a time in a cache folder: a second one waits, and takes over from a holder that died. */
async function withLock(peers: string, work: () => Promise<number>): Promise<number> {
  mkdirSync(peers, { recursive: true });
  const lock = join(peers, "lock");
  let told = false;
  while (!tryLock(lock)) {
    const holder = lockHolder(lock);
    if (holder === undefined) {
      rmSync(lock, { force: true });
      continue;
    }
    if (!told) process.stdout.write(`peers: waiting for the build of process ${holder}\n`);
    told = true;
    await sleep(1000);
  }
  const release = (): void => rmSync(lock, { force: true });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      stopRunning();
      release();
      process.exit(130);
    });
  }
  try {
    return await work();
  } finally {
    release();
  }
}

function tryLock(lock: string): boolean {
  try {
    const file = openSync(lock, "wx");
    writeSync(file, String(process.pid));
    closeSync(file);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

/** The process that holds the lock, or undefined when it is gone. */
function lockHolder(lock: string): number | undefined {
  try {
    const text = readFileSync(lock, "utf8");
    // Created and not yet written: somebody is there, unless it has been so for long.
    if (text === "") return Date.now() - statSync(lock).mtimeMs < 5000 ? 0 : undefined;
    const pid = Number(text);
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM" ? 0 : undefined;
  }
}
