import { access } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";
import { loadSigningKey, makeSealer, type SigningKey } from "../audit/index.ts";
import { type Clock, err, ok, type Problem, type Result } from "../base/index.ts";
import type { Cover } from "../domain/index.ts";
import type { Store } from "../store/index.ts";
import { type Caller, callerOf } from "./asker.ts";
import { type Config, loadConfig, parseExceptions, type Variables } from "./config/index.ts";
import { type LoadedPolicies, loadPolicies, type PolicyFolder, policyFolder } from "./load-policies.ts";
import { estateKey, keyFolder } from "./private-key-folder.ts";
import { readTextFile } from "./read-text-file.ts";

/** What the outside hands to every action. Nothing below the composition root reads it from anywhere else. */
export interface AppOptions {
  readonly cwd: string;
  readonly variables: Variables;
  /** `--config`; absent: the nearest `trueup.yaml` upwards. */
  readonly configFile?: string;
  readonly clock: Clock;
  /** Monotonic milliseconds. */
  readonly monotonic: () => number;
  readonly onProgress: (text: string) => void;
  readonly signal: AbortSignal;
}

/** One command's configuration, caller and keys, read once. */
export interface Session {
  readonly options: AppOptions;
  readonly config: Config;
  /** The configuration file, absolute; `null` where the defaults hold. */
  readonly configFile: string | null;
  readonly caller: Caller;
  readonly now: number;
  /** A path of the configuration. */
  fromRoot(path: string): string;
  /** A path given on the command line. */
  fromCwd(path: string): string;
  estateKey(): Promise<Result<Uint8Array, readonly Problem[]>>;
  covers(): Promise<Result<readonly Cover[], readonly Problem[]>>;
  /** Sets and risk rules. Folders given by hand take the place of the configured sets. */
  policies(given: readonly string[]): Promise<Result<LoadedPolicies, readonly Problem[]>>;
  /** Is there a store already? Reading commands do not make one. */
  hasStore(): Promise<boolean>;
  /** Opens the store for the length of `use`; only commands that need the database pay for it. */
  withStore<T>(
    use: (store: Store) => Promise<Result<T, readonly Problem[]>>,
  ): Promise<Result<T, readonly Problem[]>>;
  signingKey(): Promise<Result<SigningKey, readonly Problem[]>>;
  /** Opens the store for as long as the caller wants; the caller closes it. */
  /** The configured store's address, with an absolute directory. */
  readonly storeAddress: string;
  openStore(): Promise<Result<Store, readonly Problem[]>>;
  /** Where sets and risk rules lie, for whoever loads them elsewhere. */
  policyPlaces(given: readonly string[]): PolicyPlaces;
  readonly keyFolder: string;
  /** Folder of everything that Trueup keeps here, absolute: check logs lie there, with or without a store. */
  readonly dataFolder: string;
}

export interface PolicyPlaces {
  readonly folders: readonly PolicyFolder[];
  readonly riskRules: PolicyFolder | null;
}

/** How long one policy may take on one document. */
export const POLICY_TIMEOUT_MS = 5_000;

export async function openSession(options: AppOptions): Promise<Result<Session, readonly Problem[]>> {
  const loaded = await loadConfig(options.cwd, options.variables, options.configFile);
  if (!loaded.ok) return loaded;
  const { config, root, file } = loaded.value;
  const folder = keyFolder(options.variables);
  const fromRoot = (path: string): string => (isAbsolute(path) ? path : resolve(root, path));
  const dataFolder = dataFolderOf(config.store, fromRoot);
  const signingKey = async (): Promise<Result<SigningKey, readonly Problem[]>> => {
    const file = config.audit.key === null ? join(folder, "audit-key.pem") : fromRoot(config.audit.key);
    const key = await loadSigningKey({ file, dataDir: dataFolder });
    return key.ok ? key : err([key.error]);
  };
  const open = async (): Promise<Result<Store, readonly Problem[]>> => {
    const key = await signingKey();
    if (!key.ok) return key;
    const { openStore } = await import("../store/index.ts");
    const store = await openStore(storeAddress(config.store, fromRoot), {
      clock: options.clock,
      sealer: makeSealer(key.value.signer),
      onProgress: options.onProgress,
      variables: options.variables,
    });
    return store.ok ? store : err([store.error]);
  };
  const policyPlaces = (given: readonly string[]): PolicyPlaces => {
    const configured = config.policies.map((place) => policyFolder(place, fromRoot));
    const byHand = given.map((path) => {
      const folder = resolve(options.cwd, path);
      // Named by hand, a configured set reaches what it reaches; any other reaches nothing.
      const hosts = configured.find((place) => place.folder === folder)?.hosts ?? [];
      return { folder, shown: path, name: null, hosts };
    });
    const { rules } = config.risk;
    const riskRules = rules === null ? null : { folder: fromRoot(rules), shown: rules, name: null };
    return { folders: byHand.length > 0 ? byHand : configured, riskRules };
  };
  return ok({
    options,
    config,
    configFile: file,
    caller: callerOf(options.variables),
    now: options.clock.now(),
    fromRoot,
    fromCwd: (path) => resolve(options.cwd, path),
    keyFolder: folder,
    dataFolder,
    signingKey,
    // A server cannot be looked at without connecting: there the store is taken to be.
    hasStore: async () =>
      !EMBEDDED.test(config.store) ||
      access(join(dataFolder, "store.json")).then(
        () => true,
        () => false,
      ),
    storeAddress: storeAddress(config.store, fromRoot),
    openStore: open,
    policyPlaces,
    async withStore(use) {
      const store = await open();
      if (!store.ok) return store;
      try {
        return await use(store.value);
      } finally {
        await store.value.close();
      }
    },
    async estateKey() {
      const key = await estateKey(folder);
      return key.ok ? key : err([key.error]);
    },
    covers: () => readCovers(config, fromRoot),
    policies(given) {
      const { folders, riskRules } = policyPlaces(given);
      return loadPolicies(folders, riskRules, options);
    },
  });
}

const EMBEDDED = /^(pglite|embedded):(.+)$/su;

/** A relative directory of an address belongs to the configuration, not to the folder that a command is run in. */
function storeAddress(address: string, fromRoot: (path: string) => string): string {
  const found = EMBEDDED.exec(address);
  return found === null ? address : `${found[1]}:${fromRoot(found[2] ?? "")}`;
}

function dataFolderOf(address: string, fromRoot: (path: string) => string): string {
  return fromRoot(EMBEDDED.exec(address)?.[2] ?? ".trueup");
}

async function readCovers(
  config: Config,
  fromRoot: (path: string) => string,
): Promise<Result<readonly Cover[], readonly Problem[]>> {
  if (config.exceptionsFile === null) return ok(config.exceptions);
  const text = await readTextFile(fromRoot(config.exceptionsFile), config.exceptionsFile);
  if (!text.ok) return err([text.error]);
  const parsed = parseExceptions(text.value, config.exceptionsFile);
  return parsed.ok ? ok([...config.exceptions, ...parsed.value]) : parsed;
}
