// Above 500 lines: the text of one function is written by one recursion over the plan; parts would hand its writer around.

import type { Value } from "../values/index.ts";
import { literalObject } from "./constant.ts";
import type { Frame } from "./frame.ts";
import { Halt } from "./halt.ts";
import type { BodyFunction, CallFunction, Machine } from "./machine.ts";
import type { BodyPlan, E, GroupPlan, Plan, QueryPlan, S, WithTarget } from "./plan.ts";
import * as rt from "./runtime.ts";

/** What generated code may use. Everything else it names is its own local. */
interface Library {
  readonly rt: typeof rt;
  readonly K: readonly Value[];
  readonly m: Machine;
  readonly literalObject: typeof literalObject;
  readonly keyConflict: (at: number) => Halt;
}

export type RowSink = (row: Value[]) => void;
export type QueryFunction = (q: Frame, sink: RowSink) => void;

/**
 * Fills a machine with functions made from text. The text holds nothing but generated identifiers and numbers:
 * strings, keys and names of the policy stand in the constants array.
 * @throws EvalError when the host forbids code from strings
 */
export function generate(machine: Machine): void {
  const { plan } = machine;
  const parts: string[] = [];
  const names: string[] = [];
  const used = new Set<number>();
  for (const group of plan.groups) {
    const bodies = [...group.chains.flat(), ...(group.fallback === undefined ? [] : [group.fallback])];
    for (const body of bodies) {
      parts.push(new Writer(plan, used).body(body, group));
      names.push(`${body.id}:b${body.id}`);
    }
    if (group.kind === "function") parts.push(callText(group));
  }
  const made = instantiate(
    `${constants(used)}${parts.join("\n")}\nreturn {bodies:{${names.join(",")}},functions:{${plan.groups
      .filter((g) => g.kind === "function")
      .map((g) => `${g.id}:f${g.id}`)
      .join(",")}}};`,
    machine,
  ) as { bodies: Record<number, BodyFunction>; functions: Record<number, CallFunction> };
  for (const [id, body] of Object.entries(made.bodies)) machine.bodies[Number(id)] = body;
  for (const [id, call] of Object.entries(made.functions)) machine.functions[Number(id)] = call;
}

export function generateQuery(machine: Machine, query: QueryPlan): QueryFunction {
  const used = new Set<number>();
  const text = new Writer(machine.plan, used, true).query(query);
  return instantiate(`${constants(used)}return ${text}`, machine) as QueryFunction;
}

function constants(used: ReadonlySet<number>): string {
  return [...used].map((i) => `const k${i}=K[${i}];`).join("");
}

function instantiate(text: string, machine: Machine): unknown {
  const lib: Library = {
    rt,
    K: machine.plan.constants,
    m: machine,
    literalObject,
    keyConflict: (at) => new Halt("eval_conflict_error", "object keys must be unique", machine.location(at)),
  };
  const make = new Function("rt", "K", "m", "literalObject", "keyConflict", PRELUDE + text) as (
    ...args: unknown[]
  ) => unknown;
  return make(lib.rt, lib.K, lib.m, lib.literalObject, lib.keyConflict);
}

const PRELUDE =
  '"use strict";\nconst {field,get,loopValues,loopValuesUnordered,loopKeys,loopKeysUnordered,isCollection,eq,isObjectOfSize,less,lessOrEqual,setOf} = rt;\n';

