import type { Outcome } from "../errors.ts";

/** What the loader may read. Errors are sentences of the system (`no such file or directory`), never thrown. */
export interface FileSystem {
  kindOf(path: string): "file" | "folder" | undefined;
  readFile(path: string): Outcome<Uint8Array, string>;
  /** Names in a folder, in any order. */
  readDir(path: string): Outcome<readonly string[], string>;
}

/** Joins and cleans as Go's `filepath.Join`: no `.`, no doubled slash, `..` taken back where that is possible. */
export function joinPath(...parts: readonly string[]): string {
  const joined = parts.filter((part) => part !== "").join("/");
  const rooted = joined.startsWith("/");
  const out: string[] = [];
  for (const part of joined.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && out.length > 0 && out.at(-1) !== "..") out.pop();
    else if (part !== ".." || !rooted) out.push(part);
  }
  const text = out.join("/");
  if (rooted) return `/${text}`;
  return text === "" ? "." : text;
}

export interface FoundFile {
  /** As it is shown in errors. */
  readonly path: string;
  /** Folders between the root that was named and the file. */
  readonly folders: readonly string[];
  readonly name: string;
}

const MAX_FILES = 100_000;

/** All files below a folder in order of their paths, without those that `ignored` names. */
export function walkFiles(
  files: FileSystem,
  root: string,
  ignored: (name: string) => boolean,
): Outcome<readonly FoundFile[], string> {
  const found: FoundFile[] = [];
  const visit = (path: string, folders: readonly string[]): string | undefined => {
    const listed = files.readDir(path);
    if (!listed.ok) return `open ${path}: ${listed.error}`;
    for (const name of [...listed.value].sort()) {
      if (ignored(name)) continue;
      const inner = joinPath(path, name);
      const kind = files.kindOf(inner);
      if (kind === "file") found.push({ path: inner, folders, name });
      if (found.length > MAX_FILES) return `${root}: more than ${MAX_FILES} files`;
      const error = kind === "folder" ? visit(inner, [...folders, name]) : undefined;
      if (error !== undefined) return error;
    }
    return undefined;
  };
  const error = visit(joinPath(root), []);
  return error === undefined ? { ok: true, value: found } : { ok: false, error };
}

/** `--ignore` patterns: `*` stands for any run of characters of one name, `?` for one character. */
export function ignoring(patterns: readonly string[]): (name: string) => boolean {
  const tests = patterns.map((pattern) => {
    const parts = pattern.split("*");
    return (name: string): boolean => matchParts(name, parts);
  });
  return (name) => tests.some((test) => test(name));
}

function matchParts(name: string, parts: readonly string[]): boolean {
  const same = (text: string, part: string): boolean =>
    text.length === part.length && [...part].every((unit, i) => unit === "?" || unit === text[i]);
  const first = parts[0] ?? "";
  if (!same(name.slice(0, first.length), first)) return false;
  if (parts.length === 1) return name.length === first.length;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    while (at + part.length <= name.length && !same(name.slice(at, at + part.length), part)) at++;
    if (at + part.length > name.length) return false;
    at += part.length;
  }
  const last = parts.at(-1) ?? "";
  return name.length - at >= last.length && same(name.slice(name.length - last.length), last);
}
