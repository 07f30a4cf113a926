import { readFile } from "node:fs/promises";
import { codeOf, err, ok, type Problem, problem, type Result } from "../base/index.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** A UTF-8 file, or one sentence why not. `shown` is the path as the person wrote it. */
export async function readTextFile(path: string, shown: string): Promise<Result<string, Problem>> {
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
  try {
    return ok(utf8.decode(bytes));
  } catch {
    return err(problem("file_not_utf8", "the file is not valid UTF-8", { place: { file: shown } }));
  }
}
