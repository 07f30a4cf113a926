import { BUILTINS } from "../evaluator/builtins.ts";
import type { Code, Frame, Slot } from "../evaluator/frame.ts";
import { RuleValue } from "../evaluator/frame.ts";
import type { Runtime } from "../evaluator/runtime.ts";
import { bytesOf } from "../values/bytes.ts";
import type { Value } from "../values/value.ts";
import { present, Undefined } from "../values/value.ts";
import type { CompileContext } from "./context.ts";
import { abortAt } from "./context.ts";
import type { Candidate } from "./scope.ts";
import { candidates } from "./scope.ts";

function frameAt(frame: Frame, hops: number): Frame {
  let at = frame;
  for (let i = 0; i < hops; i += 1) {
    at = at.parent as Frame;
  }
  return at;
}

/** Reads a name; `undefined` of JavaScript when no scope holds it. */
function slotReader(found: readonly Candidate[]): (frame: Frame) => Slot {
  const [first] = found;
  if (first !== undefined && found.length === 1) {
    const { hops, slot } = first;
    switch (hops) {
      case 0:
        return (frame) => frame.slots[slot];
      case 1:
        return (frame) => (frame.parent as Frame).slots[slot];
      case 2:
        return (frame) => ((frame.parent as Frame).parent as Frame).slots[slot];
      default:
        return (frame) => frameAt(frame, hops).slots[slot];
    }
  }
  const hops = found.map((candidate) => candidate.hops);
  const slots = found.map((candidate) => candidate.slot);
  return (frame) => {
    for (let i = 0; i < hops.length; i += 1) {
      const value = frameAt(frame, hops[i] as number).slots[slots[i] as number];
      if (value !== undefined) {
        return value;
      }
    }
    return undefined;
  };
}

const CONSTANTS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ["true", true],
  ["false", false],
  ["null", null],
]);

/** A name that no scope of the file holds: a global of the host, a predeclared name, or unknown. */
function outsideReader(ctx: CompileContext, name: string, pos: number): Code {
  const { file } = ctx;
  if (CONSTANTS.has(name)) {
    const constant = CONSTANTS.get(name) as Value;
    return () => constant;
  }
  if (name === "undefined") {
    const born = new Undefined(file, pos);
    return () => born;
  }
  const isImport = ctx.imports.get(name);
  const builtin = BUILTINS.get(name);
  return (_frame, rt) => {
    const global = rt.globals.size > 0 && file === rt.policy ? rt.globals.get(name) : undefined;
    if (global !== undefined) {
      return global;
    }
    if (isImport === undefined) {
      if (builtin !== undefined) {
        return builtin;
      }
      throw abortAt(file, pos, `unknown identifier \`${name}\``);
    }
    const bound = rt.imports.get(file)?.[isImport];
    if (bound?.value === null || bound === undefined) {
      throw abortAt(file, pos, `the import \`${name}\` cannot be used as a value`);
    }
    return bound.value();
  };
}

function slotValue(slot: Exclude<Slot, undefined>, rt: Runtime): Value {
  return slot instanceof RuleValue ? slot.force(rt) : slot;
}

export function compileIdent(ctx: CompileContext, name: string, pos: number): Code {
  const found = candidates(ctx.scope, name);
  const outside = outsideReader(ctx, name, pos);
  if (found.length === 0) {
    return outside;
  }
  const [own] = found;
  if (own?.sure === true && own.hops <= 1) {
    // A parameter or loop variable: always there, and never a rule unless a rule was assigned to it.
    const { slot: at } = own;
    return own.hops === 0
      ? (frame, rt) => slotValue(frame.slots[at] as Exclude<Slot, undefined>, rt)
      : (frame, rt) => slotValue((frame.parent as Frame).slots[at] as Exclude<Slot, undefined>, rt);
  }
  const read = slotReader(found);
  return (frame, rt) => {
    const slot = read(frame);
    return slot === undefined ? outside(frame, rt) : slotValue(slot, rt);
  };
}

/** `name.member` where `name` is an import that a variable of the same name may hide. Null when it is no import. */
export function compileImportMember(
  ctx: CompileContext,
  name: string,
  member: string,
  born: Undefined,
): ((frame: Frame, rt: Runtime) => Value | null) | null {
  const at = ctx.imports.get(name);
  if (at === undefined) {
    return null;
  }
  const { file } = ctx;
  const key = bytesOf(member);
  const found = candidates(ctx.scope, name);
  const read = found.length === 0 ? null : slotReader(found);
  return (frame, rt) => {
    if (read !== null && read(frame) !== undefined) {
      return HIDDEN;
    }
    return present(rt.imports.get(file)?.[at]?.member(key), born);
  };
}

/** Says that a variable hides the import. Never a value of a policy. */
export const HIDDEN = new Undefined(null, -1);

/** A function that sets a name: where it exists already, else in the current scope. */
export function compileSetter(
  ctx: CompileContext,
  name: string,
  pos: number,
): (frame: Frame, rt: Runtime, value: Value | RuleValue) => void {
  const { file } = ctx;
  const found = candidates(ctx.scope, name);
  const constant = found.find((candidate) => candidate.constant);
  if (constant !== undefined) {
    return () => {
      throw abortAt(file, pos, `the function \`${name}\` cannot be assigned`);
    };
  }
  const own = found[0];
  if (own === undefined || own.hops !== 0) {
    throw new Error(`the scope of an assignment does not hold ${name}`);
  }
  if (found.length === 1) {
    const { slot } = own;
    return (frame, rt, value) => {
      if (
        frame.slots[slot] === undefined &&
        file === rt.policy &&
        rt.globals.has(name) &&
        !(value instanceof RuleValue)
      ) {
        rt.globals.set(name, value);
      } else {
        frame.slots[slot] = value;
      }
    };
  }
  const hops = found.map((candidate) => candidate.hops);
  const slots = found.map((candidate) => candidate.slot);
  return (frame, _rt, value) => {
    for (let i = 0; i < hops.length; i += 1) {
      const at = frameAt(frame, hops[i] as number);
      const slot = slots[i] as number;
      if (at.slots[slot] !== undefined) {
        at.slots[slot] = value;
        return;
      }
    }
    frame.slots[own.slot] = value;
  };
}