/** A function's chains as one JS function, so that calls between functions are plain calls. */
function callText(group: GroupPlan): string {
  const args = Array.from({ length: group.arity }, (_, i) => `a${i}`);
  const list = args.map((a) => `,${a}`).join("");
  const lines = [`function f${group.id}(q${list}){`, "if(--q.s.n<0)q.s.refill();"];
  lines.push(
    `if(q.mocks!==undefined||q.s.events!==undefined)return m.slowCall(q,${group.id},[${args.join(",")}]);`,
  );
  if (group.index !== undefined) lines.push(`const x=m.candidates(q,${group.id},[${args.join(",")}]);`);
  const memo = group.memo && group.arity === 1;
  if (memo) {
    lines.push(
      `const M=m.memoOf(q,${group.id},a0);if(M!==undefined){const h=M.get(a0);if(h!==undefined)return h===m.NONE?undefined:h;}`,
    );
  }
  lines.push("let r,t;");
  for (const [i, chain] of group.chains.entries()) {
    const guard = group.index === undefined ? "" : `if(x===undefined||x[${i}])`;
    const tries = chain.map(
      (b) => `t=b${b.id}(q,undefined${list});if(t!==undefined){r=${accept(group)};break C${i};}`,
    );
    lines.push(`${guard}C${i}:{${tries.join("")}}`);
    if (group.earlyExit)
      lines.push(`if(r!==undefined)${memo ? "{if(M!==undefined)M.set(a0,r);return r;}" : "return r;"}`);
  }
  if (group.fallback !== undefined)
    lines.push(`if(r===undefined)r=b${group.fallback.id}(q,undefined${list});`);
  if (memo) lines.push("if(M!==undefined)M.set(a0,r===undefined?m.NONE:r);");
  lines.push("return r;}");
  return lines.join("");
}

/** Takes a chain's value: the first one, or one that agrees with it. */
function accept(group: GroupPlan): string {
  const args = Array.from({ length: group.arity }, (_, i) => `a${i}`);
  return `r===undefined?t:eq(r,t)?r:m.disagree(q,${group.id},[${args.join(",")}])`;
}

class Writer {
  private readonly plan: Plan;
  private readonly lines: string[] = [];
  private readonly used: Set<number>;
  /** Queries reach functions through the machine; rules call them by name. */
  private readonly outside: boolean;
  private labels = 0;
  private q = "q";
  private readonly temps: string[] = [];

  constructor(plan: Plan, used: Set<number>, outside = false) {
    this.plan = plan;
    this.used = used;
    this.outside = outside;
  }

  body(body: BodyPlan, group: GroupPlan): string {
    const { emit } = body;
    if (emit.kind === "value" && !body.earlyExit) this.line("let r;");
    this.line("B0:{");
    this.block(body.stmts, 0, "break B0;", () => {
      if (emit.kind === "value") {
        const value = this.e(emit.value);
        if (body.earlyExit) this.line(`return ${value};`);
        else {
          const t = this.temp();
          this.line(`const ${t}=${value};`);
          this.line(
            `if(${t}!==undefined){if(r===undefined)r=${t};else if(!eq(r,${t}))throw m.bodyConflict(${group.id},${body.at},r,${t});}`,
          );
        }
      } else if (emit.kind === "member") {
        const t = this.temp();
        this.line(
          `const ${t}=${this.e(emit.value)};if(${t}!==undefined&&out.add(${t})&&out.size>q.s.maxItems)m.tooMany();`,
        );
      } else {
        const names = [...emit.path, emit.value].map((e) => {
          const t = this.temp();
          this.line(`const ${t}=${this.e(e)};`);
          return t;
        });
        const value = names.pop() as string;
        const defined = [...names, value].map((t) => `${t}!==undefined`).join("&&");
        this.line(
          `if(${defined})out.put([${names.join(",")}],${value},${emit.multi},m.location(${body.at}));`,
        );
      }
    });
    this.line("}");
    if (emit.kind === "value" && !body.earlyExit) this.line("return r;");
    const params = Array.from({ length: body.params }, (_, i) => `,v${i}`).join("");
    return this.text(`function b${body.id}(q,out${params})`);
  }

  query(query: QueryPlan): string {
    this.line("B0:{");
    this.block(query.stmts, 0, "break B0;", () => {
      this.line(`sink([${query.row.map((e) => this.e(e)).join(",")}]);`);
    });
    this.line("}");
    return this.text("function query(q,sink)");
  }

