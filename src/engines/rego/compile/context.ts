import {
  type Expr,
  type Module,
  operatorTerm,
  type Rule,
  type Term,
  type VarTerm,
  varTerm,
} from "../ast/ast.ts";
import { type Location, type RegoError, type RegoErrorCode, type RegoStage, regoError } from "../errors.ts";
import type { AnnotationSet } from "./annotations.ts";
import type { RuleTree } from "./rule-tree.ts";
import type { TypeEnv } from "./types/env.ts";
import type { Type } from "./types/type.ts";

/** The built-in facts that the compile stages need; the implementation lives elsewhere. */
export interface BuiltinInfo {
  readonly name: string;
  readonly arity: number;
  readonly relation: boolean;
  readonly isVoid: boolean;
  readonly deprecated: boolean;
}

export class ErrorLimit extends Error {}

/** What the stages share: the modules they rewrite in place, errors, and the source of generated names. */
export class CompileContext {
  readonly modules: Module[];
  readonly stage: RegoStage;
  readonly builtins: ReadonlyMap<string, BuiltinInfo>;
  readonly strict: boolean;
  readonly limit: number;
  readonly errors: RegoError[] = [];
  /** Generated name → the name its author wrote. */
  readonly rewritten = new Map<string, string>();
  /** Generated local → the call or term it stands for, for error texts. */
  readonly subjects = new Map<string, Term>();
  /** Expressions that came from `:=`. */
  readonly assignments = new WeakSet<Expr>();
  /** True when a stage met an error that makes later stages meaningless. */
  unrecoverable = false;
  ruleTree: RuleTree | undefined;
  /** Type of the input document, from a schema. */
  inputType: Type | undefined;
  /** Types that schema annotations give to documents, rule by rule. */
  schemaTypes: ((rule: Rule) => readonly { path: readonly Term[]; type: Type }[]) | undefined;
  /** Types by the names that schema annotations use. */
  schemas: ReadonlyMap<string, Type> | undefined;
  /** Read `# METADATA` even where no rule asks for it. */
  wantAnnotations = false;
  annotations: AnnotationSet | undefined;
  /** Types of the checked program. */
  typeEnv: TypeEnv | undefined;
  private next = 0;
  private readonly prefix: string;
  private readonly taken: ReadonlySet<string>;

  constructor(options: {
    modules: Module[];
    builtins: ReadonlyMap<string, BuiltinInfo>;
    strict: boolean;
    limit: number;
    stage?: RegoStage;
    prefix?: string;
    /** Text whose names must not be generated, besides the modules'. */
    text?: string;
  }) {
    this.modules = options.modules;
    this.builtins = options.builtins;
    this.strict = options.strict;
    this.limit = options.limit;
    this.stage = options.stage ?? "compile";
    this.prefix = options.prefix ?? "__local";
    const texts = [...options.modules.map((m) => m.source), options.text ?? ""];
    this.taken = new Set(texts.flatMap((t) => t.match(/__local\w*/g) ?? []));
  }

  /** A name that stands nowhere in the sources. */
  generate(): string {
    for (;;) {
      const name = `${this.prefix}${this.next++}__`;
      if (!this.taken.has(name)) return name;
    }
  }

  generateTerm(loc: Location): VarTerm {
    return varTerm(this.generate(), loc);
  }

  err(
    code: RegoErrorCode,
    message: string,
    loc: Location | undefined,
    details: readonly string[] = [],
  ): void {
    this.unrecoverable = true;
    this.add(regoError(this.stage, code, message, loc, details));
  }

  /** An error after which the remaining stages still make sense. */
  errRecoverable(
    code: RegoErrorCode,
    message: string,
    loc: Location | undefined,
    details: readonly string[] = [],
  ): void {
    this.add(regoError(this.stage, code, message, loc, details));
  }

  private add(error: RegoError): void {
    if (this.limit > 0 && this.errors.length >= this.limit) {
      this.errors.push(regoError(this.stage, "rego_compile_error", "error limit reached", undefined));
      throw new ErrorLimit("error limit reached");
    }
    this.errors.push(error);
  }

  /** `fresh = other` as a generated expression, and the fresh variable. */
  equate(other: Term): { expr: Expr; term: VarTerm } {
    const term = this.generateTerm(other.loc);
    const expr: Expr = {
      terms: { kind: "call", terms: [operatorTerm("eq", other.loc), term, other] },
      negated: false,
      with: [],
      loc: other.loc,
      generated: true,
    };
    return { expr, term: { ...term } };
  }

  /** All rules with their module, else branches left out. */
  *rules(): Generator<{ module: Module; rule: Rule }> {
    for (const module of this.modules) for (const rule of module.rules) yield { module, rule };
  }

  /** All rules and else branches. */
  *allRules(): Generator<{ module: Module; rule: Rule }> {
    for (const { module, rule } of this.rules()) {
      for (let r: Rule | undefined = rule; r !== undefined; r = r.else) yield { module, rule: r };
    }
  }
}

export function isGeneratedName(name: string): boolean {
  return name.startsWith("__local");
}

/** Appends to a body; a body that is only `true` is replaced. */
export function appendToBody(body: Expr[], exprs: readonly Expr[]): Expr[] {
  if (exprs.length === 0) return body;
  const only = body.length === 1 ? body[0] : undefined;
  if (
    only !== undefined &&
    only.terms.kind === "term" &&
    only.terms.term.type === "boolean" &&
    only.terms.term.value &&
    !only.negated &&
    only.with.length === 0
  ) {
    return [...exprs];
  }
  return [...body, ...exprs];
}

/** The full path of a rule: package, name and the rest of its head's reference. */
export function ruleRef(module: Module, rule: Rule): Term[] {
  const [first, ...rest] = rule.head.ref;
  const name: Term[] =
    first?.type === "var"
      ? [{ type: "string", value: first.value, loc: first.loc }]
      : first === undefined
        ? []
        : [first];
  return [...module.package.path, ...name, ...rest];
}
