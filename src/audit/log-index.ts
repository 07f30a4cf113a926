import { createHash } from "node:crypto";
import { fstatSync, readSync, writeSync } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";

/*
 * Beside a log file, `<log>.index`: which entry ids it holds and how far it has been looked at, so that an append reads the end
 * of the log only. It is made from the log and can be lost at any time. It is believed as far as it fits: its digest binds the
 * last line that it knows, which is a checkpoint over everything before. What it says an id is there for is looked up in the log.
 *
 * Layout: a head of 64 bytes (magic, slots, entries, sealedAt and length as 64-bit floats, little-endian, then 24 bytes of
 * SHA-256 over these and over the log from `sealedAt` to `length`), then the slots: 8 bytes of SHA-256 of an id, zero where free.
 * Never synced: a power cut may lose the mark of an id, never an entry, and ids are 96 random bits.
 */

/** How far a log was indexed: offsets in bytes. */
export interface IndexedTo {
  /** Where the last indexed checkpoint line begins; 0 is the header. */
  readonly sealedAt: number;
  /** End of the last indexed line. */
  readonly length: number;
}

const MAGIC = Buffer.from("TRUEUPI1", "latin1");
const HEAD_BYTES = 64;
const FIELD_BYTES = 40;
const SLOT_BYTES = 8;
/** An id stands at most this many slots behind its own place; the table ends in as many more. */
const REACH = 64;
const FEWEST_SLOTS = 1024;
/** 1 GiB of table: some 60 million entries. Above, the log is read as if there were no index. */
const MOST_SLOTS = 2 ** 27;
/** Whatever is longer is no end of a log that an append left. */
const MOST_TAIL_BYTES = 64 * 2 ** 20;

interface Head extends IndexedTo {
  readonly slots: number;
  readonly entries: number;
}

export interface LogIndex extends IndexedTo {
  /** `false` is certain; `true` is to be looked up. */
  mayHold(id: string): boolean;
  /** Takes ids in, and notes how far the log is known now. */
  add(ids: readonly string[], to: IndexedTo): Promise<void>;
  close(): Promise<void>;
}

/** The index of this log, `null` where there is none or it does not fit. `log` is open, `size` its bytes. */
export async function openLogIndex(file: string, log: FileHandle, size: number): Promise<LogIndex | null> {
  let handle: FileHandle;
  try {
    handle = await open(file, "r+");
  } catch {
    return null;
  }
  try {
    const head = readHead(handle.fd, log.fd, size);
    if (head !== null) return indexOver(file, handle, log, head);
  } catch {
    // What cannot be read is no index.
  }
  await handle.close();
  return null;
}

/** Makes the index anew, of every id in the log. */
export async function makeLogIndex(
  file: string,
  log: FileHandle,
  ids: readonly string[],
  to: IndexedTo,
): Promise<void> {
  await writeTable(file, log, ids.map(markOf), to);
}

function indexOver(file: string, handle: FileHandle, log: FileHandle, head: Head): LogIndex {
  const window = Buffer.alloc(REACH * SLOT_BYTES);
  const placeOf = (mark: bigint): number => HEAD_BYTES + Number(mark % BigInt(head.slots)) * SLOT_BYTES;
  /** Slot of a mark in its window, or the free slot for it; -1 where the window is full. */
  const find = (mark: bigint): { readonly slot: number; readonly taken: boolean } => {
    const read = readSync(handle.fd, window, 0, window.length, placeOf(mark));
    if (read < window.length) return { slot: -1, taken: true };
    for (let slot = 0; slot < REACH; slot++) {
      const found = window.readBigUInt64LE(slot * SLOT_BYTES);
      if (found === 0n || found === mark) return { slot, taken: found === mark };
    }
    return { slot: -1, taken: true };
  };
  return {
    sealedAt: head.sealedAt,
    length: head.length,
    mayHold: (id) => find(markOf(id)).taken,
    async add(ids, to) {
      const marks = ids.map(markOf);
      const entries = head.entries + marks.length;
      const fits =
        entries * 2 <= head.slots && marks.every((mark) => put(handle.fd, mark, find(mark), placeOf));
      if (fits)
        writeSync(handle.fd, headBytes({ ...to, slots: head.slots, entries }, log.fd), 0, HEAD_BYTES, 0);
      else await writeTable(file, log, [...(await marksOf(handle)), ...marks], to);
    },
    close: () => handle.close(),
  };
}

