import { describe, expect, it } from "vitest";
import { checkRooms } from "./check.ts";

const CASES: readonly (readonly [
  note: string,
  files: Readonly<Record<string, string>>,
  breach: string | null,
])[] = [
  [
    "a room imports base by its index",
    { "judge/risk/a.ts": 'import { ok } from "../../base/index.ts";', "base/index.ts": "" },
    null,
  ],
  [
    "a room imports the inside of another",
    { "judge/risk/a.ts": 'import { ok } from "../../base/result.ts";', "base/result.ts": "" },
    "enter `base` by its index.ts",
  ],
  [
    "siblings never import each other",
    { "observe/sources/a/x.ts": 'import "../b/index.ts";', "observe/sources/b/index.ts": "" },
    "may not enter `observe/sources/b`",
  ],
  [
    "a type import counts",
    { "engines/rego/a.ts": 'import type { Json } from "../../base/index.ts";', "base/index.ts": "" },
    "may not enter `base`",
  ],
  [
    "a re-export counts",
    { "judge/risk/a.ts": 'export { x } from "../policy/index.ts";', "judge/policy/index.ts": "" },
    "may not enter `judge/policy`",
  ],
  [
    "a dynamic import counts",
    { "judge/risk/a.ts": 'export const x = () => import("../../store/index.ts");', "store/index.ts": "" },
    "may not enter `store`",
  ],
  [
    "a pure room imports node",
    { "domain/a.ts": 'import { readFileSync } from "node:fs";' },
    "pure room `domain` imports `node:fs`",
  ],
  [
    "a pure room reads the clock",
    { "domain/a.ts": "export const now = Date.now();" },
    "reads the system clock",
  ],
  [
    "a pure room awaits",
    { "judge/verdict/a.ts": "export async function f(p: Promise<void>) {\n  await p;\n}" },
    "awaits",
  ],
  [
    "prose about clocks is no breach",
    { "domain/a.ts": '/** never calls Date.now() */\nexport const say = "Date.now()";' },
    null,
  ],
  [
    "built-ins of an engine may use node:crypto",
    { "engines/rego/builtins/a.ts": 'import { createHash } from "node:crypto";' },
    null,
  ],
  [
    "an engine outside of its built-ins imports no package",
    { "engines/rego/lexer/a.ts": 'import * as z from "zod";' },
    "imports package `zod`",
  ],
  [
    "the store enters a port by name",
    { "store/a.ts": 'import type { X } from "../govern/findings/ports.ts";', "govern/findings/ports.ts": "" },
    null,
  ],
  [
    "the store enters no room above",
    { "store/a.ts": 'import "../app/index.ts";', "app/index.ts": "" },
    "may not enter `app`",
  ],
  [
    "an adapter knows the room it belongs to",
    {
      "judge/policy/adapters/a.ts": 'import "../policy-set.ts";\nimport "../../../engines/rego/index.ts";',
      "judge/policy/policy-set.ts": "",
      "engines/rego/index.ts": "",
    },
    null,
  ],
  [
    "the rest of its room does not enter an engine",
    { "judge/policy/a.ts": 'import "../../engines/rego/index.ts";', "engines/rego/index.ts": "" },
    "may not enter `engines/rego`",
  ],
  [
    "testing is for tests",
    { "app/a.ts": 'import "../testing/index.ts";', "testing/index.ts": "" },
    "imported by tests only",
  ],
  ["a file in no room", { "helpers/a.ts": "export {};" }, "in no room"],
  ["a missing file", { "app/a.ts": 'import "./gone.ts";' }, "does not exist"],
];

describe("rooms", () => {
  it.each(CASES)("%s", async (_note, files, breach) => {
    const sources = Object.entries(files).map(([path, text]) => ({ path, text }));
    const says = (await checkRooms(sources)).map((found) => found.says);
    if (breach === null) expect(says).toEqual([]);
    else expect(says.join("\n")).toContain(breach);
  });
});