  private text(head: string): string {
    const temps = this.temps.length === 0 ? "" : `let ${this.temps.join(",")};\n`;
    return `${head}{\n${temps}${this.lines.join("\n")}\n}`;
  }

  private line(text: string): void {
    this.lines.push(text);
  }

  private label(): number {
    return ++this.labels;
  }

  private temp(): string {
    return `t${this.label()}`;
  }

  /** A name that is declared at the head of the function, for use inside of an expression. */
  private scratch(): string {
    const name = `s${this.label()}`;
    this.temps.push(name);
    return name;
  }

  private k(i: number): string {
    this.used.add(i);
    return `k${i}`;
  }

  // ---- statements ----

  private block(stmts: readonly S[], from: number, fail: string, done: () => void): void {
    for (let i = from; i < stmts.length; i++) {
      const s = stmts[i] as S;
      switch (s.s) {
        case "let":
          this.line(`const v${s.v}=${this.e(s.e)};if(v${s.v}===undefined)${fail}`);
          break;
        case "truthy":
          this.truthy(s.e, fail);
          break;
        case "equal":
          this.line(`if(!(${this.equal(s.a, s.b)}))${fail}`);
          break;
        case "isArray":
          this.line(`if(!Array.isArray(v${s.v})||v${s.v}.length!==${s.n})${fail}`);
          break;
        case "isObject":
          this.line(`if(!isObjectOfSize(v${s.v},${s.n}))${fail}`);
          break;
        case "not":
          this.exists([s.body], (ok) => this.line(`if(${ok})${fail}`));
          break;
        case "any":
          this.exists(s.bodies, (ok) => this.line(`if(!${ok})${fail}`));
          break;
        case "every":
          this.every(s, fail);
          break;
        case "collect":
          this.collect(s);
          break;
        case "indexed":
          this.indexed(s);
          break;
        case "mark":
          this.line(`m.mark(${this.q},${s.at});`);
          break;
        case "loop":
          this.loop(s, stmts, i + 1, done);
          return;
        case "relation":
          this.relation(s, stmts, i + 1, done);
          return;
        case "with":
          if (this.with(s, stmts, i + 1, fail, done)) return;
          break;
      }
    }
    done();
  }

  private truthy(e: E, fail: string): void {
    if (e.e === "const") {
      this.line(`if(${this.k(e.i)}===false)${fail}`);
      return;
    }
    const name = e.e === "builtin" ? this.plan.builtins[e.b] : undefined;
    const test = e.e === "builtin" && name !== undefined ? this.comparison(name, e.args) : undefined;
    if (test !== undefined) {
      this.line(`if(!(${test}))${fail}`);
      return;
    }
    const t = this.temp();
    this.line(`const ${t}=${this.e(e)};if(${t}===undefined||${t}===false)${fail}`);
  }

  /** Operators whose operands are plain values become code of their own, unless `with` may replace them. */
  private comparison(name: string, args: readonly E[]): string | undefined {
    if (this.plan.mocked.has(name)) return undefined;
    const [a, b] = args;
    if (a === undefined || b === undefined || args.length !== 2) return undefined;
    switch (name) {
      case "lt":
        return `less(${this.e(a)},${this.e(b)})`;
      case "lte":
        return `lessOrEqual(${this.e(a)},${this.e(b)})`;
      case "gt":
        return `less(${this.e(b)},${this.e(a)})`;
      case "gte":
        return `lessOrEqual(${this.e(b)},${this.e(a)})`;
      case "neq":
        return `!(${this.equal(a, b)})`;
      case "equal":
        return this.equal(a, b);
    }
    return undefined;
  }

  private equal(a: E, b: E): string {
    const direct = (e: E): boolean => {
      if (e.e !== "const") return false;
      const value = this.plan.constants[e.i];
      return value === null || typeof value === "string" || typeof value === "boolean";
    };
    if (direct(a) || direct(b)) return `${this.e(a)}===${this.e(b)}`;
    return `eq(${this.e(a)},${this.e(b)})`;
  }

