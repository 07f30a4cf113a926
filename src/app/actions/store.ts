import { readFile, writeFile } from "node:fs/promises";
import { makeSealer } from "../../audit/index.ts";
import { codeOf, err, messageOf, ok, type Problem, problem, type Result } from "../../base/index.ts";
import { type AppOptions, openSession } from "../session.ts";

export interface BackedUp {
  readonly bytes: number;
  /** Entries of the record in it. */
  readonly entries: number;
}

/** Writes the whole store of a PGlite directory to one file. An existing file is left as it is. */
export async function storeBackup(
  options: AppOptions,
  file: string,
): Promise<Result<BackedUp, readonly Problem[]>> {
  const opened = await openSession(options);
  if (!opened.ok) return opened;
  const { withStore, fromCwd } = opened.value;
  return withStore(async (store) => {
    const head = await store.audit.head();
    if (!head.ok) return err([head.error]);
    const dump = await store.backup();
    if (!dump.ok) return err([dump.error]);
    try {
      await writeFile(fromCwd(file), dump.value, { flag: "wx", mode: 0o600 });
    } catch (cause) {
      const why = codeOf(cause) === "EEXIST" ? "there is a file of that name" : messageOf(cause);
      return err([problem("output_unwritable", `the backup cannot be written: ${why}`, { place: { file } })]);
    }
    return ok({ bytes: dump.value.byteLength, entries: head.value.size });
  });
}

/** Makes the store of a PGlite directory from a backup. Refuses where there is one already. */
export async function storeRestore(
  options: AppOptions,
  file: string,
): Promise<Result<{ readonly entries: number }, readonly Problem[]>> {
  const opened = await openSession(options);
  if (!opened.ok) return opened;
  const session = opened.value;
  const key = await session.signingKey();
  if (!key.ok) return key;
  let bytes: Uint8Array;
  try {
    bytes = await readFile(session.fromCwd(file));
  } catch (cause) {
    return err([
      problem("backup_unreadable", `the backup cannot be read: ${messageOf(cause)}`, { place: { file } }),
    ]);
  }
  const { restoreStore } = await import("../../store/index.ts");
  const restored = await restoreStore(session.storeAddress, bytes, {
    clock: options.clock,
    sealer: makeSealer(key.value.signer),
    onProgress: options.onProgress,
  });
  if (!restored.ok) return err([restored.error]);
  return session.withStore(async ({ audit }) => {
    const head = await audit.head();
    return head.ok ? ok({ entries: head.value.size }) : err([head.error]);
  });
}

/** Makes or updates the tables: for a role that owns them, before servers with fewer rights start. */
export async function storeMigrate(
  options: AppOptions,
): Promise<Result<{ readonly address: string }, readonly Problem[]>> {
  const opened = await openSession(options);
  if (!opened.ok) return opened;
  return opened.value.withStore(async (store) => ok({ address: store.address }));
}
