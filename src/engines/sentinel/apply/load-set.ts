import type { EnforcementLevel, Values } from "../config/config.ts";
import { joinPath } from "../config/paths.ts";
import type { ProgramCache } from "../config/resolve-imports.ts";
import { readProgram, resolveImports } from "../config/resolve-imports.ts";
import type { SentinelError } from "../errors.ts";
import type { ImportSource } from "../evaluator/imports.ts";
import type { SentinelHost } from "../host/host.ts";
import type { CompileOptions, Program } from "../program.ts";
import type { Result } from "../result.ts";
import { fail, ok } from "../result.ts";
import { loadConfig } from "./load-policies.ts";

export interface LoadedPolicy {
  readonly name: string;
  /** As the configuration names it, relative to its folder. */
  readonly source: string;
  readonly level: EnforcementLevel;
  /** The set's parameters with the policy's own over them. */
  readonly params: Values;
  readonly program: Program;
}

/** A folder's policies, compiled, with what they import. The Terraform imports of a plan are added by the caller. */
export interface LoadedSet {
  readonly policies: readonly LoadedPolicy[];
  readonly imports: Readonly<Record<string, ImportSource>>;
  readonly importConfig: Readonly<Record<string, Values>>;
  readonly globals: Values;
  readonly features: Values;
}

export interface LoadOptions extends CompileOptions {
  /** False leaves out the mocks of the configuration: who judges real documents must not meet a stand-in. Default true. */
  readonly mocks?: boolean;
}

/** Reads `sentinel.hcl` and its overrides from a folder, whose paths are relative to it. All errors are given at once. */
export function loadPolicySet(
  host: SentinelHost,
  folder: string,
  options: LoadOptions = {},
): Result<LoadedSet, SentinelError[]> {
  const { mocks = true, ...compileOptions } = options;
  const config = loadConfig(host, folder);
  if (!config.ok) {
    return fail([config.error]);
  }
  const imported = mocks ? config.value : { ...config.value, mocks: new Map() };
  const cache: ProgramCache = new Map();
  const base = joinPath("", folder);
  const imports = resolveImports(imported, { host, base, cache, compileOptions });
  const errors: SentinelError[] = imports.ok ? [] : [imports.error];
  const policies: LoadedPolicy[] = [];
  for (const { name, level, source, params } of config.value.policies) {
    const program = readProgram(source, { host, base, cache, compileOptions });
    if (program.ok) {
      policies.push({
        name,
        source,
        level,
        params: { ...config.value.params, ...params },
        program: program.value,
      });
    } else {
      errors.push(...program.error);
    }
  }
  if (!imports.ok || errors.length > 0) {
    return fail(errors);
  }
  const { globals, features } = config.value;
  return ok({
    policies,
    imports: imports.value.sources,
    importConfig: imports.value.config,
    globals,
    features,
  });
}
