import type { CompiledFile } from "../compiler/compile.ts";
import { Abort } from "../errors.ts";
import type { HttpAnswer, HttpRequest } from "../imports/define.ts";
import { STANDARD_IMPORTS } from "../imports/standard-imports.ts";
import { placeAt } from "../source-file.ts";
import { deepCopy } from "../values/copy.ts";
import { fromJson } from "../values/json.ts";
import { MapValue } from "../values/map-value.ts";
import { FuncValue } from "../values/value.ts";
import { Frame, RuleValue } from "./frame.ts";
import type { BoundImport, Runtime } from "./runtime.ts";

/**
 * What an import name stands for. `module` is a Sentinel file (also of a mock); `static` is plain JSON, read lazily and
 * never changed; `native` is made by the host for each evaluation, such as the Terraform imports.
 */
export type ImportSource =
  | { readonly kind: "module"; readonly program: { readonly compiled: CompiledFile } }
  | { readonly kind: "static"; readonly data: unknown }
  | { readonly kind: "native"; readonly make: (context: NativeContext) => BoundImport };

export interface NativeContext {
  readonly rt: Runtime;
}

export interface ImportSettings {
  /** By import name; they go before the standard imports. */
  readonly sources: ReadonlyMap<string, ImportSource>;
  /** Configuration of standard imports by name, such as `timezone` of `time`. */
  readonly config: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  readonly nowNs: bigint | null;
  readonly runtimeVersion: string;
  readonly request: (request: HttpRequest) => HttpAnswer;
}

/** Binds the imports of one file, running modules that nobody imported before. */
export function bindImports(file: CompiledFile, rt: Runtime, settings: ImportSettings): void {
  const loader = { rt, settings, loaded: new Map<string, BoundImport>(), running: new Set<CompiledFile>() };
  bindFile(file, loader);
}

interface Loader {
  readonly rt: Runtime;
  readonly settings: ImportSettings;
  readonly loaded: Map<string, BoundImport>;
  readonly running: Set<CompiledFile>;
}

function bindFile(file: CompiledFile, loader: Loader): void {
  const bound = file.ast.imports.map((decl) => {
    try {
      return load(decl.path, loader);
    } catch (error) {
      if (error instanceof Abort && error.place === null) {
        throw new Abort("sentinel_import_error", error.message, placeAt(file.file, decl.pos));
      }
      throw error;
    }
  });
  loader.rt.imports.set(file.file, bound);
}

function load(path: string, loader: Loader): BoundImport {
  const known = loader.loaded.get(path);
  if (known !== undefined) {
    return known;
  }
  const made = make(path, loader);
  loader.loaded.set(path, made);
  return made;
}

function make(path: string, loader: Loader): BoundImport {
  const { sources } = loader.settings;
  const source = sources.get(path);
  if (source !== undefined) {
    return bindSource(source, loader);
  }
  const partOfStatic = staticPart(path, sources);
  if (partOfStatic !== null) {
    return partOfStatic;
  }
  const standard = STANDARD_IMPORTS.get(path);
  if (standard === undefined) {
    throw new Abort("sentinel_import_error", `Import "${path}" is not available`);
  }
  const { rt, settings } = loader;
  const space = standard({
    rt,
    nowNs: settings.nowNs,
    config: settings.config.get(path) ?? {},
    runtimeVersion: settings.runtimeVersion,
    request: settings.request,
  });
  return { member: space.get, value: null };
}

function bindSource(source: ImportSource, loader: Loader): BoundImport {
  switch (source.kind) {
    case "static":
      return bindStatic(source.data);
    case "native":
      return source.make({ rt: loader.rt });
    case "module":
      return runModule(source.program.compiled, loader);
  }
}

/** Static data: every read converts the JSON anew, so that nothing a policy changes is seen elsewhere. */
function bindStatic(data: unknown): BoundImport {
  return {
    member: (name) => {
      const value = fromJson(data);
      return value instanceof MapValue ? value.get(name) : undefined;
    },
    value: () => fromJson(data),
  };
}

/** `import "animals/dogs"`: the member `dogs` of the static import `animals`. */
function staticPart(path: string, sources: ReadonlyMap<string, ImportSource>): BoundImport | null {
  for (let cut = path.lastIndexOf("/"); cut > 0; cut = path.lastIndexOf("/", cut - 1)) {
    const source = sources.get(path.slice(0, cut));
    if (source === undefined) {
      continue;
    }
    if (source.kind !== "static") {
      return null;
    }
    let data = source.data;
    for (const key of path.slice(cut + 1).split("/")) {
      if (typeof data !== "object" || data === null || Array.isArray(data) || !Object.hasOwn(data, key)) {
        return null;
      }
      data = (data as Readonly<Record<string, unknown>>)[key];
    }
    return bindStatic(data);
  }
  return null;
}

/** Runs a module's statements. Its top-level values are its members. */
function runModule(file: CompiledFile, loader: Loader): BoundImport {
  const { rt } = loader;
  if (loader.running.has(file)) {
    throw new Abort("sentinel_import_error", `the module \`${file.file.name}\` imports itself`);
  }
  const [param] = file.ast.params;
  if (param !== undefined) {
    throw new Abort(
      "sentinel_runtime_error",
      "a module cannot have parameters",
      placeAt(file.file, param.pos),
    );
  }
  loader.running.add(file);
  bindFile(file, loader);
  loader.running.delete(file);
  const frame = new Frame(file.size, null);
  file.run(frame, rt);
  return {
    value: null,
    member: (name) => {
      const at = file.members.get(name);
      const slot = at === undefined ? undefined : frame.slots[at];
      if (slot === undefined) {
        return undefined;
      }
      const value = slot instanceof RuleValue ? slot.force(rt) : slot;
      // Lists and maps are copied on read; functions are shared and keep their state.
      return value instanceof FuncValue ? value : deepCopy(value, rt);
    },
  };
}
