import type { SentinelError } from "../errors.ts";
import { sentinelError } from "../errors.ts";
import type { ImportSource } from "../evaluator/imports.ts";
import type { SentinelHost } from "../host/host.ts";
import type { CompileOptions, Program } from "../program.ts";
import { compile } from "../program.ts";
import type { Result } from "../result.ts";
import { fail, ok } from "../result.ts";
import { terraformImport } from "../terraform/terraform-imports.ts";
import type { ConfiguredImport, SentinelConfig, Values } from "./config.ts";
import { isRemoteSource, joinPath } from "./paths.ts";

/** Compiled files by path; a test run compiles each policy and module once. */
export type ProgramCache = Map<
  string,
  { readonly text: string; readonly result: Result<Program, SentinelError[]> }
>;

export interface ResolvedImports {
  readonly sources: Readonly<Record<string, ImportSource>>;
  readonly config: Readonly<Record<string, Values>>;
}

export interface ResolveContext {
  readonly host: SentinelHost;
  /** Folder that local sources are relative to. */
  readonly base: string;
  readonly cache: ProgramCache;
  readonly compileOptions: CompileOptions;
}

/** Reads and compiles what a configuration names: mocks go before imports of the same name. */
export function resolveImports(
  config: SentinelConfig,
  context: ResolveContext,
): Result<ResolvedImports, SentinelError> {
  const sources: Record<string, ImportSource> = Object.create(null) as Record<string, ImportSource>;
  const pluginConfig: Record<string, Values> = Object.create(null) as Record<string, Values>;
  for (const [name, configured] of config.imports) {
    if (config.mocks.has(name)) {
      continue;
    }
    const source = resolveImport(name, configured, context);
    if (!source.ok) {
      return source;
    }
    if (source.value === null) {
      pluginConfig[name] = configured.kind === "plugin" ? configured.config : {};
    } else {
      sources[name] = source.value;
    }
  }
  for (const [name, mock] of config.mocks) {
    if (mock.kind === "data") {
      sources[name] = { kind: "static", data: mock.data };
      continue;
    }
    const source = mock.source.endsWith(".json")
      ? readStatic(mock.source, context)
      : readModule(mock.source, context);
    if (!source.ok) {
      return source;
    }
    sources[name] = source.value;
  }
  return ok({ sources, config: pluginConfig });
}

/** Null: only configuration of a standard import. */
function resolveImport(
  name: string,
  configured: ConfiguredImport,
  context: ResolveContext,
): Result<ImportSource | null, SentinelError> {
  switch (configured.kind) {
    case "module":
      return readModule(configured.source, context);
    case "static":
      return configured.format === "json"
        ? readStatic(configured.source, context)
        : fail(
            configError(
              `the format \`${configured.format}\` of the static import \`${name}\` is not supported`,
            ),
          );
    case "plugin":
      return resolvePlugin(name, configured.config, configured.source, context);
  }
}

/** The Terraform imports read their document from a file (`plan_path` or `path`); other plugins are programs we cannot run. */
function resolvePlugin(
  name: string,
  config: Values,
  source: string | null,
  context: ResolveContext,
): Result<ImportSource | null, SentinelError> {
  const path = config["plan_path"] ?? config["path"];
  if (typeof path === "string") {
    const document = readJson(path, context);
    if (!document.ok) {
      return document;
    }
    const made = terraformImport(name, { plan: document.value });
    return made === null ? fail(configError(`the plugin \`${name}\` is not known`)) : ok(made);
  }
  return source === null
    ? ok(null)
    : fail(
        configError(
          `unsupported source \`${source}\` of the plugin \`${name}\`: plugins are programs, which are not run; give what it answers as \`import "static"\` or \`mock\``,
        ),
      );
}

function readText(
  source: string,
  context: ResolveContext,
): Result<{ readonly path: string; readonly text: string }, SentinelError> {
  if (isRemoteSource(source)) {
    const fetched = context.host.fetchSource?.(source);
    if (fetched === undefined) {
      return fail(
        configError(
          `unsupported source \`${source}\`: nothing is fetched; put a copy beside the configuration and name its path (\`./…\`)`,
        ),
      );
    }
    return "error" in fetched
      ? fail(configError(`the source \`${source}\` cannot be read: ${fetched.error}`))
      : ok({ path: source, text: fetched.text });
  }
  const path = joinPath(context.base, source);
  const text = context.host.readFile(path);
  return text === null ? fail(configError(`the file \`${path}\` cannot be read`)) : ok({ path, text });
}

export function readProgram(source: string, context: ResolveContext): Result<Program, SentinelError[]> {
  const read = readText(source, context);
  if (!read.ok) {
    return fail([read.error]);
  }
  const { path, text } = read.value;
  const known = context.cache.get(path);
  if (known !== undefined && known.text === text) {
    return known.result;
  }
  const result = compile({ name: path, text }, context.compileOptions);
  context.cache.set(path, { text, result });
  return result;
}

function readModule(source: string, context: ResolveContext): Result<ImportSource, SentinelError> {
  const program = readProgram(source, context);
  return program.ok
    ? ok({ kind: "module", program: program.value })
    : fail(program.error[0] as SentinelError);
}

function readStatic(source: string, context: ResolveContext): Result<ImportSource, SentinelError> {
  const data = readJson(source, context);
  return data.ok ? ok({ kind: "static", data: data.value }) : data;
}

function readJson(source: string, context: ResolveContext): Result<unknown, SentinelError> {
  const read = readText(source, context);
  if (!read.ok) {
    return read;
  }
  try {
    return ok(JSON.parse(read.value.text) as unknown);
  } catch (error) {
    return fail(
      configError(
        `the file \`${read.value.path}\` is not JSON: ${error instanceof Error ? error.message : "unknown reason"}`,
      ),
    );
  }
}

function configError(message: string): SentinelError {
  return sentinelError("sentinel_config_error", message, null);
}
