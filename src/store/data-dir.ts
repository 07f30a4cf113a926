import { lstat, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import * as z from "zod";
import { replaceSynced } from "../audit/index.ts";
import { err, messageOf, ok, type Problem, problem, type Result } from "../base/index.ts";

/** Names inside a data directory. The database is one of them, so that the others outlive it and stand beside it. */
export interface DataDir {
  readonly root: string;
  readonly database: string;
  /** Where a database is made before it is moved to its place, so that a killed first start leaves none half made. */
  readonly nursery: string;
  readonly lock: string;
  readonly marker: string;
  readonly checkpoint: string;
  /** Folder of the embedded server's socket, and its log. */
  readonly sockets: string;
  readonly serverLog: string;
}

/** What runs on a directory. Their files look alike and are not: the one cannot read what the other wrote. */
export type DirectoryEngine = "pglite" | "embedded";

const MARKER = z.object({
  format: z.literal("trueup-store"),
  version: z.number().int().positive(),
  engine: z.enum(["pglite", "embedded"]).default("pglite"),
});
const MARKER_VERSION = 1;
/** What the other rooms keep there before a store exists. */
const OURS = /^(checks|checks\.log|store\.json|checkpoint|pgdata)([.-].*)?$|^\.gitignore$/;

export function dataDirAt(path: string): DataDir {
  const root = resolve(path);
  return {
    root,
    database: join(root, "pgdata"),
    nursery: join(root, "pgdata.new"),
    lock: join(root, "pgdata.lock"),
    marker: join(root, "store.json"),
    checkpoint: join(root, "checkpoint"),
    sockets: join(root, "pgdata.run"),
    serverLog: join(root, "pgdata.log"),
  };
}

/** Makes the directory when it is missing. Refuses what is a file, cannot be written, or belongs to something else. */
export async function prepareDataDir(dir: DataDir, engine: DirectoryEngine): Promise<Result<void, Problem>> {
  try {
    await mkdir(dir.root, { recursive: true, mode: 0o700 });
    const names = await readdir(dir.root);
    // Another process may be making the same directory.
    if (names.length === 0) await writeFile(join(dir.root, ".gitignore"), "*\n");
    return await judgeNames(dir, names, engine);
  } catch (cause) {
    return err(
      problem("data_dir_unwritable", `the data directory cannot be used: ${messageOf(cause)}`, {
        place: { file: dir.root },
        hint: "make it a writable directory, or name another one",
      }),
    );
  }
}

async function judgeNames(
  dir: DataDir,
  names: readonly string[],
  engine: DirectoryEngine,
): Promise<Result<void, Problem>> {
  if (names.includes(basename(dir.marker))) return readMarker(dir, engine);
  const stranger = names.find((name) => !OURS.test(name));
  // A folder of this name is Trueup's even when other rooms keep more in it than is known here.
  const named = basename(dir.root) === ".trueup";
  if (names.includes("pgdata") || names.includes("PG_VERSION") || (stranger !== undefined && !named)) {
    const sign = stranger ?? "pgdata";
    return err(
      problem(
        "not_a_store",
        `the directory is not a Trueup store: it holds \`${sign}\` and no \`store.json\``,
        {
          place: { file: dir.root },
          hint: "name an empty directory, or the one that Trueup made",
        },
      ),
    );
  }
  return ok(undefined);
}

async function readMarker(dir: DataDir, engine: DirectoryEngine): Promise<Result<void, Problem>> {
  const text = await readFile(dir.marker, "utf8");
  const marker = MARKER.safeParse(jsonOf(text));
  if (!marker.success) {
    return err(
      problem("not_a_store", "the file is not the mark of a Trueup store", { place: { file: dir.marker } }),
    );
  }
  if (marker.data.version > MARKER_VERSION) {
    return err(
      problem(
        "store_newer",
        `the store has layout ${marker.data.version}, this Trueup knows ${MARKER_VERSION}`,
        { place: { file: dir.marker }, hint: "use the newer Trueup that wrote it" },
      ),
    );
  }
  if (marker.data.engine !== engine) {
    return err(
      problem(
        "store_other_engine",
        `the directory was made by \`${marker.data.engine}:\`, and \`${engine}:\` cannot read it`,
        {
          place: { file: dir.root },
          hint: `write \`${marker.data.engine}:DIR\`, or name another directory`,
        },
      ),
    );
  }
  return ok(undefined);
}

export async function writeMarker(dir: DataDir, engine: DirectoryEngine): Promise<void> {
  const mark = { format: "trueup-store", version: MARKER_VERSION, engine };
  await replaceSynced(dir.marker, `${JSON.stringify(mark)}\n`);
}

/** Removes what a killed process left aside. Only for the holder of the lock. */
export async function sweep(dir: DataDir): Promise<void> {
  await rm(dir.nursery, { recursive: true, force: true });
  for (const name of await readdir(dir.root)) {
    if (/^(pgdata\.lock|store\.json|checkpoint)\.[0-9a-f]{24}$/.test(name))
      await rm(join(dir.root, name), { force: true });
  }
}

export async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
