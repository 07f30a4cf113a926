import {
  err,
  type Json,
  type JsonObject,
  ok,
  type Problem,
  problem,
  type Result,
  setMember,
} from "../../../base/index.ts";
import { emptyDocument, findUnsound, foreignFormat, unsoundProblem } from "../../documents/index.ts";

export interface SectionOptions {
  readonly file: string;
  /** Top-level members to keep. */
  readonly keep: ReadonlySet<string>;
  /** The most bytes of kept JSON text. */
  readonly keptBytes: number;
}

type State =
  | "start"
  | "first_key"
  | "key"
  | "in_key"
  | "colon"
  | "value"
  | "first_element"
  | "element"
  | "in_value"
  | "in_literal"
  | "after_element"
  | "after_value"
  | "end";

/**
 * Reads a plan that is too large to be parsed whole, chunk by chunk. Bytes are only scanned for strings and
 * brackets; members to keep are parsed on their own (lists element by element, so that no text grows beyond
 * one resource); of the others only the brackets are balanced.
 */
export class SectionReader {
  private readonly options: SectionOptions;
  private readonly result: Record<string, Json> = {};
  private state: State = "start";
  private key = "";
  /** The kept list that is being filled. */
  private list: Json[] | null = null;
  private depth = 0;
  private inString = false;
  private escaped = false;
  /** Bytes read in earlier chunks, for messages. */
  private offset = 0;
  /** Bytes kept so far. */
  private kept = 0;
  /** Where what is kept begins in this chunk, -1 when nothing is; its beginning in earlier chunks. */
  private mark = -1;
  private readonly parts: Buffer[] = [];

  constructor(options: SectionOptions) {
    this.options = options;
  }

  /** Takes the next bytes, copying what it keeps. `null` to go on. */
  push(chunk: Buffer): Problem | null {
    const foreign = this.offset === 0 ? foreignFormat(chunk, this.options.file, "plan") : null;
    if (foreign !== null) return foreign;
    for (let i = 0; i < chunk.length; i++) {
      // Most bytes are inside strings and nested values: two tight loops pass over them.
      if (this.inString) i = this.skipString(chunk, i);
      else if (this.state === "in_value") i = this.skipValue(chunk, i);
      if (i >= chunk.length) break;
      const c = chunk[i] ?? 0;
      const fault = this.inString ? this.endString(chunk, i + 1) : this.byte(c, i, chunk);
      if (fault !== null) return fault;
    }
    if (this.mark >= 0) {
      this.parts.push(Buffer.from(chunk.subarray(this.mark)));
      this.kept += chunk.length - this.mark;
      this.mark = 0;
      if (this.kept > this.options.keptBytes) return this.tooLarge();
    }
    this.offset += chunk.length;
    return null;
  }

  finish(): Result<JsonObject, Problem> {
    if (this.state === "end") return ok(this.result);
    const { file } = this.options;
    if (this.state === "start") return err(emptyDocument(file, "plan"));
    const what = `\`${file}\` is cut off: the JSON ends too early at byte ${this.offset}`;
    const hint = "write the file again and check that the disk is not full";
    return err(problem("plan_truncated", what, { place: { file }, hint }));
  }

  /** Index of the quote that ends the string, or the chunk's length. */
  private skipString(chunk: Buffer, from: number): number {
    let i = from;
    if (this.escaped && i < chunk.length) {
      this.escaped = false;
      i++;
    }
    for (; i < chunk.length; i++) {
      const c = chunk[i];
      if (c === QUOTE) return i;
      if (c === BACKSLASH && ++i >= chunk.length) this.escaped = true;
    }
    return chunk.length;
  }

  /** Index of the next byte that opens or closes something, or the chunk's length. */
  private skipValue(chunk: Buffer, from: number): number {
    for (let i = from; i < chunk.length; i++) {
      const c = chunk[i];
      if (c === QUOTE || c === OPEN_OBJECT || c === CLOSE_OBJECT || c === OPEN_LIST || c === CLOSE_LIST)
        return i;
    }
    return chunk.length;
  }

  private endString(chunk: Buffer, end: number): Problem | null {
    this.inString = false;
    if (this.state === "in_key") return this.endKey(chunk, end);
    return this.depth === 0 ? this.endValue(chunk, end) : null;
  }

