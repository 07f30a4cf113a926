import { limitError } from "../errors.ts";

/** Bounds of one evaluation. All have defaults that no sensible policy meets. */
export interface Limits {
  /** Calls, loop turns and work inside built-ins; default 100 million. */
  readonly maxSteps?: number;
  /** Nested function calls; default 500, as documented. */
  readonly maxDepth?: number;
  /** Elements of one list that a policy builds at once; default 5 million. */
  readonly maxItems?: number;
  /** Bytes of one string that a policy builds; default 64 MiB. */
  readonly maxStringBytes?: number;
  /** The evaluation ends when `monotonicMs()` passes `deadlineMs`. */
  readonly monotonicMs?: () => number;
  readonly deadlineMs?: number;
  /** A non-zero value at index 0 cancels; over a SharedArrayBuffer another thread can set it. */
  readonly cancelFlag?: Int32Array;
}

const CHECK_EVERY = 2048;
/** How deep a value may nest before equality, copies and text give up: a list can contain itself. */
const MAX_VALUE_DEPTH = 1000;

/** Counts the work of one evaluation and ends it at the host's bounds. */
export class Meter {
  readonly maxDepth: number;
  readonly maxItems: number;
  readonly maxStringBytes: number;
  depth = 0;
  #steps = 0;
  #nextCheck: number;
  readonly #limits: Limits;
  readonly #maxSteps: number;

  constructor(limits: Limits = {}) {
    this.#limits = limits;
    this.#maxSteps = limits.maxSteps ?? 100_000_000;
    this.maxDepth = limits.maxDepth ?? 500;
    this.maxItems = limits.maxItems ?? 5_000_000;
    this.maxStringBytes = limits.maxStringBytes ?? 64 * 1024 * 1024;
    this.#nextCheck = Math.min(CHECK_EVERY, this.#maxSteps);
  }

  get steps(): number {
    return this.#steps;
  }

  tick(steps = 1): void {
    this.#steps += steps;
    if (this.#steps >= this.#nextCheck) {
      this.#check();
    }
  }

  enterCall(): void {
    this.tick();
    this.depth += 1;
    if (this.depth > this.maxDepth) {
      throw limitError(`function calls nest deeper than ${this.maxDepth}`);
    }
  }

  checkDepth(depth: number): void {
    if (depth > MAX_VALUE_DEPTH) {
      throw limitError(`a value nests deeper than ${MAX_VALUE_DEPTH} levels`);
    }
  }

  checkItems(count: number): void {
    if (count > this.maxItems) {
      throw limitError(`a list would hold more than ${this.maxItems} elements`);
    }
    this.tick(count);
  }

  checkString(bytes: number): void {
    if (bytes > this.maxStringBytes) {
      throw limitError(`a string would be longer than ${this.maxStringBytes} bytes`);
    }
    // A byte is far cheaper than a step.
    this.tick(bytes >>> 8);
  }

  join(parts: readonly string[], separator: string): string {
    let length = separator.length * parts.length;
    for (const part of parts) {
      length += part.length;
    }
    this.checkString(length);
    return parts.join(separator);
  }

  #check(): void {
    const { cancelFlag, monotonicMs, deadlineMs } = this.#limits;
    if (this.#steps >= this.#maxSteps) {
      throw limitError(`the evaluation takes more than ${this.#maxSteps} steps`);
    }
    if (cancelFlag !== undefined && Atomics.load(cancelFlag, 0) !== 0) {
      throw limitError("the evaluation was cancelled");
    }
    if (monotonicMs !== undefined && deadlineMs !== undefined && monotonicMs() > deadlineMs) {
      throw limitError("the evaluation takes longer than its time limit");
    }
    this.#nextCheck = Math.min(this.#steps + CHECK_EVERY, this.#maxSteps);
  }
}
