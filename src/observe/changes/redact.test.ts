import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../../base/index.ts";
import { makeScrubber, pathSet, replaceAt } from "../secrets/index.ts";
import { detect } from "./detect.ts";
import { aTransition } from "./fixtures/transitions.ts";
import { changeSecrets, redact } from "./redact.ts";

const KEY = "estate";
const CANARY = "c4nary-s3cret-9f2";

function redacted(before: Json, after: Json, sensitive: (string | number)[][]): string {
  const changes = detect([aTransition("aws_x", before, after, { sensitive })], {
    workspace: "w",
    estateKey: KEY,
  });
  const scrubber = makeScrubber(changeSecrets(changes), KEY);
  return JSON.stringify(changes.map((change) => redact(change, scrubber)));
}

describe("redact", () => {
  it.each([
    ["the value itself", { p: "old-0000" }, { p: CANARY }, [["p"]]],
    ["a value before", { p: CANARY }, { p: "new-0000" }, [["p"]]],
    ["a value within an added block", { l: [] }, { l: [{ p: CANARY, q: 1 }] }, [["l", 0, "p"]]],
    ["a whole map", {}, { data: { a: CANARY, b: CANARY } }, [["data"]]],
    ["a copy of it in an unmarked place", {}, { p: CANARY, url: `postgres://u:${CANARY}@h/db` }, [["p"]]],
    ["a copy of it in a tag", {}, { p: CANARY, tags: { [CANARY]: CANARY } }, [["p"]]],
    ["a copy of it in a name", {}, { p: CANARY, [CANARY]: 1 }, [["p"]]],
    ["base64 of it", {}, { p: CANARY, enc: btoa(CANARY) }, [["p"]]],
    [
      "a JSON text that holds it",
      {},
      { p: JSON.stringify({ password: CANARY }), log: `is ${CANARY}` },
      [["p"]],
    ],
    ["the whole resource", {}, { a: { b: CANARY } }, [[]]],
    [
      "an element that moved",
      { l: [{ name: "b", p: CANARY }, { name: "a" }] },
      { l: [{ name: "a" }, { name: "b", p: "x-000000" }] },
      [["l", 0, "p"]],
    ],
  ])("leaves nothing of %s", (_note, before, after, sensitive) => {
    const text = redacted(before as Json, after as Json, sensitive as (string | number)[][]);
    expect(text).not.toContain(CANARY);
    expect(text).not.toContain(btoa(CANARY).replace(/=+$/, ""));
    expect(text).toContain("(sensitive");
  });

  it("shows that two secrets differ, or that they are the same", () => {
    const marker = /\(sensitive, hmac:[0-9a-f]{16}\)/g;
    const differing = redacted({ p: "a-secret-1" }, { p: "a-secret-2" }, [["p"]]).match(marker) ?? [];
    expect(new Set(differing).size).toBe(2);
  });

  it("keeps what is no secret, short secrets included where they stand elsewhere", () => {
    const text = redacted({ p: "x1", name: "x1" }, { p: "y1", name: "y1 true" }, [["p"]]);
    expect(JSON.parse(text)).toMatchObject([
      { before: { name: "x1" }, after: { name: "y1 true" }, redacted: true },
    ]);
  });

  it("never leaks a canary, wherever it is put", () => {
    const value = fc.letrec<{ v: Json }>((tie) => ({
      v: fc.oneof(
        { maxDepth: 3 },
        fc.constant(CANARY),
        fc.integer(),
        fc.array(tie("v"), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom("a", "b", "__proto__"), tie("v")),
      ),
    })).v;
    fc.assert(
      fc.property(value, value, (before, after) => {
        const [left, right]: Json[] = JSON.parse(
          JSON.stringify([
            { p: before, z: 1 },
            { p: after, z: 2 },
          ]),
        );
        expect(redacted(left ?? null, right ?? null, [["p"]])).not.toContain(CANARY);
      }),
    );
  });

  it("shares what it does not change", () => {
    const value = { a: { b: 1 }, p: "x" };
    const copy = replaceAt(value, pathSet([["p"]]), () => "hidden");
    expect((copy as typeof value).a).toBe(value.a);
  });
});
