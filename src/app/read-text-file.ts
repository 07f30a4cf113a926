import { constants } from "node:buffer";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { codeOf, err, messageOf, ok, type Problem, problem, type Result } from "../base/index.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Audit logs are delivered compressed, some hundred to one at most; a file of zeros becomes a thousand times as large. */
const MOST_UNPACKED = Math.min(512 * 2 ** 20, constants.MAX_STRING_LENGTH);

/**
 * A UTF-8 file, or one sentence why not. A file compressed with gzip (RFC 1952, told by its first bytes, not by its name) is
 * read as what it holds, up to `mostUnpacked` bytes. `shown` is the path as the person wrote it.
 * Problems: `file_missing`, `file_unreadable`, `file_not_gzip`, `file_too_large`, `file_not_utf8`.
 */
export async function readTextFile(
  path: string,
  shown: string,
  mostUnpacked: number = MOST_UNPACKED,
): Promise<Result<string, Problem>> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    const code = codeOf(cause) ?? "unknown error";
    const message = code === "ENOENT" ? "the file does not exist" : `the file cannot be read (${code})`;
    return err(
      problem(code === "ENOENT" ? "file_missing" : "file_unreadable", message, { place: { file: shown } }),
    );
  }
  const plain =
    bytes[0] === 0x1f && bytes[1] === 0x8b ? await unpacked(bytes, shown, mostUnpacked) : ok(bytes);
  if (!plain.ok) return plain;
  try {
    return ok(utf8.decode(plain.value));
  } catch {
    return err(problem("file_not_utf8", "the file is not valid UTF-8", { place: { file: shown } }));
  }
}

/** Ends at the limit, before the memory for more is taken. */
async function unpacked(
  bytes: Uint8Array,
  shown: string,
  mostUnpacked: number,
): Promise<Result<Uint8Array, Problem>> {
  try {
    return ok(await promisify(gunzip)(bytes, { maxOutputLength: mostUnpacked }));
  } catch (cause) {
    const place = { file: shown };
    if (codeOf(cause) === "ERR_BUFFER_TOO_LARGE") {
      const most = Math.floor(mostUnpacked / 2 ** 20);
      const hint =
        "pass the log in several files, or decompress it and keep the lines of the time in question";
      return err(
        problem("file_too_large", `the file holds more than ${most} MB when it is decompressed`, {
          place,
          hint,
        }),
      );
    }
    const hint = "copy the file again: it is cut off or damaged";
    return err(
      problem("file_not_gzip", `the file cannot be decompressed (${messageOf(cause)})`, { place, hint }),
    );
  }
}
