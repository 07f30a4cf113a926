import type { ModuleSource, RegoVersion } from "../api.ts";
import { fail, type Outcome, ok } from "../errors.ts";
import { isArray, isObject, lookup, type Value } from "../values/index.ts";
import { MergedData, readJson, readYaml } from "./documents.ts";
import { type FileSystem, joinPath, walkFiles } from "./files.ts";
import { SIGNATURES, type Verification, verifyBundle } from "./signatures.ts";
import { readTarGz } from "./tar.ts";

export interface Bundle {
  readonly modules: readonly ModuleSource[];
  readonly data: Value;
  readonly revision: string;
  /** Paths below `data` that the bundle owns; `[""]` is everything. */
  readonly roots: readonly string[];
}

interface Entry {
  /** Path inside of the bundle, without a leading slash. */
  readonly inner: string;
  readonly shown: string;
  readonly bytes: Uint8Array;
}

/** Reads a bundle: a folder or a tar.gz, `.manifest`, modules, `data.json` and `data.yaml`. */
export function readBundle(
  files: FileSystem,
  path: string,
  ignored: (name: string) => boolean,
  version: RegoVersion,
  verification?: Verification,
): Outcome<Bundle, string> {
  const entries =
    files.kindOf(path) === "folder" ? folderEntries(files, path, ignored) : tarEntries(files, path, ignored);
  if (!entries.ok) return entries;
  if (verification !== undefined) {
    const signatures = entries.value.find((entry) => entry.inner === SIGNATURES);
    const signed = entries.value.filter((entry) => entry.inner !== SIGNATURES);
    const wrong = verifyBundle(signed, signatures?.bytes, verification);
    if (wrong !== undefined) return fail(`bundle ${path}: ${wrong}`);
  }
  const bundle = assemble(entries.value, path, version);
  return bundle.ok ? bundle : fail(`bundle ${path}: ${bundle.error}`);
}

function folderEntries(
  files: FileSystem,
  path: string,
  ignored: (name: string) => boolean,
): Outcome<readonly Entry[], string> {
  const found = walkFiles(files, path, ignored);
  if (!found.ok) return found;
  const entries: Entry[] = [];
  for (const file of found.value) {
    if (!isBundleFile(file.name)) continue;
    const read = files.readFile(file.path);
    if (!read.ok) return fail(`open ${file.path}: ${read.error}`);
    entries.push({ inner: [...file.folders, file.name].join("/"), shown: file.path, bytes: read.value });
  }
  return ok(entries);
}

function tarEntries(
  files: FileSystem,
  path: string,
  ignored: (name: string) => boolean,
): Outcome<readonly Entry[], string> {
  const read = files.readFile(path);
  if (!read.ok) return fail(`open ${path}: ${read.error}`);
  const archive = readTarGz(read.value);
  if (!archive.ok) return fail(`bundle ${path}: ${archive.error}`);
  return ok(
    archive.value
      .map(({ path: name, bytes }) => ({ inner: joinPath(name).replace(/^\/+/, ""), shown: name, bytes }))
      .filter(({ inner }) => !inner.startsWith("..") && !inner.split("/").some(ignored))
      .filter(({ inner }) => isBundleFile(inner.slice(inner.lastIndexOf("/") + 1))),
  );
}

function isBundleFile(name: string): boolean {
  return /^(data\.(json|ya?ml)|\.manifest|\.signatures\.json|policy\.wasm|.*\.rego)$/.test(name);
}

