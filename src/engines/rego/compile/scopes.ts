import type { Location } from "../errors.ts";
import type { CompileContext } from "./context.ts";

export type Occurrence = "arg" | "seen" | "assigned" | "declared";

export interface Frame {
  names: Map<string, string>;
  occurrence: Map<string, Occurrence>;
  count: Map<string, number>;
}

/** Scopes of one rule or query while `:=`, `some`, `every` and arguments get names of their own. */
export class Scopes {
  readonly c: CompileContext;
  readonly frames: Frame[] = [newFrame()];
  errors = 0;
  unused = 0;

  constructor(c: CompileContext) {
    this.c = c;
  }

  err(message: string, loc: Location): void {
    this.errors++;
    this.c.err("rego_compile_error", message, loc);
  }

  get top(): Frame {
    return this.frames[this.frames.length - 1] as Frame;
  }

  insert(name: string, generated: string, occurrence: Occurrence): void {
    const { top } = this;
    top.names.set(name, generated);
    top.occurrence.set(name, occurrence);
    top.count.set(name, 1);
    if (name !== generated) this.c.rewritten.set(generated, name);
  }

  declared(name: string): string | undefined {
    for (let i = this.frames.length - 1; i >= 0; i--) {
      const found = this.frames[i]?.names.get(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  globalOccurrence(name: string): Occurrence | undefined {
    for (let i = this.frames.length - 1; i >= 0; i--) {
      const found = this.frames[i]?.occurrence.get(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  seen(name: string): void {
    for (let i = this.frames.length - 1; i >= 0; i--) {
      const count = this.frames[i]?.count;
      const n = count?.get(name);
      if (count !== undefined && n !== undefined) {
        count.set(name, n + 1);
        return;
      }
    }
    this.top.count.set(name, 1);
  }

  countOf(name: string): number {
    for (let i = this.frames.length - 1; i >= 0; i--) {
      const n = this.frames[i]?.count.get(name);
      if (n !== undefined) return n;
    }
    return 0;
  }

  /** Gives a declared name its own variable, or the reason why it cannot have one here. */
  declare(name: string, occurrence: Occurrence): { ok: true; name: string } | { ok: false; reason: string } {
    switch (this.top.occurrence.get(name)) {
      case "seen":
        return { ok: false, reason: `var ${name} referenced above` };
      case "assigned":
        return { ok: false, reason: `var ${name} assigned above` };
      case "declared":
        return { ok: false, reason: `var ${name} declared above` };
      case "arg":
        return { ok: false, reason: `arg ${name} redeclared` };
    }
    const generated = this.c.generate();
    this.insert(name, generated, occurrence);
    return { ok: true, name: generated };
  }

  within(run: () => void): void {
    this.frames.push(newFrame());
    run();
    this.frames.pop();
  }
}

export function newFrame(): Frame {
  return { names: new Map(), occurrence: new Map(), count: new Map() };
}
