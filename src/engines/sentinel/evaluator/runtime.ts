import type { RegexCache } from "../imports/regex.ts";
import type { SourceFile } from "../source-file.ts";
import type { Value } from "../values/value.ts";
import type { RuleSite } from "./frame.ts";
import type { Limits } from "./meter.ts";
import { Meter } from "./meter.ts";

/** An import as one file sees it. */
export interface BoundImport {
  /** A member for `name.member`, or JavaScript's undefined when it is absent. `name` is a byte string. */
  readonly member: (name: string) => Value | undefined;
  /** The import as a value, which only static data has. */
  readonly value: (() => Value) | null;
}

export interface RuleRecord {
  readonly site: RuleSite;
  readonly value: Value;
}

/** Everything one evaluation knows and changes; nothing of it outlives the evaluation. */
export class Runtime extends Meter {
  readonly policy: SourceFile;
  readonly globals: Map<string, Value>;
  readonly prints: string[] = [];
  /** Rules of the policy in the order in which they were first evaluated. */
  readonly rules = new Map<string, RuleRecord>();
  readonly regexes: RegexCache = new Map();
  /** Paths of `collection/maps`, split. */
  readonly paths = new Map<string, readonly string[]>();
  /** Imports by the file that declares them, in order of declaration. */
  readonly imports = new Map<SourceFile, readonly BoundImport[]>();
  /** Offsets of statements and rule bodies that ran, by file; null when nobody asked. */
  readonly covered: Map<SourceFile, Set<number>> | null;
  /** What `return` gave, between the statement and its function. */
  returned: Value = null;

  constructor(
    policy: SourceFile,
    globals: Map<string, Value>,
    limits: Limits | undefined,
    coverage: boolean,
  ) {
    super(limits);
    this.policy = policy;
    this.globals = globals;
    this.covered = coverage ? new Map() : null;
  }

  /** Keeps the value for the trace. Rules of modules are not part of it. */
  recordRule(site: RuleSite, value: Value): void {
    if (site.file === this.policy && site.name !== null) {
      this.rules.set(site.name, { site, value });
    }
  }

  cover(file: SourceFile, pos: number): void {
    if (this.covered === null) {
      return;
    }
    const known = this.covered.get(file);
    if (known === undefined) {
      this.covered.set(file, new Set([pos]));
    } else {
      known.add(pos);
    }
  }
}
