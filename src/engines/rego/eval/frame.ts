import type { BuiltinContext } from "../builtins/builtin.ts";
import type { Location } from "../errors.ts";
import type { Value } from "../values/index.ts";
import type { DocumentBuilder } from "./document.ts";
import { Halt } from "./halt.ts";
import type { JoinIndex } from "./join-table.ts";
import type { Machine } from "./machine.ts";

/** Marks a rule that was evaluated and has no value. */
export const UNDEFINED_RULE = Symbol("undefined");

export type CacheSlot = Value | typeof UNDEFINED_RULE | undefined;

export type Mock =
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "group"; readonly g: number }
  | { readonly kind: "builtin"; readonly b: number };

/** Work between two looks at the clock and the flag. */
const SLICE = 2000;
/** Milliseconds between two looks from which on they come more often, and below which less often. */
const SLOW_MS = 20;
const FAST_MS = 4;

/** What one evaluation has in total: budget, output, built-in context. */
export class Session {
  /** Steps left until the next check; counted down by generated code. */
  n = SLICE;
  private used = 0;
  private slice = SLICE;
  private readonly clock: (() => number) | undefined;
  private checkedAt = Number.POSITIVE_INFINITY;
  readonly maxSteps: number;
  /** Items that one collection may have. */
  readonly maxItems: number;
  private readonly cancelled: () => boolean;
  readonly strict: boolean;
  context: BuiltinContext;
  readonly machine: Machine;
  readonly prints: { message: string; location: Location }[] = [];
  /** Marks that were reached, when coverage is wanted. */
  covered: Set<number> | undefined;
  /** Marks in the order they were reached, when a trace is wanted. */
  events: { at: number; depth: number; note?: string }[] | undefined;
  /** Rules and functions that are being evaluated. */
  depth = 0;

  constructor(options: {
    machine: Machine;
    maxSteps: number;
    cancelled: () => boolean;
    clock: (() => number) | undefined;
    strict: boolean;
    context: BuiltinContext;
  }) {
    this.machine = options.machine;
    this.maxSteps = options.maxSteps;
    this.maxItems = options.context.limits.maxItems;
    this.cancelled = options.cancelled;
    this.clock = options.clock;
    this.strict = options.strict;
    this.context = options.context;
  }

  /** Called when a slice of work is used up. */
  refill(): void {
    this.used += this.slice - this.n;
    if (this.cancelled()) throw new Halt("eval_cancel_error", "caller cancelled query execution", undefined);
    if (this.used > this.maxSteps)
      throw new Halt("eval_cancel_error", "step limit of the evaluation reached", undefined);
    if (this.clock !== undefined) this.adapt(this.clock());
    this.n = this.slice;
  }

  /** Steps differ in cost by far (comparing two large documents is one): slices that take long become shorter. */
  private adapt(now: number): void {
    const elapsed = now - this.checkedAt;
    this.checkedAt = now;
    if (elapsed > SLOW_MS) this.slice = Math.max(1, this.slice >> 2);
    else if (elapsed < FAST_MS) this.slice = Math.min(SLICE, this.slice * 2);
  }

  /** Counts work done inside of a built-in. */
  tick(steps: number): void {
    this.n -= steps;
    if (this.n < 0) this.refill();
  }
}

/** What rules see: documents, the cache of rule values and what `with` replaced. */
export class Frame {
  readonly s: Session;
  readonly input: Value | undefined;
  readonly base: Value;
  readonly cache: CacheSlot[];
  /** Nodes of the rule tree that `with` replaced by a document. */
  readonly masked: ReadonlySet<number> | undefined;
  readonly mocks: ReadonlyMap<string, Mock> | undefined;
  /** Results of functions by group; made when first needed. */
  memo: Map<number, Map<unknown, unknown>> | undefined;
  /** Partial objects with contradicting entries, by group. */
  contradicted: Map<number, DocumentBuilder> | undefined;
  /** Comprehensions that were grouped by keys. */
  joins: Map<number, JoinIndex> | undefined;
  /** The same frame without replaced functions; made when first needed. */
  withoutMocks: Frame | undefined;

  constructor(
    s: Session,
    input: Value | undefined,
    base: Value,
    cache: CacheSlot[],
    masked: ReadonlySet<number> | undefined,
    mocks: ReadonlyMap<string, Mock> | undefined,
  ) {
    this.s = s;
    this.input = input;
    this.base = base;
    this.cache = cache;
    this.masked = masked;
    this.mocks = mocks;
    this.memo = undefined;
    this.contradicted = undefined;
    this.joins = undefined;
    this.withoutMocks = undefined;
  }
}
