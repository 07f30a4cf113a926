import {
  compare,
  isArray,
  isNumber,
  isObject,
  jsonEntries,
  num,
  objectGet,
  objectSize,
  type Value,
} from "../../values/index.ts";
import type { BuiltinContext } from "../builtin.ts";
import { goFormat, parseFormat } from "../go-format.ts";
import { checkLength, fault } from "../operands.ts";
import { queryEscape } from "../query-escape.ts";
import type { Body, Operand, Pipe } from "./parse.ts";

/** Text of a template with its data. Keys that are missing print as `<undefined>`. */
export function renderTemplate(ctx: BuiltinContext, template: Body, data: Value): string {
  return new Renderer(ctx, data).render(template);
}

/** undefined is Go's "no value"; a bigint is a number of the template itself, which Go does not mix with the data's. */
type Item = Value | bigint | undefined;

type Flow = "break" | "continue" | undefined;

class Renderer {
  readonly #ctx: BuiltinContext;
  readonly #variables: [name: string, value: Item][];
  #out = "";

  constructor(ctx: BuiltinContext, data: Value) {
    this.#ctx = ctx;
    this.#variables = [["$", data]];
  }

  render(template: Body): string {
    this.#body(template, this.#variables[0]![1]);
    return this.#out;
  }

  #body(body: Body, dot: Item): Flow {
    const visible = this.#variables.length;
    for (const node of body) {
      this.#ctx.tick(1);
      const flow = this.#node(node, dot);
      if (flow !== undefined) {
        this.#variables.length = visible;
        return flow;
      }
    }
    this.#variables.length = visible;
    return undefined;
  }

  #node(node: Body[number], dot: Item): Flow {
    switch (node.kind) {
      case "text":
        this.#write(node.text);
        return undefined;
      case "print": {
        const value = this.#pipe(node.pipe, dot);
        if (node.pipe.variables.length === 0) this.#write(printed(value));
        return undefined;
      }
      case "break":
      case "continue":
        return node.kind;
      case "if":
      case "with": {
        const visible = this.#variables.length;
        const value = this.#pipe(node.pipe, dot);
        const holds = isTrue(value);
        const inner = node.kind === "with" && holds ? value : dot;
        const flow = this.#body(holds ? node.body : node.otherwise, inner);
        this.#variables.length = visible;
        return flow;
      }
      case "range":
        return this.#range(node.pipe, node.body, node.otherwise, dot);
    }
  }

  #range(pipe: Pipe, body: Body, otherwise: Body, dot: Item): Flow {
    const value = this.#pipe({ ...pipe, variables: [] }, dot);
    const pairs = rangePairs(value);
    if (pairs.length === 0) return this.#body(otherwise, dot);
    for (const [key, item] of pairs) {
      const visible = this.#variables.length;
      const [first, second] = pipe.variables;
      if (second !== undefined) this.#set(second, item, pipe.declares);
      if (first !== undefined) this.#set(first, second === undefined ? item : key, pipe.declares);
      const flow = this.#body(body, item);
      this.#variables.length = visible;
      if (flow === "break") break;
    }
    return undefined;
  }

  #write(text: string): void {
    this.#out += text;
    checkLength(this.#ctx, this.#out.length);
  }

  #set(name: string, value: Item, declares: boolean): void {
    if (declares) {
      this.#variables.push([name, value]);
      return;
    }
    const known = this.#variables.findLast((variable) => variable[0] === name);
    if (known !== undefined) known[1] = value;
  }

  #pipe(pipe: Pipe, dot: Item): Item {
    let value: Item;
    for (const [i, command] of pipe.commands.entries())
      value = this.#command(command, dot, i === 0 ? [] : [value]);
    for (const name of pipe.variables) this.#set(name, value, pipe.declares);
    return value;
  }

  #command(command: readonly Operand[], dot: Item, piped: readonly Item[]): Item {
    const first = command[0]!;
    if (first.kind !== "function") {
      if (command.length > 1 || piped.length > 0) throw failure("can't give argument to non-function");
      return this.#operand(first, dot);
    }
    // `and` and `or` stop at the argument that decides.
    if (first.name === "and" || first.name === "or") {
      let value: Item;
      for (const operand of command.slice(1)) {
        value = this.#operand(operand, dot);
        if (isTrue(value) === (first.name === "or")) return value;
      }
      return piped.length > 0 ? piped[0] : value;
    }
    const args = [...command.slice(1).map((operand) => this.#operand(operand, dot)), ...piped];
    return callFunction(first.name, args);
  }

  #operand(operand: Operand, dot: Item): Item {
    switch (operand.kind) {
      case "literal":
        return typeof operand.value === "number" && Number.isInteger(operand.value)
          ? BigInt(operand.value)
          : operand.value;
      case "dot":
        return dot;
      case "variable":
        return this.#variables.findLast((variable) => variable[0] === operand.name)?.[1];
      case "pipe":
        return this.#pipe(operand.pipe, dot);
      case "function":
        return callFunction(operand.name, []);
      case "field": {
        const of = this.#operand(operand.of, dot);
        if (of === undefined) return undefined;
        if (of === null) throw failure(`nil pointer evaluating interface {}.${operand.name}`);
        if (typeof of === "bigint" || !isObject(of))
          throw failure(`can't evaluate field ${operand.name} in type interface {}`);
        return objectGet(of, operand.name);
      }
    }
  }
}

