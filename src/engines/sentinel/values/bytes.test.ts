import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesOf, textOf } from "./bytes.ts";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

function byteString(bytes: readonly number[]): string {
  return String.fromCharCode(...bytes);
}

describe("byte strings", () => {
  it("give any text back, half surrogate pairs as U+FFFD", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(textOf(bytesOf(text))).toBe(text.replace(/\p{Surrogate}/gu, "\ufffd"));
      }),
    );
  });

  it("that are no UTF-8 read as a decoder reads the whole", () => {
    const hard = fc.constantFrom(
      0x00,
      0x7f,
      0x80,
      0xbf,
      0xc0,
      0xc1,
      0xc2,
      0xdf,
      0xe0,
      0xed,
      0xef,
      0xf0,
      0xf4,
      0xff,
    );
    const byte = fc.oneof(fc.integer({ min: 0, max: 255 }), hard);
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 12 }), (bytes) => {
        expect(textOf(byteString(bytes))).toBe(decoder.decode(Uint8Array.from(bytes)));
      }),
      { numRuns: 2000 },
    );
  });
});
