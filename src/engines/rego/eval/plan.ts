import type { Location } from "../errors.ts";
import type { Value } from "../values/index.ts";

/**
 * The plan: what both back ends run. Variables are slots of a function, every use is already known to be bound.
 * Expressions (`E`) give a value or undefined. Statements (`S`) go on with the next one or fail, which goes back to
 * the innermost loop or leaves the block; a loop repeats everything behind it.
 */
export type E =
  | { readonly e: "const"; readonly i: number }
  | { readonly e: "var"; readonly v: number }
  | { readonly e: "input" }
  /** Item of a value at a constant string. */
  | { readonly e: "field"; readonly o: E; readonly i: number }
  | { readonly e: "get"; readonly o: E; readonly k: E }
  /** The same in base documents, where a number may name a string key. */
  | { readonly e: "baseGet"; readonly o: E; readonly k: E }
  /** Base documents only: a path below which no rule stands. */
  | { readonly e: "base"; readonly path: readonly number[] }
  | { readonly e: "rule"; readonly g: number }
  /** One entry of a partial object rule's document, by its key. */
  | { readonly e: "ruleKey"; readonly g: number; readonly k: E }
  /** Everything below a package: rules over base documents. */
  | { readonly e: "extent"; readonly n: number }
  /** A place in `data` that is not evaluated yet; only `step`, `loop` and `final` take it. */
  | { readonly e: "view"; readonly n: number }
  | { readonly e: "step"; readonly o: E; readonly k: E }
  | { readonly e: "final"; readonly o: E }
  | { readonly e: "array"; readonly items: readonly E[] }
  | { readonly e: "set"; readonly items: readonly E[] }
  | { readonly e: "object"; readonly entries: readonly (readonly [E, E])[] }
  | { readonly e: "builtin"; readonly b: number; readonly args: readonly E[]; readonly at: number }
  | { readonly e: "call"; readonly g: number; readonly args: readonly E[] };

export type S =
  /** Binds a slot; fails when the value is undefined. */
  | { readonly s: "let"; readonly v: number; readonly e: E }
  | { readonly s: "truthy"; readonly e: E }
  | { readonly s: "equal"; readonly a: E; readonly b: E }
  | { readonly s: "isArray"; readonly v: number; readonly n: number }
  | { readonly s: "isObject"; readonly v: number; readonly n: number }
  /** Slots of -1 are not wanted. `ordered` is false where the order of turns cannot be seen. */
  | {
      readonly s: "loop";
      readonly o: E;
      readonly k: number;
      readonly v: number;
      readonly ordered: boolean;
      readonly view: boolean;
    }
  /** All outputs of a relation built-in (`walk`). */
  | {
      readonly s: "relation";
      readonly b: number;
      readonly args: readonly E[];
      readonly v: number;
      readonly at: number;
    }
  | { readonly s: "not"; readonly body: readonly S[] }
  /** Goes on when one of the bodies can be satisfied. */
  | { readonly s: "any"; readonly bodies: readonly (readonly S[])[] }
  | {
      readonly s: "every";
      readonly o: E;
      readonly k: number;
      readonly v: number;
      readonly body: readonly S[];
    }
  | {
      readonly s: "collect";
      readonly v: number;
      readonly kind: "array" | "set" | "object";
      readonly body: readonly S[];
      readonly a: E;
      readonly b: E | undefined;
      readonly at: number;
    }
  /** A `collect` that is grouped by keys once in a frame and then looked up. */
  | {
      readonly s: "indexed";
      readonly v: number;
      readonly id: number;
      readonly kind: "array" | "set" | "object";
      /** Values of outer variables; where one fails the collection is empty. */
      readonly before: readonly S[];
      readonly body: readonly S[];
      readonly inner: readonly E[];
      readonly outer: readonly E[];
      readonly a: E;
      readonly b: E | undefined;
      readonly at: number;
    }
  | {
      readonly s: "with";
      readonly targets: readonly WithTarget[];
      readonly body: readonly S[];
      readonly out: readonly number[];
      readonly at: number;
    }
  | { readonly s: "mark"; readonly at: number };

/** What a mark of an instrumented plan stands for. */
export interface Mark {
  readonly kind: "enter" | "eval" | "exit";
  /** Which body, and which of its expressions. */
  readonly body: number;
  readonly index: number;
  readonly text: string;
}

export type WithTarget =
  | { readonly kind: "input"; readonly path: readonly E[]; readonly value: E }
  | { readonly kind: "data"; readonly path: readonly E[]; readonly value: E; readonly node: number }
  /** A function or built-in replaced by a value, by another function or by a built-in. */
  | { readonly kind: "function"; readonly target: string; readonly by: Replacement };

export type Replacement =
  | { readonly kind: "value"; readonly value: E }
  | { readonly kind: "group"; readonly g: number }
  | { readonly kind: "builtin"; readonly b: number };

export type Emit =
  /** The value of a complete rule or function. */
  | { readonly kind: "value"; readonly value: E }
  | { readonly kind: "member"; readonly value: E }
  /** Value (or member of a set) at a path inside of a partial object. */
  | { readonly kind: "entry"; readonly path: readonly E[]; readonly value: E; readonly multi: boolean };

/** One rule body as a function of the rule's arguments. */
export interface BodyPlan {
  readonly id: number;
  readonly params: number;
  slots: number;
  readonly stmts: readonly S[];
  readonly emit: Emit;
  /** All solutions give the same value: the first one is enough. */
  readonly earlyExit: boolean;
  readonly at: number;
}

export type GroupKind = "complete" | "set" | "object" | "function";

export interface GroupPlan {
  readonly id: number;
  /** Node of the rule tree. */
  readonly node: number;
  readonly kind: GroupKind;
  readonly path: string;
  readonly arity: number;
  /** Each chain is a rule followed by its else branches. */
  readonly chains: readonly (readonly BodyPlan[])[];
  readonly fallback: BodyPlan | undefined;
  readonly earlyExit: boolean;
  /** Nodes of the rule tree right below an object group (`q.a.b := 2` beside `q[x] := 1`). */
  readonly below: boolean;
  readonly index: RuleIndex | undefined;
  /** A function that costs more than looking its result up. */
  readonly memo: boolean;
}

/** Which chains can succeed for a value of the input or of an argument. */
export interface RuleIndex {
  /** Position of the argument, -1 for the input. */
  readonly argument: number;
  readonly path: readonly string[];
  readonly table: ReadonlyMap<Value, readonly boolean[]>;
  /** Chains that are tried whatever the value is. */
  readonly others: readonly boolean[];
}

/** A place in the tree of packages and rules. */
export interface NodePlan {
  readonly id: number;
  readonly parent: number;
  readonly key: Value;
  readonly children: Map<Value, number>;
  group: number;
}

export interface Plan {
  readonly constants: Value[];
  readonly groups: GroupPlan[];
  readonly nodes: NodePlan[];
  readonly builtins: readonly string[];
  /** Built-ins that some `with` of the program replaces. */
  readonly mocked: ReadonlySet<string>;
  readonly locations: readonly Location[];
  /** By location index; empty unless the plan is instrumented. */
  readonly marks: ReadonlyMap<number, Mark>;
}

/** A query is planned like a rule body whose solutions are rows of its variables' values. */
export interface QueryPlan {
  readonly slots: number;
  readonly stmts: readonly S[];
  readonly row: readonly E[];
}
