import type { EvaluateOptions } from "../api.ts";
import type { BuiltinContext, HostCallKind } from "../builtins/builtin.ts";
import { marshal, type Value } from "../values/index.ts";
import { Session } from "./frame.ts";
import type { Machine } from "./machine.ts";

const DEFAULT_STEPS = 1_000_000_000;
const DEFAULT_ITEMS = 10_000_000;
const DEFAULT_STRING = 256 * 1024 * 1024;

/** Everything an evaluation draws from its options: budget, time, randomness, answers of the host. */
export function newSession(
  machine: Machine,
  options: EvaluateOptions,
  constants: Map<string, unknown>,
): Session {
  const random = randomSource(options.seed ?? 0);
  const context: BuiltinContext = {
    nowNs: () => options.nowNs,
    randomInt: (bound) => Math.floor(random() * bound),
    randomBytes: (count) => Uint8Array.from({ length: count }, () => Math.floor(random() * 256)),
    runtime: () => (options.runtime ?? {}) as Value,
    cache: new Map(),
    constants,
    limits: { maxItems: options.maxItems ?? DEFAULT_ITEMS, maxStringBytes: DEFAULT_STRING },
    tick: (steps) => session.tick(steps),
    host: {
      request: (kind: HostCallKind, argument: Value): Value | undefined =>
        options.hostAnswers?.get(hostKey(kind, argument)) as Value | undefined,
    },
  };
  const session: Session = new Session({
    machine,
    maxSteps: options.maxSteps ?? DEFAULT_STEPS,
    cancelled: cancellation(options),
    clock: options.monotonicMs,
    strict: options.strictBuiltinErrors ?? false,
    context,
  });
  return session;
}

/** Under which a host call's answer is kept: its kind and argument. */
export function hostKey(kind: string, argument: Value): string {
  return `${kind} ${marshal(argument)}`;
}

function cancellation(options: EvaluateOptions): () => boolean {
  const { cancelFlag: flag, monotonicMs: clock, deadlineMs: deadline } = options;
  return () => {
    if (flag !== undefined && Atomics.load(flag, 0) !== 0) return true;
    return clock !== undefined && deadline !== undefined && clock() > deadline;
  };
}

/** A small generator (mulberry32): the same seed gives the same evaluation. Not for secrets. */
function randomSource(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
