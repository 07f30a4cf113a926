import type { CompileOptions, Program } from "./api.ts";
import type { Module } from "./ast/ast.ts";
import { BUILTIN_INFO } from "./compile/builtin-info.ts";
import { CompileContext } from "./compile/context.ts";
import { languageErrors } from "./compile/language-limits.ts";
import { useSchemas } from "./compile/schemas.ts";
import { runStages } from "./compile/stages.ts";
import { fail, guarded, type Outcome, ok, type RegoError, sortErrors } from "./errors.ts";
import { CompiledProgram } from "./eval/program.ts";
import { parseModule } from "./parser/parse.ts";

/**
 * Compiles modules into a program. All errors of the first stage that found any are returned, in order of place.
 * Never throws for bad policy text.
 */
export function compile(options: CompileOptions): Outcome<Program, RegoError[]> {
  return guarded("compile", () => {
    const modules = parseAll(options);
    if (!modules.ok) return modules;
    const checked = check(modules.value, options);
    if (!checked.ok) return checked;
    return CompiledProgram.create(checked.value, options);
  });
}

function parseAll(options: CompileOptions): Outcome<Module[], RegoError[]> {
  const modules: Module[] = [];
  const errors: RegoError[] = [];
  const sources = [...options.modules].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  for (const source of sources) {
    const parsed = parseModule(source.name, source.source, source.version ?? options.version ?? 1);
    if (parsed.ok) {
      modules.push(parsed.value);
      errors.push(...languageErrors(parsed.value, source.source, options.capabilities ?? {}));
    } else errors.push(...parsed.error);
  }
  return errors.length > 0 ? fail(errors) : ok(modules);
}

function check(modules: Module[], options: CompileOptions): Outcome<CompileContext, RegoError[]> {
  const allowed = options.capabilities?.builtins;
  const names = allowed === undefined ? undefined : new Set(allowed.map((b) => b.name));
  const builtins =
    names === undefined ? BUILTIN_INFO : new Map([...BUILTIN_INFO].filter(([name]) => names.has(name)));
  const c = new CompileContext({
    modules,
    builtins,
    strict: options.strict ?? false,
    limit: options.errorLimit ?? 10,
  });
  if (options.annotations === true) c.wantAnnotations = true;
  if (options.schemas !== undefined) useSchemas(c, options.schemas);
  runStages(c);
  return c.errors.length > 0 ? fail(sortErrors(c.errors)) : ok(c);
}
