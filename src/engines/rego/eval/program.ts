import type {
  Backend,
  CompileOptions,
  EvaluateOptions,
  Evaluation,
  Program,
  QueryEvaluation,
  QueryResult,
  RuleInfo,
} from "../api.ts";
import { isWildcard } from "../ast/ast.ts";
import { visitBody, visitTerm } from "../ast/visit.ts";
import { type Builtin, BuiltinHalt, HostCallNeeded } from "../builtins/builtin.ts";
import { CompileContext, isGeneratedName } from "../compile/context.ts";
import { compileQueryBody } from "../compile/stages.ts";
import {
  fail,
  guarded,
  internalError,
  type Outcome,
  ok,
  type RegoError,
  regoError,
  sortErrors,
} from "../errors.ts";
import { parseModule, parseQueryText } from "../parser/parse.ts";
import { toPlain, type Value } from "../values/index.ts";
import { allBuiltins as builtins } from "./all-builtins.ts";
import { type Capture, captureValues } from "./capture.ts";
import { buildClosures, buildQuery } from "./closures.ts";
import { generate, generateQuery, type QueryFunction } from "./codegen.ts";
import { coverageOf } from "./coverage.ts";
import { Frame } from "./frame.ts";
import { Halt } from "./halt.ts";
import { Machine, PlaceView } from "./machine.ts";
import { Planner } from "./planner.ts";
import { hostKey, newSession } from "./session.ts";
import { traceOf } from "./trace.ts";

interface Prepared {
  readonly planner: Planner;
  readonly machine: Machine;
}

interface PreparedQuery {
  readonly run: QueryFunction;
  readonly names: readonly string[];
  readonly shown: readonly string[];
  readonly captures: readonly Capture[];
}

const QUERY_CACHE = 100;

/** A compiled program: the plan, its machine and the prepared queries. */
export class CompiledProgram implements Program {
  readonly backend: Backend;
  readonly rules: readonly RuleInfo[];
  readonly builtins: readonly string[];
  private readonly c: CompileContext;
  private readonly data: Value;
  private plain: Prepared;
  private instrumented: Prepared | undefined;
  private readonly queries = new Map<string, Outcome<PreparedQuery, RegoError[]>>();
  private readonly constants = new Map<string, unknown>();