  private exists(bodies: readonly (readonly S[])[], use: (ok: string) => void): void {
    const n = this.label();
    this.line(`let o${n}=false;`);
    this.line(`X${n}:{`);
    for (const body of bodies) {
      const b = this.label();
      this.line(`B${b}:{`);
      this.block(body, 0, `break B${b};`, () => this.line(`o${n}=true;break X${n};`));
      this.line("}");
    }
    this.line("}");
    use(`o${n}`);
  }

  private loopHead(n: number, o: E, k: number, v: number, ordered: boolean): void {
    const suffix = ordered ? "" : "Unordered";
    this.line(`const c${n}=${this.e(o)};`);
    const values = v >= 0 || k < 0;
    const keys = k >= 0;
    if (values) this.line(`const a${n}=loopValues${suffix}(c${n});`);
    if (keys) this.line(`const y${n}=loopKeys${suffix}(c${n});`);
    const length = values ? `a${n}.length` : `(y${n}===null?c${n}.length:y${n}.length)`;
    this.line(`L${n}:for(let i${n}=0,e${n}=${length};i${n}<e${n};i${n}++){`);
    this.line(`if(--q.s.n<0)q.s.refill();`);
    if (keys) this.line(`const v${k}=y${n}===null?i${n}:y${n}[i${n}];`);
    if (v >= 0) this.line(`const v${v}=a${n}[i${n}];`);
  }

  private loop(s: S & { s: "loop" }, stmts: readonly S[], next: number, done: () => void): void {
    const n = this.label();
    if (s.view) {
      this.line(`const c${n}=${this.e(s.o)},y${n}=m.viewKeys(${this.q},c${n});`);
      this.line(`L${n}:for(let i${n}=0;i${n}<y${n}.length;i${n}++){if(--q.s.n<0)q.s.refill();`);
      this.line(
        `const v${s.k}=y${n}[i${n}],v${s.v}=m.step(${this.q},c${n},v${s.k});if(v${s.v}===undefined)continue L${n};`,
      );
    } else this.loopHead(n, s.o, s.k, s.v, s.ordered);
    this.block(stmts, next, `continue L${n};`, done);
    this.line("}");
  }

  private relation(s: S & { s: "relation" }, stmts: readonly S[], next: number, done: () => void): void {
    const n = this.label();
    this.line(
      `const a${n}=m.builtin(${this.q},${s.b},[${s.args.map((a) => this.e(a)).join(",")}],${s.at})||[];`,
    );
    this.line(
      `L${n}:for(let i${n}=0;i${n}<a${n}.length;i${n}++){if(--q.s.n<0)q.s.refill();const v${s.v}=a${n}[i${n}];`,
    );
    this.block(stmts, next, `continue L${n};`, done);
    this.line("}");
  }

  private every(s: S & { s: "every" }, fail: string): void {
    const n = this.label();
    const t = this.temp();
    this.line(`const ${t}=${this.e(s.o)};if(!isCollection(${t}))${fail}`);
    this.line(`let o${n}=true;`);
    this.line("{");
    const suffix = "Unordered";
    if (s.v >= 0) this.line(`const a${n}=loopValues${suffix}(${t});`);
    this.line(`const y${n}=loopKeys${suffix}(${t});`);
    this.line(`const e${n}=y${n}===null?${t}.length:y${n}.length;`);
    this.line(`L${n}:for(let i${n}=0;i${n}<e${n};i${n}++){if(--q.s.n<0)q.s.refill();`);
    if (s.k >= 0) this.line(`const v${s.k}=y${n}===null?i${n}:y${n}[i${n}];`);
    if (s.v >= 0) this.line(`const v${s.v}=a${n}[i${n}];`);
    this.line(`B${n}:{`);
    this.block(s.body, 0, `break B${n};`, () => this.line(`continue L${n};`));
    this.line(`}o${n}=false;break L${n};}}`);
    this.line(`if(!o${n})${fail}`);
  }

