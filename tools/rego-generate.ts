import type { Random } from "./rego-mutate.ts";
import type { OracleRequest } from "./rego-oracle.ts";

/** Small policies from a grammar: rules that refer to each other's values, input and data. */
export function generate(random: Random): OracleRequest {
  const rules = 1 + random.below(4);
  const lines = ["package t", ""];
  const uses = random.next() < 0.2 ? ["import rego.v2", ""] : [];
  for (let i = 0; i < rules; i++) lines.push(rule(random, i), "");
  return {
    rego_version: 1,
    modules: [[lines[0], ...uses, ...lines.slice(1)].join("\n")],
    query: "data.t.p0 = x",
    data: { a: [1, 2, 3], o: { x: 1, y: "s", z: [1, { k: 2 }] } },
    input: { a: [3, 1, 2], b: { x: 1, y: [1, "two", null] }, s: "abc", n: 5, f: false },
    strict_error: random.next() < 0.2,
  };
}

function rule(random: Random, i: number): string {
  const name = `p${i}`;
  const later = `p${i + 1}`;
  const body = (): string => {
    const n = 1 + random.below(3);
    return `{\n${Array.from({ length: n }, () => `\t${literal(random, later)}`).join("\n")}\n}`;
  };
  switch (random.below(8)) {
    case 0:
      return `${name} := ${value(random, 2, later)}`;
    case 1:
      return `${name} := x if {\n\tx := ${value(random, 2, later)}\n\t${literal(random, later)}\n}`;
    case 2:
      return `${name} contains x if {\n\tsome x in ${collection(random, later)}\n\t${literal(random, later)}\n}`;
    case 3:
      return `${name}[k] := v if {\n\tsome k, v in ${collection(random, later)}\n}`;
    case 4:
      return `default ${name} := 0\n\n${name} := 1 if ${body()}`;
    case 5:
      return `${name} := 1 if ${body()} else := 2 if ${body()}`;
    case 6:
      return `${name} := f${i}(${value(random, 1, later)})\n\nf${i}(x) := y if {\n\ty := [x, ${value(random, 1, later)}]\n}`;
    default:
      return `${name} if ${body()}`;
  }
}

function literal(random: Random, later: string): string {
  const v = (): string => value(random, 1, later);
  switch (random.below(12)) {
    case 0:
      return `${v()} == ${v()}`;
    case 1:
      return `${v()} != ${v()}`;
    case 2:
      return `${v()} < ${v()}`;
    case 3:
      return `not ${v()}`;
    case 4:
      return `not ${v()} == ${v()}`;
    case 5:
      return `${v()} in ${collection(random, later)}`;
    case 6:
      return `every e in ${collection(random, later)} { e != ${v()} }`;
    case 7:
      return `some e in ${collection(random, later)}`;
    case 8:
      return `input.a[i] == ${v()}`;
    case 9:
      return `count(${collection(random, later)}) > 1`;
    case 10:
      return `${v()} with input.n as ${scalar(random)}`;
    default:
      return v();
  }
}

function value(random: Random, depth: number, later: string): string {
  if (depth === 0 || random.next() < 0.3)
    return random.next() < 0.5 ? scalar(random) : reference(random, later);
  const v = (): string => value(random, depth - 1, later);
  switch (random.below(9)) {
    case 0:
      return `[${v()}, ${v()}]`;
    case 1:
      return `{${v()}, ${v()}}`;
    case 2:
      return `{"k": ${v()}, ${scalar(random)}: ${v()}}`;
    case 3:
      return `[y | some y in ${collection(random, later)}]`;
    case 4:
      return `{y | some y in ${collection(random, later)}; y != ${v()}}`;
    case 5:
      return `{k: w | some k, w in ${collection(random, later)}}`;
    case 6:
      return `${random.pick(["count", "sum", "max", "sort", "type_name", "to_number", "upper"])}(${v()})`;
    case 7:
      return `(${v()} ${random.pick(["+", "-", "*", "/", "%", "&", "|", "==", "<"])} ${v()})`;
    default:
      return reference(random, later);
  }
}

function scalar(random: Random): string {
  return random.pick(["0", "1", "2", "5", "1.5", "-3", '"x"', '"abc"', '"two"', "true", "false", "null"]);
}

function reference(random: Random, later: string): string {
  const paths = [
    "input.n",
    "input.s",
    "input.f",
    "input.b.x",
    "input.b.y[1]",
    "input.none",
    "data.o.x",
    "data.o.z[1].k",
    "data.a[0]",
    "data.none",
  ];
  return random.pick([...paths, later === "p5" ? "1" : "1", ...(later < "p4" ? [later] : [])]);
}

function collection(random: Random, later: string): string {
  return random.pick([
    "input.a",
    "input.b",
    "input.b.y",
    "data.a",
    "data.o",
    '{1, "x", 5}',
    '{"x": 1, "y": 2}',
    "[1, 2, 2]",
    "[]",
    "input.n",
    ...(later < "p4" ? [later] : []),
  ]);
}
