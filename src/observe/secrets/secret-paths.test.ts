import { describe, expect, it } from "vitest";
import { configuredSecrets, parseSecretPath, pathsMatching } from "./secret-paths.ts";

describe("parseSecretPath", () => {
  it.each([
    ["aws_instance:user_data", { type: "aws_instance", path: ["user_data"] }],
    ["*:a.b[0].c", { type: "*", path: ["a", "b", 0, "c"] }],
    ['kubernetes_*:data["a.b"]', { type: "kubernetes_*", path: ["data", "a.b"] }],
    ["aws_instance", null],
    [":x", null],
    ["a:", null],
    ["a:b..c", null],
  ])("%s", (text, want) => {
    expect(parseSecretPath(text)).toEqual(want);
  });
});

describe("pathsMatching", () => {
  const value = { a: [{ b: 1, c: null }, { b: [2] }], d: { b: { e: 3 } } };
  it.each([
    [
      ["a", "b"],
      [
        ["a", 0, "b"],
        ["a", 1, "b"],
      ],
    ],
    [["a", 1, "b"], [["a", 1, "b"]]],
    [
      ["a", "*", "b"],
      [
        ["a", 0, "b"],
        ["a", 1, "b"],
      ],
    ],
    [["a", "c"], []],
    [
      ["**", "b"],
      [
        ["a", 0, "b"],
        ["a", 1, "b"],
        ["d", "b"],
      ],
    ],
    [["d", "*"], [["d", "b"]]],
    [["x"], []],
    [["__proto__"], []],
  ])("%j", (pattern, want) => {
    expect(pathsMatching(value, pattern)).toEqual(want);
  });
});

describe("deep values", () => {
  it("are walked in linear time", () => {
    const deep = JSON.parse(`${"[".repeat(200)}{"b":1}${"]".repeat(200)}`);
    expect(pathsMatching(deep, ["**", "**", "*", "b"])).toHaveLength(1);
  });
});

describe("configuredSecrets", () => {
  it("looks at types by glob", () => {
    const rules = [{ type: "aws_*", path: ["k"] }];
    expect(configuredSecrets("aws_x", { k: "v" }, rules)).toEqual([["k"]]);
    expect(configuredSecrets("google_x", { k: "v" }, rules)).toEqual([]);
  });
});
