import { type FileHandle, mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { codeOf, err, messageOf, ok, type Result } from "../../../base/index.ts";
import { type DeliveryFault, fault } from "../../../notify/index.ts";
import type { ExportTarget } from "../../config/exports.ts";
import { type ExportBatch, type ExportSink, padded, rangeName } from "./sink.ts";

/**
 * Files of a fixed range of indices each (`audit-000000010000-000000019999.jsonl`), appended to and synced. A batch that comes again
 * takes the place of what is there of it; what goes on after it was written by somebody else and is never cut off.
 */
export function fileSink({ dir, entriesPerFile }: Extract<ExportTarget, { kind: "file" }>): ExportSink {
  const startOf = (index: number): number => index - (index % entriesPerFile);
  return {
    where: dir,
    end: (from) => startOf(from) + entriesPerFile,
    async put(batch) {
      const start = startOf(batch.from);
      const name = `audit-${rangeName(start, start + entriesPerFile)}.${batch.format.extension}`;
      try {
        await mkdir(dir, { recursive: true, mode: 0o700 });
        const done = await write(join(dir, name), batch);
        if (!done.ok) return done;
        await syncFolder(dir);
        return ok(`written to ${name}`);
      } catch (cause) {
        return err(fault(`${name} cannot be written: ${codeOf(cause) ?? messageOf(cause)}`));
      }
    },
  };
}

async function write(file: string, batch: ExportBatch): Promise<Result<void, DeliveryFault>> {
  const handle = await openOrMake(file);
  try {
    const { size } = await handle.stat();
    const kept = await keep(handle, size, batch);
    if (!kept.ok) return kept;
    const { at, last } = kept.value;
    if (last !== null && last < batch.from - 1) {
      const missing = `it ends at entry ${last}, and entry ${padded(batch.from)} would come next`;
      return err(fault(`entries are missing in the file: ${missing}`, { permanent: true }));
    }
    const bytes = Buffer.from(batch.lines.map((line) => `${line}\n`).join(""));
    const beyond = size - at > bytes.length;
    if (beyond && !(await holds(handle, at, bytes))) {
      return err(fault("the file goes on with other entries than these", { permanent: true }));
    }
    if (beyond && (await hasLineAfter(handle, at + bytes.length, size, batch))) return ok(undefined);
    await handle.truncate(at);
    await writeAll(handle, bytes, at);
    await handle.sync();
    return ok(undefined);
  } finally {
    await handle.close();
  }
}

/** Not in append mode: Linux ignores positions there. */
async function openOrMake(file: string): Promise<FileHandle> {
  try {
    return await open(file, "r+");
  } catch (cause) {
    if (codeOf(cause) !== "ENOENT") throw cause;
    return open(file, "wx+", 0o600);
  }
}

const FIRST_TAIL = 262_144;

/**
 * Where the batch belongs: after the last whole line below it. Read from the end, in ever longer tails, since the batch goes to the
 * end of the file nearly always.
 */
async function keep(
  handle: FileHandle,
  size: number,
  { from, format }: ExportBatch,
): Promise<Result<{ readonly at: number; readonly last: number | null }, DeliveryFault>> {
  for (let length = FIRST_TAIL; ; length *= 4) {
    const begin = Math.max(0, size - length);
    const tail = await read(handle, begin, size - begin);
    // The first line of a tail is not whole, unless the tail is the file.
    let start = begin === 0 ? 0 : tail.indexOf(10) + 1;
    if (begin > 0 && start === 0) continue;
    let found: { at: number; last: number } | null = null;
    for (let end = tail.indexOf(10, start); end !== -1; end = tail.indexOf(10, start)) {
      const index = format.indexIn(tail.toString("utf8", start, end));
      if (index === null) {
        return err(fault("the file holds a line that is none of this export", { permanent: true }));
      }
      if (index >= from) break;
      start = end + 1;
      found = { at: begin + start, last: index };
    }
    if (found !== null) return ok(found);
    if (begin === 0) return ok({ at: 0, last: null });
  }
}

async function holds(handle: FileHandle, at: number, bytes: Buffer): Promise<boolean> {
  return (await read(handle, at, bytes.length)).equals(bytes);
}

/** Is there a later entry behind the batch? What has no line end was torn while it was written. */
async function hasLineAfter(
  handle: FileHandle,
  at: number,
  size: number,
  { format }: ExportBatch,
): Promise<boolean> {
  const rest = await read(handle, at, Math.min(size - at, FIRST_TAIL));
  const end = rest.indexOf(10);
  return end === -1 ? rest.length === FIRST_TAIL : format.indexIn(rest.toString("utf8", 0, end)) !== null;
}

async function read(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, length - done, at + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}

async function writeAll(handle: FileHandle, bytes: Buffer, at: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, at + done);
    done += bytesWritten;
  }
}

/** Makes a new file's name durable. Some systems refuse to open a folder. */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, "r").catch(() => null);
  try {
    await handle?.sync();
  } catch (cause) {
    if (!["EINVAL", "EPERM", "EISDIR"].includes(codeOf(cause) ?? "")) throw cause;
  } finally {
    await handle?.close();
  }
}
