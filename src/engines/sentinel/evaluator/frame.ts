import { runtimeError, withPlace } from "../errors.ts";
import type { SourceFile } from "../source-file.ts";
import { MapValue } from "../values/map-value.ts";
import { typeName } from "../values/text.ts";
import type { Value } from "../values/value.ts";
import { Float, Undefined } from "../values/value.ts";
import type { Runtime } from "./runtime.ts";

/** A compiled expression. */
export type Code = (frame: Frame, rt: Runtime) => Value;

/** JavaScript's undefined: the name does not exist yet. */
export type Slot = Value | RuleValue | undefined;

/** One run of a scope. */
export class Frame {
  readonly slots: Slot[];
  readonly parent: Frame | null;

  constructor(size: number, parent: Frame | null) {
    this.slots = new Array<Slot>(size);
    this.parent = parent;
    this.clear();
  }

  /** Every name is unknown again. A loop: `fill` costs more than the few slots that a scope has. */
  clear(): void {
    const { slots } = this;
    for (let i = 0; i < slots.length; i += 1) {
      slots[i] = undefined;
    }
  }
}

/** Where a rule stands and what it is called. */
export interface RuleSite {
  /** Null for a rule that is never assigned to a name. */
  readonly name: string | null;
  readonly file: SourceFile;
  /** Offset of the name, or of `rule` where there is none. */
  readonly pos: number;
}

/** A rule that was assigned: evaluated when first read, then remembered. */
export class RuleValue {
  readonly site: RuleSite;
  readonly #frame: Frame;
  readonly #code: Code;
  #state: "new" | "running" | "done" = "new";
  #value: Value = null;

  constructor(site: RuleSite, frame: Frame, code: Code) {
    this.site = site;
    this.#frame = frame;
    this.#code = code;
  }

  force(rt: Runtime): Value {
    if (this.#state === "done") {
      return this.#value;
    }
    try {
      if (this.#state === "running") {
        throw runtimeError(
          `the rule${this.site.name === null ? "" : ` \`${this.site.name}\``} depends on itself`,
        );
      }
      this.#state = "running";
      rt.enterCall();
      this.#value = requireRuleValue(this.#code(this.#frame, rt));
      rt.depth -= 1;
    } catch (error) {
      throw withPlace(error, this.site.file, this.site.pos);
    }
    this.#state = "done";
    rt.recordRule(this.site, this.#value);
    return this.#value;
  }
}

/** A rule's value may be a bool, string, number, list, map or undefined. */
export function requireRuleValue(value: Value): Value {
  const kind = typeof value;
  if (
    kind === "boolean" ||
    kind === "string" ||
    kind === "number" ||
    kind === "bigint" ||
    Array.isArray(value) ||
    value instanceof MapValue ||
    value instanceof Float ||
    value instanceof Undefined
  ) {
    return value;
  }
  throw runtimeError(`a rule cannot have a value of type ${typeName(value)}`);
}