  private byte(c: number, i: number, chunk: Buffer): Problem | null {
    if (this.state === "in_value") return this.valueByte(c, i, chunk);
    if (this.state === "in_literal") {
      if (!isSpace(c) && c !== COMMA && c !== CLOSE_OBJECT && c !== CLOSE_LIST) return null;
      return this.endValue(chunk, i) ?? this.byte(c, i, chunk);
    }
    if (isSpace(c)) return null;
    switch (this.state) {
      case "start":
        // A byte order mark may come first.
        if (c === 0xef || c === 0xbb || c === 0xbf) return null;
        return c === OPEN_OBJECT ? this.go("first_key") : this.notJson("a plan is a JSON object", i);
      case "first_key":
      case "key":
        if (c === CLOSE_OBJECT && this.state === "first_key") return this.go("end");
        if (c !== QUOTE) return this.notJson("a name is missing", i);
        this.inString = true;
        this.mark = i;
        return this.go("in_key");
      case "colon":
        return c === COLON ? this.go("value") : this.notJson("a colon is missing", i);
      case "value":
        if (c === OPEN_LIST && this.options.keep.has(this.key)) {
          this.list = [];
          return this.go("first_element");
        }
        return this.beginValue(c, i);
      case "first_element":
      case "element":
        if (c === CLOSE_LIST && this.state === "first_element") return this.endList();
        return this.beginValue(c, i);
      case "after_element":
        if (c === CLOSE_LIST) return this.endList();
        return c === COMMA ? this.go("element") : this.notJson("a comma is missing", i);
      case "after_value":
        if (c === CLOSE_OBJECT) return this.go("end");
        return c === COMMA ? this.go("key") : this.notJson("a comma is missing", i);
      default:
        return this.notJson("something follows the plan", i);
    }
  }

  private beginValue(c: number, i: number): Problem | null {
    if (c === COMMA || c === COLON || c === CLOSE_OBJECT || c === CLOSE_LIST)
      return this.notJson("a value is missing", i);
    if (this.list !== null || this.options.keep.has(this.key)) this.mark = i;
    const opens = c === OPEN_OBJECT || c === OPEN_LIST;
    this.depth = opens ? 1 : 0;
    this.inString = c === QUOTE;
    return this.go(opens || this.inString ? "in_value" : "in_literal");
  }

  private valueByte(c: number, i: number, chunk: Buffer): Problem | null {
    if (c === QUOTE) this.inString = true;
    else if (c === OPEN_OBJECT || c === OPEN_LIST) this.depth++;
    else if (c === CLOSE_OBJECT || c === CLOSE_LIST) {
      this.depth--;
      if (this.depth === 0) return this.endValue(chunk, i + 1);
    }
    return null;
  }

  private endKey(chunk: Buffer, end: number): Problem | null {
    const key = this.taken(chunk, end);
    if (!key.ok) return key.error;
    this.key = String(key.value);
    return this.go("colon");
  }

  private endValue(chunk: Buffer, end: number): Problem | null {
    const isElement = this.list !== null;
    this.state = isElement ? "after_element" : "after_value";
    if (this.mark < 0) return null;
    const value = this.taken(chunk, end);
    if (!value.ok) return value.error;
    if (this.list !== null) this.list.push(value.value);
    else setMember(this.result, this.key, value.value);
    return null;
  }

  private endList(): Problem | null {
    setMember(this.result, this.key, this.list ?? []);
    this.list = null;
    return this.go("after_value");
  }

  /** What was marked, up to `end` of this chunk, parsed. */
  private taken(chunk: Buffer, end: number): Result<Json, Problem> {
    const last = chunk.subarray(this.mark, end);
    const bytes = this.parts.length === 0 ? last : Buffer.concat([...this.parts, last]);
    this.parts.length = 0;
    this.mark = -1;
    this.kept += last.length;
    if (this.kept > this.options.keptBytes) return err(this.tooLarge());
    try {
      const value: Json = JSON.parse(UTF8.decode(bytes));
      const fault = findUnsound(value, bytes.includes("\\u"));
      return fault === null ? ok(value) : err(unsoundProblem(fault, this.options.file, "plan"));
    } catch {
      return err(this.notJson(`\`${this.key}\` holds what is no JSON or no UTF-8`, end));
    }
  }

  private go(state: State): null {
    this.state = state;
    return null;
  }

  private tooLarge(): Problem {
    const { file, keptBytes, keep } = this.options;
    const what = `\`${file}\` needs more memory than the ${megabytes(keptBytes)} MB allowed for \`${[...keep].join("`, `")}\``;
    const hint = "allow more memory, or load only policies that read `resource_changes`";
    return problem("plan_too_large", what, { place: { file, path: this.key }, hint });
  }

  private notJson(what: string, i: number): Problem {
    const { file } = this.options;
    return problem("plan_not_json", `\`${file}\` is not JSON near byte ${this.offset + i}: ${what}`, {
      place: { file },
    });
  }
}

const UTF8 = new TextDecoder("utf-8", { fatal: true });
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const COLON = 0x3a;
const COMMA = 0x2c;

function isSpace(c: number): boolean {
  return c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09;
}

function megabytes(bytes: number): number {
  return Math.floor(bytes / 2 ** 20);
}
