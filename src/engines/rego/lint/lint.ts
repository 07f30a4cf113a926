import type { ModuleSource, RegoVersion } from "../api.ts";
import { BUILTIN_INFO } from "../compile/builtin-info.ts";
import { CompileContext } from "../compile/context.ts";
import { runStages } from "../compile/stages.ts";
import { fail, type Outcome, ok, type RegoError, sortErrors } from "../errors.ts";
import { parseModule } from "../parser/parse.ts";
import { isObject, lookup, type Value } from "../values/index.ts";
import { neverTrue } from "./contradictions.ts";
import type { LintFinding } from "./finding.ts";
import { negatedMissingInput } from "./negation.ts";
import { unknownRules, unusedRules } from "./rule-use.ts";
import { type DocumentSchemas, unknownPaths } from "./schema-paths.ts";

export interface LintRequest {
  readonly modules: readonly ModuleSource[];
  /** Base documents; what they hold is no unknown rule. */
  readonly data?: Value;
  /** JSON Schemas by document: `input`, `data.limits`. */
  readonly schemas?: DocumentSchemas;
  /** Rules that are asked for from outside besides `deny`, `violation`, `allow`, `review`, `warn` and `main`. */
  readonly entrypoints?: readonly string[];
  readonly version?: RegoVersion;
}

/** Finds what makes policies silently pass. Errors are those of policies that do not compile. */
export function lint(request: LintRequest): Outcome<readonly LintFinding[], RegoError[]> {
  const parse = () =>
    request.modules.map((module) =>
      parseModule(module.name, module.source, module.version ?? request.version ?? 1),
    );
  const parsed = parse();
  const errors = parsed.flatMap((result) => (result.ok ? [] : result.error));
  if (errors.length > 0) return fail(sortErrors(errors));
  const written = parsed.flatMap((result) => (result.ok ? [result.value] : []));
  const findings = written.flatMap((module) => [
    ...negatedMissingInput(module),
    ...neverTrue(module),
    ...unknownPaths(module, request.schemas ?? {}),
  ]);
  // The compiler rewrites its modules, so that it gets trees of its own.
  const c = new CompileContext({
    modules: parse().flatMap((result) => (result.ok ? [result.value] : [])),
    builtins: BUILTIN_INFO,
    strict: false,
    limit: 10,
  });
  c.wantAnnotations = true;
  runStages(c);
  if (c.errors.length > 0) return fail(sortErrors(c.errors));
  const entrypoints = (request.entrypoints ?? []).map(dotted);
  findings.push(...unusedRules(c, entrypoints), ...unknownRules(c, (path) => has(request.data, path)));
  return ok(findings.sort(byPlace));
}

/** `a/b` and `a.b` as `data.a.b`. */
function dotted(entrypoint: string): string {
  const path = entrypoint.split(/[./]/).filter((part) => part !== "");
  return (path[0] === "data" ? path : ["data", ...path]).join(".");
}

function has(data: Value | undefined, path: readonly string[]): boolean {
  let at = data;
  for (const part of path) at = at !== undefined && isObject(at) ? lookup(at, part) : undefined;
  return at !== undefined;
}

function byPlace(a: LintFinding, b: LintFinding): number {
  const [x, y] = [a.location, b.location];
  return x.file === y.file ? x.row - y.row || x.col - y.col : x.file < y.file ? -1 : 1;
}