  private constructor(c: CompileContext, options: CompileOptions, backend: Backend) {
    this.c = c;
    this.backend = backend;
    this.data = (options.data ?? {}) as Value;
    this.plain = this.prepare(false);
    const { plan } = this.plain.planner;
    this.builtins = [...plan.builtins].sort();
    this.rules = plan.groups
      .map(
        (g): RuleInfo => ({
          path: g.path,
          kind: g.kind,
          arity: g.arity,
          locations: g.chains
            .flatMap((chain) => chain.map((b) => plan.locations[b.at]))
            .filter((l) => l !== undefined),
        }),
      )
      .sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  static create(c: CompileContext, options: CompileOptions): Outcome<CompiledProgram, RegoError[]> {
    const wanted = options.backend ?? "codegen";
    const program = new CompiledProgram(
      c,
      options,
      wanted === "codegen" && mayGenerate() ? "codegen" : "closures",
    );
    for (const entrypoint of options.entrypoints ?? []) {
      if (program.placeOf(entrypoint) === undefined) {
        const message = `entry point \`${entrypoint}\` names neither a package nor a rule of the program`;
        return fail([regoError("compile", "rego_compile_error", message, undefined)]);
      }
    }
    return ok(program);
  }

  private prepare(instrument: boolean): Prepared {
    const planner = new Planner(
      this.c,
      this.c.ruleTree as NonNullable<CompileContext["ruleTree"]>,
      instrument,
    );
    const list = planner.plan.builtins as string[];
    const impls: Builtin[] = [];
    const machine = new Machine(planner.plan, impls);
    const fill = (): void => {
      for (let i = impls.length; i < list.length; i++) impls.push(builtins.get(list[i] as string) as Builtin);
    };
    fill();
    if (this.backend === "codegen") generate(machine);
    else buildClosures(machine);
    return { planner, machine };
  }

  evaluate(
    entrypoint: string,
    input: unknown,
    options: EvaluateOptions = {},
  ): Outcome<Evaluation, RegoError[]> {
    const path = entrypointPath(entrypoint);
    const prepared = this.preparedFor(options);
    return this.run(prepared, input, options, (q) => {
      const value = this.documentAt(prepared.machine, q, path);
      return { value: value === undefined ? undefined : options.rawValues === true ? value : toPlain(value) };
    });
  }

  query(text: string, input: unknown, options: EvaluateOptions = {}): Outcome<QueryEvaluation, RegoError[]> {
    if (this.queries.size >= QUERY_CACHE) this.forgetQueries();
    const prepared = this.preparedFor(options);
    const view = viewText(options);
    const query = this.preparedQuery(prepared, text, options.captureValues === true, view);
    if (!query.ok) return query;
    const { run, names, shown, captures } = query.value;
    return this.run(prepared, input, options, (q) => {
      const results: QueryResult[] = [];
      run(q, (row) => {
        const bindings: Record<string, unknown> = Object.create(null);
        for (const [i, name] of shown.entries()) {
          const value = row[i] as Value;
          bindings[name] = options.rawValues === true ? value : toPlain(value);
        }
        const expressions = captures.map(({ name, text: written, location }) => {
          const at = name === undefined ? -1 : names.indexOf(name);
          const value: Value = at < 0 ? true : (row[at] as Value);
          return { value: options.rawValues === true ? value : toPlain(value), text: written, location };
        });
        results.push({ bindings, expressions });
      });
      return { results };
    });
  }

  /** Queries leave their constants in the plan; a fresh plan keeps a program that is asked many from growing. */
  private forgetQueries(): void {
    this.queries.clear();
    this.plain = this.prepare(false);
    this.instrumented = undefined;
  }

  private preparedFor(options: EvaluateOptions): Prepared {
    if (options.coverage !== true && options.trace !== true) return this.plain;
    this.instrumented ??= this.prepare(true);
    return this.instrumented;
  }

  private placeOf(entrypoint: string): number | undefined {
    const { plan } = this.plain.planner;
    let id = 0;
    for (const part of entrypointPath(entrypoint)) {
      const child = plan.nodes[id]?.children.get(part);
      if (child === undefined) return undefined;
      id = child;
    }
    return id;
  }

  private documentAt(machine: Machine, q: Frame, path: readonly string[]): Value | undefined {
    let at: Value | PlaceView | undefined = new PlaceView(0);
    for (const part of path) at = machine.step(q, at, part);
    return machine.final(q, at);
  }

  private preparedQuery(
    prepared: Prepared,
    text: string,
    capture: boolean,
    view: string | undefined,
  ): Outcome<PreparedQuery, RegoError[]> {
    const key = `${prepared === this.plain ? "p" : "i"}${capture ? "c" : "-"}${view ?? ""}\n${text}`;
    let known = this.queries.get(key);
    if (known === undefined) {
      known = guarded("query_compile", () => this.prepareQuery(prepared, text, capture, view));
      this.queries.set(key, known);
    }
    return known;
  }

  private prepareQuery(
    prepared: Prepared,
    text: string,
    capture: boolean,
    view: string | undefined,
  ): Outcome<PreparedQuery, RegoError[]> {
    const module = view === undefined ? undefined : parseModule("", view, 1);
    if (module !== undefined && !module.ok) return fail(module.error.map(inFirstRow));
    const parsed = parseQueryText(text);
    if (!parsed.ok) return parsed;
    const c = new CompileContext({
      modules: [],
      builtins: this.c.builtins,
      strict: false,
      limit: this.c.limit,
      stage: "query_compile",
      prefix: "__localq",
      text,
    });
    c.ruleTree = this.c.ruleTree;
    c.typeEnv = this.c.typeEnv;
    const captures = captureValues(c, parsed.value.body, text, capture);
    const seenFrom = module === undefined ? undefined : { module: module.value, modules: this.c.modules };
    const body = compileQueryBody(c, parsed.value.body, seenFrom);
    if (c.errors.length > 0) return fail(sortErrors(c.errors));
    const names: string[] = [];
    const shown: string[] = [];
    const rename = new Map<string, string>();
    visitBody(body, {
      term(t) {
        if (t.type !== "var" || t.value === "data" || t.value === "input" || rename.has(t.value)) {
          return t.type.endsWith("comprehension");
        }
        const written = c.rewritten.get(t.value) ?? t.value;
        rename.set(t.value, written);
        if (!isGeneratedName(written) && !isWildcard(written) && written !== "") {
          names.push(t.value);
          shown.push(written);
        }
        return false;
      },
      expr(e) {
        // Names of called functions are no variables, and what an operand of `not` binds stays inside.
        if (e.negated) return true;
        if (e.terms.kind === "call") {
          for (const term of e.terms.terms.slice(1)) visitTerm(term, this);
          return true;
        }
        return e.terms.kind === "not" || e.terms.kind === "and" || e.terms.kind === "or";
      },
    });
    for (const { name } of captures) if (name !== undefined) names.push(name);
    const plan = prepared.planner.planQuery(body, names);
    const list = prepared.planner.plan.builtins;
    const impls = prepared.machine.builtins as Builtin[];
    for (let i = impls.length; i < list.length; i++) impls.push(builtins.get(list[i] as string) as Builtin);
    const run =
      this.backend === "codegen" ? generateQuery(prepared.machine, plan) : buildQuery(prepared.machine, plan);
    return ok({ run, names, shown, captures });
  }

  private run<T extends object>(
    prepared: Prepared,
    input: unknown,
    options: EvaluateOptions,
    work: (q: Frame) => T,
  ): Outcome<T & Pick<Evaluation, "prints">, RegoError[]> {
    const session = newSession(prepared.machine, options, this.constants);
    const base = options.data === undefined ? this.data : (options.data as Value);
    const q = new Frame(session, input as Value | undefined, base, [], undefined, undefined);
    if (options.coverage === true) session.covered = new Set();
    if (options.trace === true) session.events = [];
    const extra = (): Pick<Evaluation, "prints" | "coverage" | "trace"> => ({
      prints: session.prints,
      ...(session.covered === undefined
        ? {}
        : { coverage: coverageOf(prepared.machine.plan, session.covered) }),
      ...(session.events === undefined ? {} : { trace: traceOf(prepared.machine.plan, session.events) }),
    });
    try {
      return ok({ ...work(q), ...extra() });
    } catch (thrown) {
      if (thrown instanceof Halt)
        return fail([regoError("eval", thrown.code, thrown.message, thrown.location)]);
      if (thrown instanceof BuiltinHalt)
        return fail([regoError("eval", thrown.code, thrown.message, undefined)]);
      if (thrown instanceof HostCallNeeded) {
        const argument = toPlain(thrown.argument);
        const empty = { value: undefined, results: [] } as unknown as T;
        return ok({
          ...empty,
          ...extra(),
          suspended: { kind: thrown.kind, argument, key: hostKey(thrown.kind, thrown.argument) },
        });
      }
      return fail([internalError("eval", thrown)]);
    }
  }
}

/** Package and imports are given apart, so that each is a text of one row. */
function inFirstRow(error: RegoError): RegoError {
  const place = { file: error.file, row: 1, col: error.col, offset: 0, end: 0 };
  return regoError(error.stage, error.code, error.message, place, error.details);
}

/** The empty module in whose view a query is read; a package that is none makes its text no module. */
function viewText({ queryPackage, queryImports }: EvaluateOptions): string | undefined {
  if (queryPackage === undefined && (queryImports ?? []).length === 0) return undefined;
  return [
    `package ${queryPackage ?? "trueup_query"}`,
    ...(queryImports ?? []).map((path) => `import ${path}`),
  ].join("\n");
}

/** `a/b`, `data/a/b`, `data.a.b` or `a.b` as path elements below `data`. */
export function entrypointPath(entrypoint: string): string[] {
  const parts = entrypoint.includes("/") ? entrypoint.split("/") : entrypoint.split(".");
  const list = parts.filter((p) => p !== "");
  return list[0] === "data" ? list.slice(1) : list;
}

let allowed: boolean | undefined;

/** Whether the host lets code be made from text. */
function mayGenerate(): boolean {
  if (allowed === undefined) {
    try {
      allowed = new Function("return 1")() === 1;
    } catch {
      allowed = false;
    }
  }
  return allowed;
}