function failure(message: string) {
  return fault(`template: template:1: executing "template": ${message}`);
}

function rangePairs(value: Item): readonly (readonly [Item, Value])[] {
  if (value === undefined || value === null) return [];
  if (typeof value !== "bigint") {
    if (isArray(value)) return value.map((item, index) => [BigInt(index), item] as const);
    if (isObject(value)) return jsonEntries(value);
  }
  throw failure(`range can't iterate over ${printed(value)}`);
}

/** Numbers of the data are texts to Go's template and so are true, `0` too. */
function isTrue(value: Item): boolean {
  if (value === undefined || value === null || value === false || value === "" || value === 0n) return false;
  if (typeof value === "bigint") return true;
  if (isArray(value)) return value.length > 0;
  if (isNumber(value)) return true;
  return isObject(value) ? objectSize(value) > 0 : true;
}

function printed(value: Item): string {
  if (value === undefined || value === null) return "<undefined>";
  return goPrint(value);
}

/** A number of the template as Go's functions see it. */
function plain(item: Item): Value {
  return typeof item === "bigint" ? num.fromBigInt(item) : (item ?? "<no value>");
}

/** As Go's `fmt.Print` shows maps and slices. */
function goPrint(value: Value | bigint): string {
  if (typeof value === "bigint") return value.toString();
  if (value === null) return "<nil>";
  if (typeof value === "string") return value;
  if (isNumber(value)) return num.toText(value);
  if (isArray(value)) return `[${value.map(goPrint).join(" ")}]`;
  if (isObject(value))
    return `map[${jsonEntries(value)
      .map(([key, item]) => `${key}:${goPrint(item)}`)
      .join(" ")}]`;
  return String(value);
}

function callFunction(name: string, args: readonly Item[]): Item {
  const value = (index: number): Value | bigint => {
    const arg = args[index];
    if (arg === undefined) throw failure(`wrong number of args for ${name}`);
    return arg;
  };
  const texts = args.map(plain);
  switch (name) {
    case "not":
      return !isTrue(args[0]);
    case "len":
      return lengthOf(value(0));
    case "index":
      return args.slice(1).reduce<Item>((item, key) => indexed(item, key), value(0));
    case "slice": {
      const of = value(0);
      const [from, to] = [args[1], args[2]].map((bound) =>
        typeof bound === "bigint" ? Number(bound) : undefined,
      );
      if (typeof of === "string" || (typeof of !== "bigint" && isArray(of))) return of.slice(from, to);
      throw failure("can't slice item");
    }
    case "print":
      return texts.map(goPrint).join("");
    case "println":
      return `${texts.map(goPrint).join(" ")}\n`;
    case "printf": {
      const format = value(0);
      if (typeof format !== "string") throw failure("wrong type for value; expected string");
      return goFormat(parseFormat(format), texts.slice(1));
    }
    case "html":
      return texts
        .map(goPrint)
        .join("")
        .replace(/["'&<>\u0000]/g, (char) => HTML[char]!);
    case "js":
      return texts
        .map(goPrint)
        .join("")
        .replace(/[\\'"<>&=\u0000-\u001f]/g, (char) =>
          /[\\'"]/.test(char)
            ? `\\${char}`
            : `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`,
        );
    case "urlquery":
      return queryEscape(texts.map(goPrint).join(""));
    case "eq":
      return args.slice(1).some((_, i) => compareBasic(value(0), value(i + 1)) === 0);
    case "ne":
      return compareBasic(value(0), value(1)) !== 0;
    case "lt":
      return compareBasic(value(0), value(1)) < 0;
    case "le":
      return compareBasic(value(0), value(1)) <= 0;
    case "gt":
      return compareBasic(value(0), value(1)) > 0;
    default:
      return compareBasic(value(0), value(1)) >= 0;
  }
}

const HTML: Readonly<Record<string, string>> = {
  '"': "&#34;",
  "'": "&#39;",
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  "\u0000": "\ufffd",
};

function lengthOf(value: Value | bigint): bigint {
  if (typeof value === "string") return BigInt(Buffer.byteLength(value, "utf8"));
  if (typeof value !== "bigint") {
    if (isArray(value)) return BigInt(value.length);
    if (isObject(value)) return BigInt(objectSize(value));
  }
  throw failure(`error calling len: len of type ${typeof value}`);
}

function indexed(of: Item, key: Item): Item {
  if (typeof of === "bigint") throw failure("error calling index: can't index item");
  if (isArray(of) && typeof key === "bigint") {
    const item = of[Number(key)];
    if (item === undefined) throw failure(`error calling index: index out of range: ${key}`);
    return item;
  }
  if (isObject(of) && typeof key === "string") return objectGet(of, key);
  throw failure("error calling index: can't index item");
}

function compareBasic(a: Value | bigint, b: Value | bigint): number {
  if (typeof a === "bigint" && typeof b === "bigint") return a < b ? -1 : a > b ? 1 : 0;
  const incompatible = () => failure("error calling eq: incompatible types for comparison");
  if (typeof a === "bigint" || typeof b === "bigint" || isNumber(a) !== isNumber(b)) throw incompatible();
  if (isArray(a) || isObject(a) || isArray(b) || isObject(b)) throw incompatible();
  return compare(a, b);
}
