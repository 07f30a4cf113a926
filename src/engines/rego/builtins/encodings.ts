import {
  isArray,
  isObject,
  isSet,
  jsonEntries,
  marshal,
  objectEntriesSorted,
  parseJson,
  quoteGo,
  setOwn,
  termText,
  type Value,
} from "../values/index.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import { decodeBase64Url, encodeBase64Url } from "./base64-url.ts";
import type { BuiltinContext } from "./builtin.ts";
import { define } from "./define.ts";
import { checkLength, fault, objectAt, operandFault, stringAt, typeFault } from "./operands.ts";
import { queryEscape, queryUnescape } from "./query-escape.ts";

export const encodings = [
  define("base64.encode(x: string) y: string", "encoding", "The text's bytes in base64.", (_, args) =>
    encodeBase64(utf8(stringAt(args, 0)), "standard"),
  ),
  define("base64.decode(x: string) y: string", "encoding", "The text that base64 stands for.", (_, args) =>
    text(decodeBase64(stringAt(args, 0), "standard")),
  ),
  define(
    "base64.is_valid(x: string) result: boolean",
    "encoding",
    "Whether the text is base64.",
    (_, args) => typeof args[0] === "string" && holds(() => decodeBase64(args[0] as string, "standard")),
  ),
  define(
    "base64url.encode(x: string) y: string",
    "encoding",
    "The text's bytes in base64url, padded.",
    (_, args) => encodeBase64(utf8(stringAt(args, 0)), "url"),
  ),
  define(
    "base64url.encode_no_pad(x: string) y: string",
    "encoding",
    "The text's bytes in base64url without padding.",
    (_, args) => encodeBase64Url(utf8(stringAt(args, 0))),
  ),
  define(
    "base64url.decode(x: string) y: string",
    "encoding",
    "The text that base64url stands for, padded or not.",
    (_, args) => text(decodeBase64Url(stringAt(args, 0))),
  ),
  define(
    "hex.encode(x: string) y: string",
    "encoding",
    "The text's bytes as hexadecimal digits.",
    (_, args) => Buffer.from(stringAt(args, 0), "utf8").toString("hex"),
  ),
  define(
    "hex.decode(x: string) y: string",
    "encoding",
    "The text that hexadecimal digits stand for.",
    (_, args) => text(decodeHex(stringAt(args, 0))),
  ),
  define("json.marshal(x: any) y: string", "encoding", "The value as JSON text.", (ctx, args) =>
    bounded(ctx, marshal(args[0]!)),
  ),
  define(
    "json.marshal_with_options(x: any, opts: object<indent: string, prefix: string, pretty: boolean>[string: any]) y: string",
    "encoding",
    "The value as JSON text, indented on request.",
    marshalWithOptions,
  ),
  define("json.unmarshal(x: string) y: any", "encoding", "The value of a JSON text.", (ctx, args) => {
    const json = stringAt(args, 0);
    ctx.tick(json.length >> 4);
    return parseJson(json);
  }),
  define(
    "json.is_valid(x: string) result: boolean",
    "encoding",
    "Whether the text is JSON.",
    (_, args) => typeof args[0] === "string" && holds(() => JSON.parse(args[0] as string)),
  ),
  define(
    "urlquery.encode(x: string) y: string",
    "encoding",
    "The text as a part of a URL query.",
    (_, args) => queryEscape(stringAt(args, 0)),
  ),
  define(
    "urlquery.decode(x: string) y: string",
    "encoding",
    "The text of a part of a URL query.",
    (_, args) => queryUnescape(stringAt(args, 0)),
  ),
  define(
    "urlquery.encode_object(object: object[string: any<string, array[string], set[string]>]) y: string",
    "encoding",
    "A URL query of keys and values, in order of keys.",
    encodeObject,
  ),
  define(
    "urlquery.decode_object(x: string) object: object[string: array[string]]",
    "encoding",
    "The values of a URL query by key.",
    decodeObject,
  ),
];

function utf8(value: string): Uint8Array {
  return Buffer.from(value, "utf8");
}

/** Bytes that are no UTF-8 become U+FFFD, as they do in Go once the text is written as JSON. */
function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8");
}

function holds(run: () => unknown): boolean {
  try {
    run();
    return true;
  } catch {
    return false;
  }
}

function bounded(ctx: BuiltinContext, result: string): string {
  checkLength(ctx, result.length);
  return result;
}

function decodeHex(digits: string): Uint8Array {
  const bytes = utf8(digits);
  const bad = bytes.findIndex((byte) => !/[0-9a-fA-F]/.test(String.fromCharCode(byte)));
  if (bad >= 0) throw fault(`encoding/hex: invalid byte: ${showByte(bytes[bad]!)}`);
  if (bytes.length % 2 === 1) throw fault("encoding/hex: odd length hex string");
  return Buffer.from(digits, "hex");
}

/** As Go's `%#U`. */
function showByte(byte: number): string {
  const char = String.fromCharCode(byte);
  const code = `U+${byte.toString(16).toUpperCase().padStart(4, "0")}`;
  return quoteGo(char).includes("\\x") || quoteGo(char).includes("\\u") ? code : `${code} '${char}'`;
}

function marshalWithOptions(ctx: BuiltinContext, args: readonly Value[]): Value {
  let indent = "\t";
  let prefix = "";
  let implied = false;
  let pretty: boolean | undefined;
  for (const [key, value] of objectEntriesSorted(objectAt(args, 1))) {
    switch (key) {
      case "indent":
      case "prefix":
        if (typeof value !== "string") throw operandFault(2, `key ${key} failed cast to string`);
        if (key === "indent") indent = value;
        else prefix = value;
        implied = true;
        break;
      case "pretty":
        if (typeof value !== "boolean") throw operandFault(2, "key pretty failed cast to bool");
        pretty = value;
        break;
      default:
        throw operandFault(2, `object contained unknown key ${termText(key)}`);
    }
  }
  if (!(pretty ?? implied)) return bounded(ctx, marshal(args[0]!));
  return bounded(ctx, prefix + marshal(args[0]!, { prefix, indent }));
}

function encodeObject(_: BuiltinContext, args: readonly Value[]): Value {
  const object = args[0]!;
  if (!isObject(object)) throw typeFault(1, object, "object");
  const pairs: string[] = [];
  for (const [key, value] of jsonEntries(object)) {
    const values = isArray(value) ? value : isSet(value) ? value.sortedItems() : [value];
    for (const item of values) {
      if (typeof item !== "string")
        throw operandFault(1, "values must be string, array[string], or set[string]");
      pairs.push(`${queryEscape(key)}=${queryEscape(item)}`);
    }
  }
  return pairs.join("&");
}

function decodeObject(_: BuiltinContext, args: readonly Value[]): Value {
  const result: Record<string, string[]> = {};
  for (const pair of stringAt(args, 0).split("&")) {
    if (pair.includes(";")) throw fault("invalid semicolon separator in query");
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const key = queryUnescape(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? "" : queryUnescape(pair.slice(equals + 1));
    if (Object.hasOwn(result, key)) result[key]!.push(value);
    else setOwn(result, key, [value]);
  }
  return result;
}
