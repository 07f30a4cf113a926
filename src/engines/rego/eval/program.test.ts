import { describe, expect, it } from "vitest";
import { type Backend, compile, type EvaluateOptions, type Program } from "../index.ts";

const BACKENDS: readonly Backend[] = ["codegen", "closures"];

function program(source: string, backend: Backend, data: unknown = {}): Program {
  const compiled = compile({ modules: [{ name: "m.rego", source }], backend, data });
  if (!compiled.ok) throw new Error(compiled.error.map((e) => e.text).join("\n"));
  return compiled.value;
}

function value(p: Program, path: string, input: unknown, options: EvaluateOptions = {}): unknown {
  const result = p.evaluate(path, input, options);
  if (!result.ok) throw new Error(result.error.map((e) => e.text).join("\n"));
  return result.value.value;
}

describe.each(BACKENDS)("program, %s", (backend) => {
  it("takes entry points in each spelling", () => {
    const p = program("package a.b\nc := 1", backend);
    for (const path of ["a/b/c", "data.a.b.c", "a.b.c", "data/a/b/c"]) expect(value(p, path, {})).toBe(1);
    expect(value(p, "a", {})).toEqual({ b: { c: 1 } });
    expect(value(p, "a/none", {})).toBeUndefined();
  });

  it("refuses an entry point that names nothing", () => {
    const compiled = compile({
      modules: [{ name: "m.rego", source: "package a\nb := 1" }],
      entrypoints: ["a/c"],
      backend,
    });
    expect(compiled.ok ? [] : compiled.error.map((e) => e.message)).toEqual([
      "entry point `a/c` names neither a package nor a rule of the program",
    ]);
  });

  it("says what it holds", () => {
    const p = program(
      "package a\nb := count([1])\nc contains 1\nf(x, y) := 1\nd[x] := 1 if some x in [1]",
      backend,
    );
    expect(p.rules.map((r) => `${r.path} ${r.kind} ${r.arity}`)).toEqual([
      "data.a.b complete 0",
      "data.a.c set 0",
      "data.a.d object 0",
      "data.a.f function 2",
    ]);
    expect(p.builtins).toContain("count");
  });

  it("evaluates queries", () => {
    const p = program("package a\nxs := [3, 1, 2]", backend);
    const result = p.query("some x in data.a.xs; x > 1; y := x * 2", {});
    expect(result.ok && result.value.results.map((r) => ({ ...r.bindings }))).toEqual([
      { x: 3, y: 6 },
      { x: 2, y: 4 },
    ]);
    expect(p.query("x >", {}).ok).toBe(false);
    expect(p.query("x > 1", {})).toMatchObject({
      ok: false,
      error: [{ code: "rego_unsafe_var_error", stage: "query_compile" }],
    });
  });

  it("answers any number of different queries", () => {
    const p = program("package a\nb := 2", backend);
    for (let i = 0; i < 250; i++) {
      const result = p.query(`x := data.a.b + ${i}`, {});
      expect(result.ok && result.value.results[0]?.bindings["x"]).toBe(i + 2);
    }
    expect(value(p, "a/b", {})).toBe(2);
  });

  it("gives the values of a query's expressions", () => {
    const p = program("package a\nb := 2", backend);
    const captured = (text: string): unknown => {
      const result = p.query(text, {}, { captureValues: true });
      return result.ok && result.value.results.map((r) => r.expressions.map((e) => [e.text, e.value]));
    };
    expect(captured("1 == 2")).toEqual([[["1 == 2", false]]]);
    expect(captured("data.a.b")).toEqual([[["data.a.b", 2]]]);
    expect(captured("x := [1, 2][_]; x > 1")).toEqual([
      [
        ["x := [1, 2][_]", true],
        ["x > 1", true],
      ],
    ]);
  });

  it("keeps what is printed", () => {
    const p = program('package a\nb if { some x in [1, 2]; print("x", x, input.none); x > 2 }', backend);
    const result = p.evaluate("a/b", {});
    expect(result.ok && result.value.prints.map((l) => `${l.location.row}: ${l.message}`)).toEqual([
      "2: x 1 <undefined>",
      "2: x 2 <undefined>",
    ]);
  });

  it("counts covered rows", () => {
    const p = program("package a\n\nb if {\n  input.x\n  input.y\n}\n\nc if false", backend);
    const result = p.evaluate("a", { x: true }, { coverage: true });
    expect(result.ok && result.value.coverage?.get("m.rego")).toEqual({
      covered: [4, 5, 8],
      notCovered: [3],
    });
    const full = p.evaluate("a", { x: true, y: true }, { coverage: true });
    expect(full.ok && full.value.coverage?.get("m.rego")?.notCovered).toEqual([]);
  });

  it("traces", () => {
    const p = program('package a\nb if {\n  trace("note")\n  c\n  input.x == 1\n}\nc if true', backend);
    const result = p.evaluate("a/b", { x: 2 }, { trace: true });
    expect(result.ok && result.value.trace?.map((e) => `${e.depth} ${e.op} ${e.node}`)).toEqual([
      "1 Enter data.a.b",
      '1 Eval trace("note")',
      "1 Note note",
      "1 Eval c",
      "2 Enter data.a.c",
      "2 Eval true",
      "2 Exit data.a.c",
      "1 Eval input.x == 1",
      "1 Fail input.x == 1",
    ]);
  });

  it("suspends for a host call and goes on with its answer", () => {
    const p = program('package a\nb := http.send({"method": "get", "url": "http://x"}).status_code', backend);
    const first = p.evaluate("a/b", {});
    const suspended = first.ok ? first.value.suspended : undefined;
    expect(suspended?.kind).toBe("http.send");
    const hostAnswers = new Map<string, unknown>([[suspended?.key ?? "", { status_code: 200 }]]);
    expect(value(p, "a/b", {}, { hostAnswers })).toBe(200);
  });

  it("draws time and chance from the options only", () => {
    const p = program('package a\nt := [time.now_ns(), time.now_ns()]\nr := rand.intn("x", 1000)', backend);
    expect(value(p, "a/t", {}, { nowNs: 5n })).toEqual([5, 5]);
    expect(value(p, "a/t", {})).toBeUndefined();
    expect(value(p, "a/r", {}, { seed: 3 })).toBe(value(p, "a/r", {}, { seed: 3 }));
  });

  it("replaces the base documents for one evaluation", () => {
    const p = program("package a\nb := data.d", backend, { d: 1 });
    expect([value(p, "a/b", {}), value(p, "a/b", {}, { data: { d: 2 } }), value(p, "a/b", {})]).toEqual([
      1, 2, 1,
    ]);
  });

  it("indexes rules without dropping any", () => {
    const rules = Array.from({ length: 30 }, (_, i) => `b contains ${i} if input.kind == "k${i % 10}"`).join(
      "\n",
    );
    const p = program(
      `package a\n${rules}\nb contains "any" if input.x\nb contains "not" if not input.kind == "k1"`,
      backend,
    );
    expect(value(p, "a/b", { kind: "k1", x: true })).toEqual([1, 11, 21, "any"]);
    expect(value(p, "a/b", { kind: 7 })).toEqual(["not"]);
    expect(value(p, "a/b", {})).toEqual(["not"]);
  });

  it("groups joined comprehensions", () => {
    const source = `package a
b[x.id] := ys if { some x in input.xs; ys := [y.v | some y in input.ys; y.id == x.id] }
c[x.id] := ys if { some x in input.xs; ys := {y.v: y.id | some y in input.ys; lower(y.id) == x.id} }
d contains [x, {y | some y in [1, 2, 3]; y > x}] if some x in [1, 2]
e contains count([1 | some y in input.ys; y.id == x.none]) if some x in input.xs`;
    const xs = Array.from({ length: 2000 }, (_, i) => ({ id: `k${i}` }));
    const ys = Array.from({ length: 2000 }, (_, i) => ({ id: `k${i % 3}`, v: i }));
    // Without the index this would be twelve million turns.
    const got = value(
      program(source, backend),
      "a",
      { xs, ys: [...ys, { id: "K1", v: 9 }] },
      { maxSteps: 500_000 },
    ) as Record<string, Record<string, unknown[]>>;
    expect(got["b"]?.["k2"]?.slice(0, 3)).toEqual([2, 5, 8]);
    expect(got["b"]?.["k7"]).toEqual([]);
    expect(got["d"]).toEqual([
      [1, [2, 3]],
      [2, [3]],
    ]);
    expect(got["c"]?.["k1"]).toMatchObject({ 1: "k1", 4: "k1", 9: "K1" });
    expect(got["e"]).toEqual([0]);
  });

  it("meets a contradiction only in the group that is asked for", () => {
    const source =
      "package a\nb[x] := o if { some x in input.xs; o := {y.k: y.v | some y in input.ys; y.id == x} }";
    const ys = [
      { id: 1, k: "a", v: 1 },
      { id: 2, k: "a", v: 1 },
      { id: 2, k: "a", v: 2 },
    ];
    const p = program(source, backend);
    expect(value(p, "a/b", { xs: [1, 3], ys })).toEqual({ 1: { a: 1 }, 3: {} });
    expect(p.evaluate("a/b", { xs: [1, 2], ys })).toMatchObject({
      ok: false,
      error: [{ code: "eval_conflict_error" }],
    });
  });

  it("does not let a remembered result cross a with", () => {
    const source =
      "package a\nf(x) := y if { some y in input.ys; y > x }\nb := [f(1), c]\nc := z if z := f(1) with input.ys as [9]";
    expect(value(program(source, backend), "a/b", { ys: [2] })).toEqual([2, 9]);
  });

  it("reads one key of a document whose other key has two values", () => {
    const source =
      'package a\nq[k] := v if { some [k, v] in [["x", 1], ["x", 2], ["y", 3]] }\nb := q.y\nc := q.x';
    const p = program(source, backend);
    expect(value(p, "a/b", {})).toBe(3);
    expect(p.evaluate("a/c", {})).toMatchObject({
      ok: false,
      error: [{ message: "object keys must be unique" }],
    });
    expect(p.evaluate("a/q", {})).toMatchObject({ ok: false, error: [{ code: "eval_conflict_error" }] });
  });
});
