import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeScrubber, secretMarker } from "./scrubber.ts";

const KEY = "estate";

describe("makeScrubber", () => {
  const scrub = (secrets: readonly string[], text: string): string => makeScrubber(secrets, KEY).scrub(text);

  it.each([
    ["a long secret anywhere", ["s3cr3t-for-test"], "xs3cr3t-for-testy", "x(sensitive)y"],
    ["each occurrence", ["s3cr3t-for-test"], "s3cr3t-for-test s3cr3t-for-test", "(sensitive) (sensitive)"],
    ["the longer of two", ["hunter22", "hunter22-longer"], "is hunter22-longer.", "is (sensitive)."],
    ["a short secret as a whole word", ["ab1cd"], "pin ab1cd, xab1cd", "pin (sensitive), xab1cd"],
    ["base64", ["s3cr3t-for-test"], `data: ${btoa("s3cr3t-for-test")}`, "data: (sensitive)"],
    [
      "base64 with a line end",
      ["s3cr3t-for-test"],
      `data: ${btoa("s3cr3t-for-test\n")}`,
      "data: (sensitive)==",
    ],
    ["URL encoding", ["p@ss/word 9"], "postgres://u:p%40ss%2Fword%209@h", "postgres://u:(sensitive)@h"],
    ["JSON escapes", ['quo"te-9-x'], 'said "quo\\"te-9-x"', 'said "(sensitive)"'],
    [
      "a line of key material",
      ["-----BEGIN KEY-----\nMIIEpAIBAAKCAQEA1234567890abcdef\n-----END KEY-----"],
      "at MIIEpAIBAAKCAQEA1234567890abcdef!",
      "at (sensitive)!",
    ],
  ])("replaces %s", (_note, secrets, text, want) => {
    expect(scrub(secrets, text)).toBe(want);
  });

  it.each([
    ["one letter", ["a"], "a plan of an area"],
    ["three letters", ["abc"], "abc abcd"],
    ["truth values", ["true", "false"], "true is not false"],
    ["a plain word", ["postgres"], "engine postgres"],
    ["a single word that names things", ["ledger"], "team-ledger owns ledger"],
    ["a small number", ["443"], "port 443"],
    ["five digits", ["54321"], "port 54321"],
    ["nothing but space", ["    "], "a    b"],
    [
      "the lines of a document",
      ["kind: ConfigMap\nmetadata:\n  name: feature-flags-of-payments"],
      "name: feature-flags-of-payments",
    ],
  ])("leaves text alone for %s", (_note, secrets, text) => {
    expect(scrub(secrets, text)).toBe(text);
  });

  it("scrubs strings and keys of JSON and shares what holds no secret", () => {
    const scrubber = makeScrubber(["s3cr3t-for-test"], KEY);
    const clean = { a: ["x", { b: 1 }] };
    expect(scrubber.scrubJson(clean)).toBe(clean);
    expect(scrubber.scrubJson({ "k s3cr3t-for-test": "v", l: ["is s3cr3t-for-test"] })).toEqual({
      "k (sensitive)": "v",
      l: ["is (sensitive)"],
    });
  });

  it("keeps hostile keys as keys", () => {
    const hostile = JSON.parse('{"__proto__": {"x": "s3cr3t-for-test"}, "constructor": 1}');
    const scrubbed = makeScrubber(["s3cr3t-for-test"], KEY).scrubJson(hostile);
    expect(JSON.stringify(scrubbed)).toBe('{"__proto__":{"x":"(sensitive)"},"constructor":1}');
  });

  it("never leaves a secret of eight characters and more in any text", () => {
    const secret = fc
      .string({ minLength: 8, maxLength: 40 })
      .filter((s) => s.trim().length >= 8 && /\d/.test(s) && /[a-z]/.test(s));
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (canary, before, after) => {
        const scrubbed = scrub([canary], before + canary + after);
        expect(scrubbed).not.toContain(canary.trim());
      }),
    );
  });
});

describe("secretMarker", () => {
  it("is equal for equal values under one key only", () => {
    expect(secretMarker({ a: 1, b: 2 }, KEY)).toBe(secretMarker({ b: 2, a: 1 }, KEY));
    expect(secretMarker("x", KEY)).not.toBe(secretMarker("y", KEY));
    expect(secretMarker("x", KEY)).not.toBe(secretMarker("x", "another"));
    expect(secretMarker("x", KEY)).toMatch(/^\(sensitive, hmac:[0-9a-f]{16}\)$/);
  });

  it("tells text from what it spells", () => {
    expect(secretMarker("1", KEY)).not.toBe(secretMarker(1, KEY));
  });
});
