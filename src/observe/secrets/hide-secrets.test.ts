import { describe, expect, it } from "vitest";
import { hideSecrets } from "./hide-secrets.ts";

describe("hideSecrets", () => {
  it.each([
    [
      { masterUserPassword: "x", port: 1 },
      { masterUserPassword: "(sensitive)", port: 1 },
    ],
    [
      {
        env: [
          { name: "DB_PASSWORD", value: "x" },
          { name: "A", value: "y" },
        ],
      },
      {
        env: [
          { name: "DB_PASSWORD", value: "(sensitive)" },
          { name: "A", value: "y" },
        ],
      },
    ],
    [{ secret: { a: "x" } }, { secret: "(sensitive)" }],
    [
      { manageMasterUserPassword: true, password: null },
      { manageMasterUserPassword: true, password: null },
    ],
    ["text", "text"],
  ])("%j", (value, want) => {
    expect(hideSecrets(value)).toEqual(want);
  });
});
