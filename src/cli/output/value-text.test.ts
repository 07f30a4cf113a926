import { describe, expect, it } from "vitest";
import type { Json } from "../../base/index.ts";
import { aPropertyChange } from "../../testing/index.ts";
import { propertyName, sideText, valueText } from "./value-text.ts";

describe("valueText", () => {
  it.each<[Json, string]>([
    [null, "null"],
    [true, "true"],
    [1.5, "1.5"],
    ['a "b"', '"a \\"b\\""'],
    [[1, "x"], '[1, "x"]'],
    [{ a: { b: [] } }, '{"a": {"b": []}}'],
    ["a\u001b\n", '"a\\u001b\\n"'],
    ["a\u202eb", '"a\\u{202e}b"'],
  ])("writes %j as %s", (value, text) => {
    expect(valueText(value, 100)).toBe(text);
  });

  it("writes keys such as __proto__ like any other", () => {
    expect(valueText(JSON.parse('{"__proto__": {"a": 1}}'), 100)).toBe('{"__proto__": {"a": 1}}');
  });

  it("shortens huge values early and says so", () => {
    const rows = valueText(
      Array.from({ length: 1_000_000 }, () => "row"),
      60,
    );
    expect(rows.length).toBeLessThan(120);
    expect(rows).toMatch(/… \(shortened\)$/);
    const text = valueText("x".repeat(10_000_000), 60);
    expect(text.length).toBeLessThan(120);
    expect(text).toMatch(/… \(shortened\)$/);
  });

  it("does not overflow the stack on deep nesting", () => {
    let value: Json = 1;
    for (let i = 0; i < 100_000; i++) value = [value];
    expect(valueText(value, 400)).toContain("[…]");
  });
});

describe("sideText", () => {
  it("never shows a secret, whatever stands there", () => {
    const property = aPropertyChange({
      path: ["password"],
      before: "canary-1",
      after: "canary-2",
      sensitive: true,
    });
    expect(sideText(property, "before", 100)).toBe("(secret)");
    expect(sideText(property, "after", 100)).toBe("(secret)");
  });

  it("says what is not there and what is not known yet", () => {
    const property = aPropertyChange({ before: null, after: null, unknown: true });
    expect(sideText(property, "before", 100)).toBe("(none)");
    expect(sideText(property, "after", 100)).toBe("(known after apply)");
  });
});

describe("propertyName", () => {
  it("names the root", () => {
    expect(propertyName([])).toBe("(the whole resource)");
    expect(propertyName(["a", 0, "b.c"])).toBe('a[0]["b.c"]');
  });
});
