import type { OracleRequest } from "./rego-oracle.ts";

/** A small generator: the same seed gives the same cases. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  below(n: number): number {
    return Math.floor(this.next() * n);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}

const TOKEN = /"(?:[^"\\\n]|\\.)*"|`[^`]*`|[A-Za-z_][A-Za-z0-9_]*|\d+(?:\.\d+)?|:=|==|!=|<=|>=|\s+|./gs;

const WORDS = [
  "x",
  "y",
  "p",
  "q",
  "input",
  "data",
  "input.x",
  "data.a",
  "some",
  "every",
  "in",
  "not",
  "with",
  "as",
  "if",
  "else",
  "contains",
  "default",
  "true",
  "false",
  "null",
  "_",
  "1",
  "0",
  "-1",
  "1.5",
  '"a"',
  '""',
  "[]",
  "{}",
  "set()",
  "{1, 2}",
  '{"a": 1}',
  "[1, 2]",
  "count(x)",
  "f(x)",
  "x := 1",
  "x = y",
  "x == 1",
  "[i]",
  "[_]",
  ".a",
  "[y | y := 1]",
  "{y | y = 1}",
  "{1: 2}",
  "not x",
  "some i",
  "with input as 1",
  "with data.a as {}",
  'startswith(x, "a")',
  "package",
  "import data.b",
  "import rego.v1",
  "walk(x, y)",
];
const OPERATORS = [
  ":=",
  "=",
  "==",
  "!=",
  "<",
  "<=",
  ">",
  ">=",
  "+",
  "-",
  "*",
  "/",
  "%",
  "&",
  "|",
  ",",
  ";",
  ":",
  ".",
  "(",
  ")",
  "[",
  "]",
  "{",
  "}",
  "\n",
  " ",
];

/** A request with one to three small changes to one of its modules. */
export function mutate(request: OracleRequest, random: Random): OracleRequest {
  const modules = [...request.modules];
  const index = random.below(Math.max(modules.length, 1));
  let tokens: string[] = modules[index]?.match(TOKEN) ?? [];
  const edits = random.next() < 0.15 ? 0 : 1 + random.below(2);
  for (let i = 0; i < edits && tokens.length > 0; i++) tokens = edit(tokens, random);
  if (modules.length > 0) modules[index] = tokens.join("");
  const strict = random.next() < 0.1;
  return { ...request, modules, strict_error: strict || request.strict_error === true };
}

function edit(tokens: readonly string[], random: Random): string[] {
  const out = [...tokens];
  const at = pickPosition(out, random);
  const token = out[at] as string;
  switch (random.below(8)) {
    case 0:
      out.splice(at, 1);
      break;
    case 1:
      out.splice(at, 0, token, " ");
      break;
    case 2:
      out[at] = random.pick(WORDS);
      break;
    case 3:
      out.splice(at, 0, ` ${random.pick(WORDS)} `);
      break;
    case 4:
      out[at] = random.pick(OPERATORS);
      break;
    case 5: {
      const other = pickPosition(out, random);
      out[at] = out[other] as string;
      out[other] = token;
      break;
    }
    case 6:
      out[at] = out[pickPosition(out, random)] as string;
      break;
    default:
      out.splice(at, 0, random.pick(["\n", " ", random.pick(OPERATORS)]));
  }
  return out;
}

/** A place that is no white space, after the package line more often than not. */
function pickPosition(tokens: readonly string[], random: Random): number {
  for (let i = 0; i < 20; i++) {
    const at = random.below(tokens.length);
    if ((tokens[at] as string).trim() !== "" && (at > 4 || random.next() < 0.2)) return at;
  }
  return random.below(tokens.length);
}