  private collect(s: S & { s: "collect" }): void {
    const n = this.label();
    const start = s.kind === "array" ? "[]" : s.kind === "set" ? "setOf([])" : "rt.newObject()";
    this.line(`${s.kind === "object" ? "let" : "const"} d${n}=${start};`);
    this.line(`B${n}:{`);
    this.block(s.body, 0, `break B${n};`, () => {
      const t = this.temp();
      this.line(`const ${t}=${this.e(s.a)};`);
      if (s.kind === "array") this.line(`if(${t}!==undefined&&d${n}.push(${t})>q.s.maxItems)m.tooMany();`);
      else if (s.kind === "set")
        this.line(`if(${t}!==undefined&&d${n}.add(${t})&&d${n}.size>q.s.maxItems)m.tooMany();`);
      else {
        const b = this.temp();
        this.line(`const ${b}=${this.e(s.b as E)};`);
        this.line(
          `if(${t}!==undefined&&${b}!==undefined){if(!d${n}.put(${t},${b}))throw keyConflict(${s.at});}`,
        );
      }
    });
    this.line("}");
    this.line(`const v${s.v}=d${n}${s.kind === "object" ? ".finish()" : ""};`);
  }

  private indexed(s: S & { s: "indexed" }): void {
    const n = this.label();
    const keys = s.outer.map(() => this.temp());
    this.line(`let x${n}=m.join(${this.q},${s.id});`);
    this.line(`if(x${n}===undefined){x${n}=rt.newJoin(${JSON.stringify(s.kind)});`);
    this.line(`B${n}:{`);
    this.block(s.body, 0, `break B${n};`, () => {
      const names = [...s.inner, s.a, ...(s.b === undefined ? [] : [s.b])].map((e) => {
        const t = this.temp();
        this.line(`const ${t}=${this.e(e)};if(${t}!==undefined){`);
        return t;
      });
      const inner = names.slice(0, s.inner.length).join(",");
      const rest = names.slice(s.inner.length).join(",");
      this.line(`x${n}.add([${inner}],${rest});${"}".repeat(names.length)}`);
    });
    this.line(`}m.keepJoin(${this.q},${s.id},x${n});}`);
    // The kind is one of three words of the plan, not text of the policy.
    this.line(`let v${s.v}=x${n}.empty();`);
    const f = this.label();
    this.line(`F${f}:{`);
    this.block(s.before, 0, `break F${f};`, () => {
      for (const [i, e] of s.outer.entries())
        this.line(`const ${keys[i]}=${this.e(e)};if(${keys[i]}===undefined)break F${f};`);
      this.line(`v${s.v}=x${n}.find([${keys.join(",")}]);if(v${s.v}===undefined)throw keyConflict(${s.at});`);
    });
    this.line("}");
  }

  /** True when the statements behind were written inside (the expression may hold more than once). */
  private with(
    s: S & { s: "with" },
    stmts: readonly S[],
    next: number,
    fail: string,
    done: () => void,
  ): boolean {
    const n = this.label();
    const targets = s.targets.map((t) => this.withTarget(t));
    // An undefined replacement makes the whole expression undefined.
    const values = s.targets.map(
      (_, i) => `const w${n}_${i}=${targets[i]};if(w${n}_${i}===undefined)${fail}`,
    );
    for (const line of values) this.line(line);
    const list = s.targets.map((_, i) => `w${n}_${i}`).join(",");
    this.line(`const a${n}=[];`);
    this.line("{");
    const outer = this.q;
    this.line(`const q${n}=m.withFrame(${outer},[${list}]);`);
    this.q = `q${n}`;
    this.line(`B${n}:{`);
    this.block(s.body, 0, `break B${n};`, () => {
      this.line(`a${n}.push([${s.out.map((v) => `v${v}`).join(",")}]);`);
      if (s.out.length === 0) this.line(`break B${n};`);
    });
    this.line("}}");
    this.q = outer;
    if (s.out.length === 0) {
      this.line(`if(a${n}.length===0)${fail}`);
      return false;
    }
    this.line(`L${n}:for(let i${n}=0;i${n}<a${n}.length;i${n}++){`);
    this.line(s.out.map((v, i) => `const v${v}=a${n}[i${n}][${i}];`).join(""));
    this.block(stmts, next, `continue L${n};`, done);
    this.line("}");
    return true;
  }

