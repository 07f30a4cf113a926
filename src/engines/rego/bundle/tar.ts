import { gunzipSync } from "node:zlib";
import { fail, type Outcome, ok } from "../errors.ts";

export interface ArchivedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

const BLOCK = 512;
/** OPA's own bound of one file in a bundle is 1 GiB; all of them together are held in memory here. */
const MAX_BYTES = 1 << 30;

/** The regular files of a gzipped tar archive (POSIX ustar, with pax paths). */
export function readTarGz(bytes: Uint8Array, maxBytes = MAX_BYTES): Outcome<readonly ArchivedFile[], string> {
  let tar: Uint8Array;
  try {
    tar = gunzipSync(bytes, { maxOutputLength: maxBytes });
  } catch (thrown) {
    return fail(`archive read failed: ${thrown instanceof Error ? thrown.message : "no gzip"}`);
  }
  const files: ArchivedFile[] = [];
  let longName: string | undefined;
  for (let at = 0; at + BLOCK <= tar.length; ) {
    const header = tar.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) break;
    const size = octal(header.subarray(124, 136));
    if (size === undefined || at + BLOCK + size > tar.length)
      return fail("archive read failed: unexpected EOF");
    const body = tar.subarray(at + BLOCK, at + BLOCK + size);
    const type = String.fromCharCode(header[156] ?? 0);
    if (type === "x") longName = paxPath(body) ?? longName;
    else if (type === "L") longName = text(body);
    else if (type === "0" || type === "\0") {
      const prefix = text(header.subarray(345, 500));
      const name = text(header.subarray(0, 100));
      files.push({ path: longName ?? (prefix === "" ? name : `${prefix}/${name}`), bytes: body });
      longName = undefined;
    } else if (type !== "g") longName = undefined;
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return ok(files);
}

function text(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}

function octal(bytes: Uint8Array): number | undefined {
  const digits = text(bytes).trim();
  return /^[0-7]{1,11}$/.test(digits) ? Number.parseInt(digits, 8) : undefined;
}

/** The `path` record of a pax header: `length key=value\n`. */
function paxPath(body: Uint8Array): string | undefined {
  for (const line of new TextDecoder().decode(body).split("\n")) {
    const found = /^\d+ path=(.*)$/s.exec(line);
    if (found !== null) return found[1];
  }
  return undefined;
}
