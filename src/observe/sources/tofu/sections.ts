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
import { emptyDocument, findUnsound, unsoundProblem } from "../../documents/index.ts";

/** What a section-by-section reading is allowed. */
export interface SectionOptions {
  readonly file: string;
  readonly keep: ReadonlySet<string>;
  /** The most bytes of kept JSON text. */
  readonly keptBytes: number;
}

/** Bytes at top-level keys are short; anything longer is no plan. */
const MAX_KEY_BYTES = 256;

/**
 * Reads an object document that is too large to be parsed whole, chunk by chunk: the bytes are only scanned for strings and brackets,
 * kept members are parsed on their own (lists element by element, so that no text grows beyond one resource), the others are passed over.
 * Scalars at the top level are always kept. Skipped members are checked for balanced brackets only.
 */
export class SectionReader {
  private readonly options: SectionOptions;
  private readonly result: Record<string, Json> = {};
  private readonly slice: Buffer[] = [];
  private offset = 0;
  private kept = 0;
  private depth = 0;
  private inString = false;
  private escaped = false;
  private state: "start" | "key" | "colon" | "value" | "next" | "end" = "start";
  private key = "";
  private keyStart = -1;
  /** Kept list of which the elements are parsed one at a time. */
  private list: Json[] | null = null;
  private scalar = false;
  private sliceStart = -1;

  constructor(options: SectionOptions) {
    this.options = options;
  }

  /** Takes the next bytes; `null` to go on. */
  push(chunk: Buffer): Problem | null {
    for (let i = 0; i < chunk.length; i++) {
      const fault = this.byte(chunk[i] ?? 0, i, chunk);
      if (fault !== null) return fault;
    }
    if (this.sliceStart >= 0) {
      const fault = this.take(chunk.subarray(this.sliceStart));
      if (fault !== null) return fault;
      this.sliceStart = 0;
    }
    if (this.keyStart >= 0 && this.slice.length > 4) return this.notJson("a key is too long");
    if (this.keyStart >= 0) {
      this.slice.push(Buffer.from(chunk.subarray(this.keyStart)));
      this.keyStart = 0;
    }
    this.offset += chunk.length;
    return null;
  }

  finish(): Result<JsonObject, Problem> {
    if (this.state === "end") return ok(this.result);
    if (this.state === "start" && this.offset === 0) return err(emptyDocument(this.options.file, "plan"));
    return err(
      problem(
        "plan_truncated",
        `\`${this.options.file}\` is cut off: the JSON ends too early at byte ${this.offset}`,
        {
          place: { file: this.options.file },
          hint: "write the file again and check that the disk is not full",
        },
      ),
    );
  }

  private byte(c: number, i: number, chunk: Buffer): Problem | null {
    if (this.inString) {
      if (this.escaped) this.escaped = false;
      else if (c === BACKSLASH) this.escaped = true;
      else if (c === QUOTE) {
        this.inString = false;
        if (this.state === "key") return this.endKey(chunk.subarray(this.keyStart, i + 1));
        if (this.state === "value" && this.depth === 1 && this.scalar)
          return this.endValue(chunk, i + 1, "next");
      }
      return null;
    }
    switch (this.state) {
      case "start":
        if (isSpace(c) || c === 0xef || c === 0xbb || c === 0xbf) return null;
        if (c !== OPEN_OBJECT) return this.notJson("a plan is a JSON object", i);
        this.depth = 1;
        this.state = "key";
        return null;
      case "key":
        if (isSpace(c)) return null;
        if (c === CLOSE_OBJECT) {
          this.state = "end";
          return null;
        }
        if (c !== QUOTE) return this.notJson("a key is missing", i);
        this.inString = true;
        this.keyStart = i;
        return null;
      case "colon":
        if (isSpace(c)) return null;
        if (c !== COLON) return this.notJson("a colon is missing", i);
        this.state = "value";
        this.sliceStart = -1;
        this.scalar = false;
        this.list = null;
        return null;
      case "value":
        return this.valueByte(c, i, chunk);
      case "next":
        return this.nextByte(c, i);
      case "end":
        return isSpace(c) ? null : this.notJson("something follows the plan", i);
    }
  }

  private nextByte(c: number, i: number): Problem | null {
    if (isSpace(c)) return null;
    if (c === COMMA) this.state = "key";
    else if (c === CLOSE_OBJECT) this.state = "end";
    else return this.notJson("a comma is missing", i);
    return null;
  }

