import { describe, expect, it } from "vitest";
import type { Json } from "../../base/index.ts";
import type { Transition } from "../../domain/index.ts";
import { detect } from "./detect.ts";
import { aTransition } from "./fixtures/transitions.ts";

function digest(
  before: Json,
  after: Json,
  over: Partial<Transition> = {},
  estateKey = "estate",
  workspace = "w",
): string {
  return (
    detect([aTransition("kubernetes_x", before, after, over)], { workspace, estateKey })[0]?.digest ?? ""
  );
}

describe("ChangeDigest", () => {
  const same = digest({ a: 1, b: { c: 2 } }, { a: 2, b: { c: 3 } });

  it("is an HMAC-SHA-256", () => {
    expect(same).toMatch(/^[0-9a-f]{64}$/);
  });

  it("does not depend on key order, tool metadata or noise", () => {
    expect(digest({ b: { c: 2 }, a: 1 }, { b: { c: 3 }, a: 2 })).toBe(same);
    const metadata = (version: string): Json => [{ resource_version: version }];
    expect(
      digest(
        { a: 1, b: { c: 2 }, metadata: metadata("1") },
        { a: 2, b: { c: 3 }, metadata: metadata("2"), x: [] },
      ),
    ).toBe(same);
  });

  it.each([
    ["before", digest({ a: 0, b: { c: 2 } }, { a: 2, b: { c: 3 } })],
    ["after", digest({ a: 1, b: { c: 2 } }, { a: 9, b: { c: 3 } })],
    ["a path", digest({ a: 1, d: { c: 2 } }, { a: 2, d: { c: 3 } })],
    ["the action", digest({ a: 1, b: { c: 2 } }, { a: 2, b: { c: 3 } }, { action: "replace" })],
    ["what is unknown", digest({ a: 1, b: { c: 2 } }, { a: 2, b: { c: 3 } }, { unknown: [["z"]] })],
    ["the estate key", digest({ a: 1, b: { c: 2 } }, { a: 2, b: { c: 3 } }, {}, "other")],
    ["the workspace", digest({ a: 1, b: { c: 2 } }, { a: 2, b: { c: 3 } }, {}, "estate", "other")],
  ])("depends on %s", (_note, other) => {
    expect(other).not.toBe(same);
  });

  it("tells secret values apart without holding them", () => {
    const secret = (value: string): string => digest({ p: "a" }, { p: value }, { sensitive: [["p"]] });
    expect(secret("x")).not.toBe(secret("y"));
    expect(secret("x")).not.toBe(digest({ p: "a" }, { p: "x" }));
  });
});