function assemble(entries: readonly Entry[], path: string, version: RegoVersion): Outcome<Bundle, string> {
  const manifest = readManifest(
    entries.find((entry) => entry.inner === ".manifest"),
    version,
  );
  if (!manifest.ok) return manifest;
  const { roots, revision } = manifest.value;
  const modules: ModuleSource[] = [];
  const data = new MergedData();
  for (const entry of entries) {
    const text = new TextDecoder().decode(entry.bytes);
    const folders = entry.inner.split("/").slice(0, -1);
    if (entry.inner.endsWith(".rego")) {
      const own = manifest.value.versionOf(entry.inner);
      modules.push({ name: entry.shown, source: text, version: own });
      continue;
    }
    if (!/(^|\/)data\.(json|ya?ml)$/.test(entry.inner)) continue;
    const read = entry.inner.endsWith(".json") ? readJson(text) : readYaml(text);
    if (!read.ok) return fail(`bundle load failed on ${entry.inner}: ${read.error}`);
    if (!isObject(read.value))
      return fail(`bundle load failed on ${entry.inner}: document must be of type object`);
    const error = data.merge(folders, read.value, joinPath(path, entry.inner));
    if (error !== undefined) return fail(error);
  }
  const outside = outsideRoots(data.value, roots, []);
  if (outside !== undefined) {
    return fail(
      `manifest roots [${roots.join(" ")}] do not permit data at path '/${outside.join("/")}' (hint: check bundle directory structure)`,
    );
  }
  const module = modules.find((found) => !owned(packagePath(found.source), roots));
  if (module !== undefined) {
    const name = packagePath(module.source).join(".");
    return fail(
      `manifest roots [${roots.join(" ")}] do not permit 'package ${name}' in module '${module.name}'`,
    );
  }
  return ok({ modules, data: data.value, revision, roots });
}

interface Manifest {
  readonly revision: string;
  readonly roots: readonly string[];
  versionOf(inner: string): RegoVersion;
}

function readManifest(entry: Entry | undefined, version: RegoVersion): Outcome<Manifest, string> {
  if (entry === undefined) return ok({ revision: "", roots: [""], versionOf: () => version });
  const read = readJson(new TextDecoder().decode(entry.bytes));
  if (!read.ok) return fail(`bundle load failed on .manifest: ${read.error}`);
  const member = (name: string): Value | undefined =>
    isObject(read.value) ? lookup(read.value, name) : undefined;
  const roots = member("roots");
  const listed = isArray(roots) ? roots.filter((root) => typeof root === "string") : [""];
  const revision = member("revision");
  const own = versionNumber(member("rego_version")) ?? version;
  const byFile = member("file_rego_versions");
  return ok({
    revision: typeof revision === "string" ? revision : "",
    roots: listed.map((root) => root.replace(/^\/+|\/+$/g, "")),
    versionOf: (inner) =>
      (byFile !== undefined && isObject(byFile)
        ? versionNumber(lookup(byFile, `/${inner}`) ?? lookup(byFile, inner))
        : undefined) ?? own,
  });
}

function versionNumber(value: Value | undefined): RegoVersion | undefined {
  return value === 0 || value === 1 ? value : undefined;
}

function owned(path: readonly string[], roots: readonly string[]): boolean {
  return roots.some((root) => root === "" || `${path.join("/")}/`.startsWith(`${root}/`));
}

/** The first path of a document that no root covers. */
function outsideRoots(
  document: Value,
  roots: readonly string[],
  path: readonly string[],
): readonly string[] | undefined {
  if (path.length > 0 && owned(path, roots)) return undefined;
  if (roots.includes("")) return undefined;
  if (
    !isObject(document) ||
    !roots.some((root) => path.length === 0 || `${root}/`.startsWith(`${path.join("/")}/`))
  )
    return path;
  for (const name of Object.keys(document).sort()) {
    const outside = outsideRoots((document as Record<string, Value>)[name] as Value, roots, [...path, name]);
    if (outside !== undefined) return outside;
  }
  return undefined;
}

/** The package of a module's text, without parsing all of it. */
function packagePath(source: string): readonly string[] {
  const found = /^\s*package\s+([^\s#;]+)/m.exec(source)?.[1] ?? "";
  return found.split(/\.|\["|"\]/).filter((part) => part !== "");
}
