import { cp, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { err, messageOf, ok, type Problem, problem, type Result } from "../../base/index.ts";
import type { PolicySet } from "../../judge/policy/index.ts";
import type { RiskRules } from "../../judge/risk/index.ts";
import { loadPolicies, type PolicyFolder } from "../load-policies.ts";
import type { PolicyPlaces } from "../session.ts";
import { type JudgePool, type JudgePoolOptions, judgePool } from "./judge/judge-pool.ts";

/** The policies that a server judges by, and the threads that do it. */
export interface PolicyKeeper {
  readonly sets: readonly PolicySet[];
  readonly riskRules: RiskRules;
  readonly judge: JudgePool;
  /** Reads the places again. What does not load changes nothing: the policies that were there go on judging. */
  reload(): Promise<Result<void, readonly Problem[]>>;
  stop(): Promise<void>;
}

type PoolSettings = Omit<JudgePoolOptions, "folders" | "riskRules">;

interface Generation {
  readonly sets: readonly PolicySet[];
  readonly riskRules: RiskRules;
  readonly judge: JudgePool;
  readonly folder: string;
}

/**
 * Policies are copied when they are loaded, and threads read the copy: a thread that takes an ended one's place judges by the same
 * revision, whatever was edited meanwhile.
 */
export async function keepPolicies(
  places: PolicyPlaces,
  settings: PoolSettings,
): Promise<Result<PolicyKeeper, readonly Problem[]>> {
  const first = await generation(places, settings);
  if (!first.ok) return first;
  let current = first.value;
  return ok({
    get sets() {
      return current.sets;
    },
    get riskRules() {
      return current.riskRules;
    },
    get judge() {
      return current.judge;
    },
    async reload() {
      const next = await generation(places, settings);
      if (!next.ok) return next;
      const old = current;
      current = next.value;
      await end(old);
      return ok(undefined);
    },
    stop: () => end(current),
  });
}

async function generation(
  places: PolicyPlaces,
  settings: PoolSettings,
): Promise<Result<Generation, readonly Problem[]>> {
  const copied = await copyPlaces(places);
  if (!copied.ok) return err([copied.error]);
  const { folder, folders, riskRules } = copied.value;
  // Loaded here to know that they can be: what they ask of the outside, they ask from the threads.
  const loaded = await loadPolicies(folders, riskRules, settings);
  if (!loaded.ok) {
    await rm(folder, { recursive: true, force: true });
    return loaded;
  }
  return ok({ ...loaded.value, judge: judgePool({ ...settings, folders, riskRules }), folder });
}

async function end({ judge, folder }: Generation): Promise<void> {
  await judge.stop();
  await rm(folder, { recursive: true, force: true });
}

async function copyPlaces(places: PolicyPlaces): Promise<Result<PolicyPlaces & { folder: string }, Problem>> {
  const folder = await mkdtemp(join(tmpdir(), "trueup-policies-"));
  let number = 0;
  const copy = async (place: PolicyFolder): Promise<PolicyFolder> => {
    // The name is kept: a folder without a manifest gives its set its own.
    const to = join(folder, String(number++), basename(place.folder));
    const from = place.folder;
    const isFile = (await stat(from)).isFile();
    await cp(from, to, { recursive: true, dereference: true, preserveTimestamps: true });
    return { ...place, folder: isFile ? join(dirname(to), basename(from)) : to };
  };
  try {
    const folders: PolicyFolder[] = [];
    for (const place of places.folders) folders.push(await copy(place));
    return ok({
      folder,
      folders,
      riskRules: places.riskRules === null ? null : await copy(places.riskRules),
    });
  } catch (cause) {
    await rm(folder, { recursive: true, force: true });
    return err(problem("policy_unreadable", `the policies cannot be read: ${messageOf(cause)}`));
  }
}