function put(
  fd: number,
  mark: bigint,
  { slot, taken }: { readonly slot: number; readonly taken: boolean },
  placeOf: (mark: bigint) => number,
): boolean {
  if (slot === -1) return false;
  if (taken) return true;
  const bytes = Buffer.alloc(SLOT_BYTES);
  bytes.writeBigUInt64LE(mark);
  writeSync(fd, bytes, 0, SLOT_BYTES, placeOf(mark) + slot * SLOT_BYTES);
  return true;
}

async function marksOf(handle: FileHandle): Promise<bigint[]> {
  const bytes = await readFrom(handle, HEAD_BYTES, (await handle.stat()).size);
  const marks: bigint[] = [];
  for (let at = 0; at + SLOT_BYTES <= bytes.length; at += SLOT_BYTES) {
    const mark = bytes.readBigUInt64LE(at);
    if (mark !== 0n) marks.push(mark);
  }
  return marks;
}

/** A table with room for four times as many, in place of the one that is there. */
async function writeTable(
  file: string,
  log: FileHandle,
  marks: readonly bigint[],
  to: IndexedTo,
): Promise<void> {
  let slots = FEWEST_SLOTS;
  while (slots < marks.length * 4) slots *= 2;
  let table = tableOf(marks, slots);
  while (table === null && slots < MOST_SLOTS) table = tableOf(marks, (slots *= 2));
  if (table === null || slots > MOST_SLOTS) return rm(file, { force: true });
  headBytes({ ...to, slots, entries: marks.length }, log.fd).copy(table);
  const aside = `${file}.new`;
  const handle = await open(aside, "w", 0o600);
  try {
    await handle.writeFile(table);
  } finally {
    await handle.close();
  }
  await rename(aside, file);
}

/** `null` where a window is full. */
function tableOf(marks: readonly bigint[], slots: number): Buffer | null {
  const table = Buffer.alloc(tableBytes(slots));
  for (const mark of marks) {
    let at = HEAD_BYTES + Number(mark % BigInt(slots)) * SLOT_BYTES;
    const end = at + REACH * SLOT_BYTES;
    while (at < end && table.readBigUInt64LE(at) !== 0n) at += SLOT_BYTES;
    if (at === end) return null;
    table.writeBigUInt64LE(mark, at);
  }
  return table;
}

function tableBytes(slots: number): number {
  return HEAD_BYTES + (slots + REACH) * SLOT_BYTES;
}

function markOf(id: string): bigint {
  const mark = createHash("sha256").update(id).digest().readBigUInt64LE();
  return mark === 0n ? 1n : mark;
}

function readHead(fd: number, logFd: number, size: number): Head | null {
  const bytes = Buffer.alloc(HEAD_BYTES);
  if (readSync(fd, bytes, 0, HEAD_BYTES, 0) < HEAD_BYTES) return null;
  const [slots = 0, entries = 0, sealedAt = 0, length = 0] = [0, 1, 2, 3].map((i) =>
    bytes.readDoubleLE(MAGIC.length + i * 8),
  );
  const head: Head = { slots, entries, sealedAt, length };
  const known = length <= size && length - sealedAt <= MOST_TAIL_BYTES;
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC) || !known || !isPlausible(head)) return null;
  if (fstatSync(fd).size !== tableBytes(slots)) return null;
  return headBytes(head, logFd).equals(bytes) ? head : null;
}

function isPlausible({ slots, entries, sealedAt, length }: Head): boolean {
  return (
    [slots, entries, sealedAt, length].every((value) => Number.isSafeInteger(value) && value >= 0) &&
    slots >= FEWEST_SLOTS &&
    slots <= MOST_SLOTS &&
    sealedAt < length
  );
}

function headBytes(head: Head, logFd: number): Buffer {
  const bytes = Buffer.alloc(HEAD_BYTES);
  MAGIC.copy(bytes);
  [head.slots, head.entries, head.sealedAt, head.length].forEach((value, i) => {
    bytes.writeDoubleLE(value, MAGIC.length + i * 8);
  });
  const tail = Buffer.alloc(head.length - head.sealedAt);
  const read = readSync(logFd, tail, 0, tail.length, head.sealedAt);
  const digest = createHash("sha256")
    .update(bytes.subarray(0, FIELD_BYTES))
    .update(tail.subarray(0, read))
    .digest();
  digest.copy(bytes, FIELD_BYTES, 0, HEAD_BYTES - FIELD_BYTES);
  return bytes;
}

/** The bytes [from, to) of a file. */
export async function readFrom(handle: FileHandle, from: number, to: number): Promise<Buffer> {
  const bytes = Buffer.alloc(Math.max(0, to - from));
  let done = 0;
  while (done < bytes.length) {
    const { bytesRead } = await handle.read(bytes, done, bytes.length - done, from + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}