  private valueByte(c: number, i: number, chunk: Buffer): Problem | null {
    const keeps = this.options.keep.has(this.key);
    if (this.depth === 1 && this.sliceStart < 0 && this.list === null && !this.scalar && !this.inside) {
      if (isSpace(c)) return null;
      this.inside = true;
      if (c === OPEN_LIST && keeps) {
        this.list = [];
        this.depth = 2;
        return null;
      }
      this.scalar = c !== OPEN_LIST && c !== OPEN_OBJECT;
      if (keeps || this.scalar) this.sliceStart = i;
    } else if (this.list !== null && this.depth === 2 && this.sliceStart < 0) {
      if (isSpace(c) || c === COMMA) return null;
      if (c === CLOSE_LIST) return this.endList();
      this.sliceStart = i;
    }
    if (c === QUOTE) this.inString = true;
    else if (c === OPEN_OBJECT || c === OPEN_LIST) this.depth++;
    else if (c === CLOSE_OBJECT || c === CLOSE_LIST) {
      if (this.scalar) {
        const fault = this.endValue(chunk, i, "next");
        return fault ?? this.nextByte(c, i);
      }
      if (this.list !== null && this.depth === 2) {
        const fault = this.endElement(chunk, i);
        return fault ?? this.endList();
      }
      this.depth--;
      if (this.list !== null && this.depth === 2) return this.endElement(chunk, i + 1);
      if (this.depth === 1) return this.endValue(chunk, i + 1, "next");
    } else if (c === COMMA) {
      if (this.scalar) {
        const fault = this.endValue(chunk, i, "next");
        return fault ?? this.nextByte(c, i);
      }
      if (this.list !== null && this.depth === 2) return this.endElement(chunk, i);
    }
    return null;
  }

  private inside = false;

  private endKey(part: Buffer): Problem | null {
    const bytes = Buffer.concat([...this.slice, part]);
    this.slice.length = 0;
    this.keyStart = -1;
    if (bytes.length > MAX_KEY_BYTES) return this.notJson("a key is too long");
    const key = this.parse(bytes);
    if (!key.ok) return key.error;
    this.key = String(key.value);
    this.state = "colon";
    this.inside = false;
    return null;
  }

  private endList(): Problem | null {
    setMember(this.result, this.key, this.list ?? []);
    this.list = null;
    this.depth = 1;
    this.sliceStart = -1;
    this.state = "next";
    return null;
  }

  private endElement(chunk: Buffer, end: number): Problem | null {
    if (this.sliceStart < 0) return null;
    const fault = this.take(chunk.subarray(this.sliceStart, end));
    if (fault !== null) return fault;
    this.sliceStart = -1;
    const value = this.parseTaken();
    if (!value.ok) return value.error;
    this.list?.push(value.value);
    return null;
  }

  private endValue(chunk: Buffer, end: number, next: "next"): Problem | null {
    this.state = next;
    this.depth = 1;
    if (this.sliceStart < 0) return null;
    const fault = this.take(chunk.subarray(this.sliceStart, end));
    if (fault !== null) return fault;
    this.sliceStart = -1;
    const value = this.parseTaken();
    if (!value.ok) return value.error;
    setMember(this.result, this.key, value.value);
    return null;
  }

  private take(part: Buffer): Problem | null {
    this.kept += part.length;
    if (this.kept > this.options.keptBytes) return this.tooLarge();
    this.slice.push(Buffer.from(part));
    return null;
  }

  private parseTaken(): Result<Json, Problem> {
    const bytes =
      this.slice.length === 1 && this.slice[0] !== undefined ? this.slice[0] : Buffer.concat(this.slice);
    this.slice.length = 0;
    return this.parse(bytes);
  }

  private parse(bytes: Buffer): Result<Json, Problem> {
    try {
      const value: Json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
      const fault = findUnsound(value, true);
      return fault === null ? ok(value) : err(unsoundProblem(fault, this.options.file, "plan"));
    } catch {
      return err(this.notJson(`\`${this.key}\` holds what is no JSON or no UTF-8`));
    }
  }

  private tooLarge(): Problem {
    const { file, keptBytes, keep } = this.options;
    const sections = [...keep].join("`, `");
    const most = Math.floor(keptBytes / 2 ** 20);
    return problem(
      "plan_too_large",
      `\`${file}\` needs more memory than the ${most} MB allowed for \`${sections}\``,
      {
        place: { file, path: this.key },
        hint: "allow more memory, or load only policies that read `resource_changes`",
      },
    );
  }

  private notJson(what: string, i = 0): Problem {
    const { file } = this.options;
    return problem("plan_not_json", `\`${file}\` is not JSON near byte ${this.offset + i}: ${what}`, {
      place: { file },
    });
  }
}

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