  private withTarget(t: WithTarget): string {
    if (t.kind === "function") {
      const by =
        t.by.kind === "value"
          ? `rt.mockValue(${this.e(t.by.value)})`
          : t.by.kind === "group"
            ? `{kind:"group",g:${t.by.g}}`
            : `{kind:"builtin",b:${t.by.b}}`;
      return `rt.mockTarget("${t.target}",${by})`;
    }
    const path = t.path.map((e) => this.e(e)).join(",");
    const node = t.kind === "data" ? `,${t.node}` : "";
    return `rt.${t.kind}Target([${path}],${this.e(t.value)}${node})`;
  }

  // ---- expressions ----

  private e(e: E): string {
    switch (e.e) {
      case "const":
        return this.k(e.i);
      case "var":
        return `v${e.v}`;
      case "input":
        return `${this.q}.input`;
      case "field": {
        const key = this.k(e.i);
        if (!rt.isPlainKey(this.plan.constants[e.i] as string)) return `field(${this.e(e.o)},${key})`;
        // Reading here rather than in a shared function lets the host see one kind of object at each place.
        const o = this.scratch();
        const v = this.scratch();
        return `((${o}=${this.e(e.o)})!==undefined&&${o}!==null&&(${v}=${o}[${key}])!==undefined?${v}:field(${o},${key}))`;
      }
      case "get":
        return `get(${this.e(e.o)},${this.e(e.k)})`;
      case "baseGet":
        return `rt.baseLookup(${this.e(e.o)},${this.e(e.k)})`;
      case "base":
        return `m.basePath(${this.q},[${e.path.join(",")}])`;
      case "rule":
        return `m.ruleValue(${this.q},${e.g})`;
      case "ruleKey":
        return `m.ruleKey(${this.q},${e.g},${this.e(e.k)})`;
      case "extent":
        return `m.extent(${this.q},${e.n})`;
      case "view":
        return `rt.view(${e.n})`;
      case "step":
        return `m.step(${this.q},${this.e(e.o)},${this.e(e.k)})`;
      case "final":
        return `m.final(${this.q},${this.e(e.o)})`;
      case "array":
        return `[${e.items.map((x) => this.e(x)).join(",")}]`;
      case "set":
        return `setOf([${e.items.map((x) => this.e(x)).join(",")}])`;
      case "object":
        return `literalObject([${e.entries.map(([k, v]) => `[${this.e(k)},${this.e(v)}]`).join(",")}])`;
      case "builtin": {
        const args = e.args.map((a) => this.e(a));
        const name = this.plan.builtins[e.b] as string;
        if (rt.hasShortcut(name, args.length)) {
          return `rt.shortcuts[${JSON.stringify(rt.SHORTCUTS.indexOf(name))}](m,${this.q},${e.b},${e.at},${args.join(",")})`;
        }
        return `m.builtin(${this.q},${e.b},[${args.join(",")}],${e.at})`;
      }
      case "call": {
        const args = e.args.map((a) => this.e(a));
        if (this.outside) return `m.call(${this.q},${e.g},[${args.join(",")}])`;
        return `f${e.g}(${[this.q, ...args].join(",")})`;
      }
    }
  }
}
