import type { ModuleSource, RegoVersion } from "../api.ts";
import { fail, type Outcome, ok } from "../errors.ts";
import { isObject, type Value } from "../values/index.ts";
import { readBundle } from "./bundle.ts";
import { MergedData, readJson, readYaml } from "./documents.ts";
import { type FileSystem, ignoring, joinPath, walkFiles } from "./files.ts";
import type { Verification } from "./signatures.ts";

export interface LoadRequest {
  /** `-d`: files and folders, each may be led by a path below `data` and a colon. */
  readonly data: readonly string[];
  /** `-b`: bundle folders and archives. */
  readonly bundles: readonly string[];
  readonly ignore: readonly string[];
  readonly version: RegoVersion;
  /**
   * Which documents of `data` paths are read: all (default), those named `data.json` or `data.yaml`, or none, as by
   * commands that only look at modules.
   */
  readonly documents?: "all" | "named data" | "none";
  /** What the bundles must be signed with; absent: signatures are not looked at. */
  readonly verification?: Verification;
}

export interface Loaded {
  readonly modules: readonly ModuleSource[];
  readonly data: Value;
}

/** Loads modules and documents as `opa eval -d … -b …` does. The errors are sentences in its words. */
export function load(files: FileSystem, request: LoadRequest): Outcome<Loaded, readonly string[]> {
  const ignored = ignoring(request.ignore);
  const modules = new Map<string, ModuleSource>();
  const data = new MergedData();
  const errors: string[] = [];
  const take = (error: string | undefined): void => {
    if (error !== undefined) errors.push(error);
  };
  for (const path of request.bundles) {
    const clean = localPath(path);
    const bundle =
      files.kindOf(clean) === undefined
        ? fail(`error reading "${clean}": ${missing(clean).error}`)
        : readBundle(files, clean, ignored, request.version, request.verification);
    if (!bundle.ok) {
      errors.push(`loading error: ${bundle.error}`);
      continue;
    }
    for (const module of bundle.value.modules) modules.set(module.name, module);
    take(data.merge([], bundle.value.data, clean));
  }
  const base = new MergedData();
  const reading: Reading = {
    files,
    ignored,
    version: request.version,
    documents: request.documents ?? "all",
    modules,
    data: base,
    take,
  };
  for (const argument of request.data) loadArgument(reading, argument);
  if (request.bundles.length === 0) {
    if (errors.length > 0) return fail(errors);
    return ok({ modules: [...modules.values()], data: base.value });
  }
  // Documents of `-d` may repeat those of a bundle; they are laid over them.
  take(data.merge([], base.value, "", true));
  return errors.length > 0 ? fail(errors) : ok({ modules: [...modules.values()], data: data.value });
}

interface Reading {
  readonly files: FileSystem;
  readonly ignored: (name: string) => boolean;
  readonly version: RegoVersion;
  readonly documents: "all" | "named data" | "none";
  readonly modules: Map<string, ModuleSource>;
  readonly data: MergedData;
  readonly take: (error: string | undefined) => void;
}

function missing(path: string): { readonly ok: false; readonly error: string } {
  return { ok: false, error: `stat ${path}: no such file or directory` };
}

function loadArgument(reading: Reading, argument: string): void {
  const { prefix, path } = splitPrefix(argument);
  const kind = reading.files.kindOf(path);
  if (kind === undefined) reading.take(missing(path).error);
  else if (kind === "file") loadFile(reading, joinPath(path), prefix, true);
  else {
    const found = walkFiles(reading.files, path, reading.ignored);
    if (!found.ok) reading.take(found.error);
    else for (const file of found.value) loadFile(reading, file.path, [...prefix, ...file.folders], false);
  }
}

function loadFile(reading: Reading, path: string, prefix: readonly string[], named: boolean): void {
  const known = /\.(rego|json|ya?ml)$/.test(path);
  if (!known && !named) return;
  if (!path.endsWith(".rego") && !wantsDocument(reading, path)) return;
  const error =
    named && /\.(tar\.gz|tgz)$/.test(path)
      ? loadArchive(reading, path, prefix)
      : loadText(reading, path, prefix);
  reading.take(error);
}

function wantsDocument({ documents }: Reading, path: string): boolean {
  if (documents === "all") return true;
  return documents === "named data" && /(^|\/)data\.(json|ya?ml)$/.test(path);
}

function loadArchive(reading: Reading, path: string, prefix: readonly string[]): string | undefined {
  const bundle = readBundle(reading.files, path, reading.ignored, reading.version);
  if (!bundle.ok) return bundle.error;
  for (const module of bundle.value.modules) reading.modules.set(module.name, module);
  return reading.data.merge(prefix, bundle.value.data, path);
}

function loadText(reading: Reading, path: string, prefix: readonly string[]): string | undefined {
  const read = reading.files.readFile(path);
  if (!read.ok) return `open ${path}: ${read.error}`;
  const text = new TextDecoder().decode(read.value);
  if (path.endsWith(".rego")) {
    reading.modules.set(path, { name: path, source: text, version: reading.version });
    return undefined;
  }
  const document = path.endsWith(".json") ? readJson(text) : readYaml(text);
  if (!document.ok) return `${path}: ${document.error}`;
  if (!isObject(document.value)) return `${path}: document must be of type object`;
  return reading.data.merge(prefix, document.value, path);
}

/** `a.b:path` and `file://` addresses. */
function splitPrefix(argument: string): { prefix: readonly string[]; path: string } {
  const address = /^file:\/\/(.*)$/.exec(argument);
  if (address !== null) return { prefix: [], path: address[1] ?? "" };
  const colon = argument.indexOf(":");
  const prefix = colon < 0 ? "" : argument.slice(0, colon);
  if (colon <= 0 || prefix.includes("/")) return { prefix: [], path: localPath(argument) };
  return {
    prefix: prefix.split(".").filter((part, i) => part !== "" && !(i === 0 && part === "data")),
    path: localPath(argument.slice(colon + 1)),
  };
}

function localPath(path: string): string {
  return path.replace(/^file:\/\//, "");
}
