import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  parseAllDocuments,
  Scalar,
  type YAMLError,
  type YAMLMap,
} from "yaml";
import { doubleText, isNumber, num, setOwn, termText, type Value } from "../../values/index.ts";
import { decodeBase64 } from "../base64.ts";
import { fault } from "../operands.ts";
import { resolvePlain } from "./scalars.ts";

/**
 * The value of the first YAML document of a text, as go-yaml v3 reads it: keys become text, the last of equal keys
 * wins, `<<` merges. The other documents must be well formed too.
 *
 * @throws Fault `yaml: …`
 */
export function readYaml(text: string): Value {
  const documents = parseAllDocuments(text, {
    version: "1.2",
    schema: "failsafe",
    uniqueKeys: false,
    merge: false,
    prettyErrors: false,
    logLevel: "silent",
  });
  if (!Array.isArray(documents)) return null;
  if (CONTROL.test(text)) throw fault("yaml: control characters are not allowed");
  for (const document of documents) {
    const problem =
      document.errors[0] ?? document.warnings.find((warning) => warning.code === "BAD_DIRECTIVE");
    if (problem !== undefined) throw fault(`yaml: ${wordError(problem, text, isSeq(document.contents))}`);
  }
  const first = documents[0];
  return first === undefined || first.contents === null ? null : new Reader(first).value(first.contents);
}

const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/** Go's words for the commonest errors. Its scanner counts lines from 1, its parser from 0, and 0 is not shown. */
function wordError(problem: YAMLError, text: string, inSequence: boolean): string {
  const { code, message } = problem;
  const at = problem.pos[0];
  const row = text.slice(0, at).split("\n").length;
  const scanner = (words: string): string => (row > 1 ? `line ${row}: ${words}` : words);
  const parser = (words: string): string => {
    const line = at >= text.trimEnd().length ? row : row - 1;
    return line > 0 ? `line ${line}: ${words}` : words;
  };
  const close = /end with a ([\]}])/.exec(message)?.[1];
  if (close !== undefined) return parser(`did not find expected ',' or '${close}'`);
  switch (code) {
    case "BLOCK_AS_IMPLICIT_KEY":
      return scanner("mapping values are not allowed in this context");
    case "TAB_AS_INDENT":
    case "BAD_SCALAR_START":
      return scanner("found character that cannot start any token");
    case "BAD_DQ_ESCAPE":
      return scanner("found unknown escape character");
    case "BAD_DIRECTIVE":
      return scanner("found unknown directive name");
    case "BAD_INDENT":
      return parser("did not find expected '-' indicator");
    case "MISSING_CHAR":
      return scanner(
        /quote/.test(message) ? "found unexpected end of stream" : "could not find expected ':'",
      );
    case "UNEXPECTED_TOKEN":
      if (!/at node end/.test(message)) return "did not find expected node content";
      return parser(
        inSequence ? "did not find expected '-' indicator" : "did not find expected <document start>",
      );
    default:
      return scanner(message.slice(0, 1).toLowerCase() + message.slice(1));
  }
}

class Reader {
  readonly #document: Document;
  /** Values of anchored nodes are shared, so that aliases of aliases cannot grow. */
  readonly #known = new Map<unknown, Value>();
  readonly #open = new Set<unknown>();

  constructor(document: Document) {
    this.#document = document;
  }

  value(node: unknown): Value {
    if (node === null || node === undefined) return null;
    if (isAlias(node)) {
      const target = node.resolve(this.#document);
      if (target === undefined) throw fault(`yaml: unknown anchor '${node.source}' referenced`);
      if (this.#open.has(target)) throw fault(`yaml: anchor '${node.source}' value contains itself`);
      return this.value(target);
    }
    const known = this.#known.get(node);
    if (known !== undefined) return known;
    this.#open.add(node);
    const value = this.#make(node);
    this.#open.delete(node);
    this.#known.set(node, value);
    return value;
  }

  #make(node: unknown): Value {
    if (isScalar(node)) return scalarValue(node);
    if (isSeq(node)) return node.items.map((item) => this.value(item));
    if (isMap(node)) return this.#mapping(node);
    return null;
  }

  #mapping(map: YAMLMap): Value {
    const result: Record<string, Value> = {};
    const merged: Value[] = [];
    for (const pair of map.items as Pair[]) {
      if (isMergeKey(pair.key)) {
        const value = this.value(pair.value);
        if (Array.isArray(value)) merged.push(...(value as Value[]));
        else merged.push(value);
      } else setOwn(result, this.#key(pair), this.value(pair.value));
    }
    for (const source of merged) {
      if (typeof source !== "object" || source === null || Array.isArray(source) || isNumber(source))
        throw fault("yaml: map merge requires map or sequence of maps as the value");
      for (const [key, value] of Object.entries(source as Record<string, Value>))
        if (!Object.hasOwn(result, key)) setOwn(result, key, value);
    }
    return result;
  }

  #key(pair: Pair): string {
    const key = this.value(pair.key);
    if (typeof key === "string") return key;
    if (typeof key === "boolean") return key.toString();
    if (isNumber(key)) {
      const text = num.toText(key);
      // Go prints keys that are floats with the precision of 32 bits.
      return num.isInteger(key) ? text : shortestSingle(Number(text));
    }
    if (key === null)
      throw fault(
        `unsupported map key of type: %!s(<nil>), key: <nil>, value: ${termText(this.value(pair.value))}`,
      );
    throw fault(`yaml: invalid map key: ${termText(key)}`);
  }
}

function shortestSingle(value: number): string {
  const single = Math.fround(value);
  for (let digits = 1; digits < 9; digits++) {
    const text = doubleText(value, "g", digits);
    if (Math.fround(Number(text)) === single) return text;
  }
  return doubleText(single, "g", 9);
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.type === Scalar.PLAIN && key.value === "<<" && key.tag === undefined;
}

function scalarValue(node: Scalar): Value {
  const text = typeof node.value === "string" ? node.value : (node.source ?? "");
  const plain = node.type === Scalar.PLAIN || node.type === undefined;
  switch (node.tag) {
    case undefined:
      return plain ? plainValue(text) : text;
    case "tag:yaml.org,2002:binary":
      return Buffer.from(decodeBase64(text.replace(/\s+/g, ""), "standard")).toString("utf8");
    case "tag:yaml.org,2002:int":
    case "tag:yaml.org,2002:float":
    case "tag:yaml.org,2002:bool":
    case "tag:yaml.org,2002:null": {
      const value = plainValue(text);
      if (typeof value === "string")
        throw fault(
          `yaml: cannot decode !!str \`${text}\` as a !!${node.tag.slice("tag:yaml.org,2002:".length)}`,
        );
      return value;
    }
    default:
      return text;
  }
}

function plainValue(text: string): Value {
  const resolved = resolvePlain(text);
  switch (resolved.kind) {
    case "null":
      return null;
    case "boolean":
    case "number":
      return resolved.value;
    case "special":
      throw fault(`json: unsupported value: ${resolved.name}`);
    default:
      return text;
  }
}
