import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/** Replaces a file as one step that survives a power cut: written aside, synced, renamed, the directory synced. */
export async function replaceSynced(file: string, text: string): Promise<void> {
  const aside = `${file}.${randomBytes(12).toString("hex")}`;
  try {
    const handle = await open(aside, "wx", 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(aside, file);
  } catch (cause) {
    await rm(aside, { force: true });
    throw cause;
  }
  await syncDirectory(dirname(file));
}

/** Makes renames in a directory durable. Some systems refuse to open a directory; the rename itself is then all there is. */
export async function syncDirectory(path: string): Promise<void> {
  try {
    const handle = await open(path, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    return;
  }
}
