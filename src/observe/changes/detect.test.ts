import { describe, expect, it } from "vitest";
import { pathText } from "../../base/index.ts";
import type { Change } from "../../domain/index.ts";
import { detect, detectWithNoise } from "./detect.ts";
import { aTransition } from "./fixtures/transitions.ts";

const OPTIONS = { workspace: "prod", estateKey: "estate" };

function paths(change: Change | undefined): string[] {
  return change?.properties.map((property) => pathText(property.path)) ?? [];
}

describe("detect", () => {
  it("lists the properties of what is created and deleted, empty ones left out", () => {
    const attributes = { name: "a", tags: {}, rules: [{ port: 22 }], note: null };
    const [created, deleted] = detect(
      [
        aTransition("aws_x", null, attributes, { origin: "planned", action: "create", drift: null }),
        aTransition("aws_x", attributes, null),
      ],
      OPTIONS,
    );
    expect(paths(created)).toEqual(["name", "rules"]);
    expect(created?.properties[1]).toMatchObject({ before: null, after: [{ port: 22 }] });
    expect(paths(deleted)).toEqual(["name", "rules"]);
    expect(deleted?.drift).toBe("missing");
    expect([created?.noise, deleted?.noise]).toEqual([[], []]);
  });

  it("counts values known only after apply as changes of their own", () => {
    const [change] = detect(
      [
        aTransition(
          "aws_x",
          { arn: "a", n: 1 },
          { n: 1, rules: [{ port: 22 }] },
          {
            origin: "planned",
            unknown: [["arn"], ["id"], ["rules", 0, "cidr"]],
          },
        ),
      ],
      OPTIONS,
    );
    expect(change?.properties.map((p) => [pathText(p.path), p.unknown])).toEqual([
      ["arn", true],
      ["rules", false],
      ["id", true],
      ["rules[0].cidr", true],
    ]);
  });

  it("an unknown value is never taken for an empty one", () => {
    const [change] = detect(
      [aTransition("aws_x", { cidr: "" }, {}, { origin: "planned", unknown: [["cidr"]] })],
      OPTIONS,
    );
    expect(change?.properties).toMatchObject([{ path: ["cidr"], unknown: true }]);
  });

  it("a planned change stays although nothing is left of it, an observed one is quiet", () => {
    const noisy = { before: { a: null }, after: { a: [] } };
    const planned = aTransition("aws_x", noisy.before, noisy.after, { origin: "planned" });
    const observed = aTransition("aws_x", noisy.before, noisy.after);
    expect(detectWithNoise([planned], OPTIONS).changes).toHaveLength(1);
    const { changes, quiet } = detectWithNoise([observed], OPTIONS);
    expect(changes).toEqual([]);
    expect(quiet).toMatchObject([
      { action: "no_op", properties: [], noise: [{ normaliser: "null-is-empty" }] },
    ]);
  });

  it("real drift goes before the plan's wish to undo it, noise does not", () => {
    const undo = aTransition("aws_x", { a: 1 }, { a: 2 }, { causeHint: "unapplied_commit" });
    expect(
      detect([undo, aTransition("aws_x", { a: 1 }, { a: 2 })], OPTIONS).map((c) => c.cause?.kind),
    ).toEqual(["unknown"]);
    const noise = aTransition("aws_x", { a: 2, b: null }, { a: 2, b: [] });
    expect(detect([noise, undo], OPTIONS).map((c) => c.cause?.kind)).toEqual(["unapplied_commit"]);
  });

  it("leaves reads out", () => {
    expect(detect([aTransition("aws_x", null, { a: 1 }, { action: "read" })], OPTIONS)).toEqual([]);
  });

  it("keeps the id of a resource between scans and tells workspaces, origins and addresses apart", () => {
    const one = aTransition("aws_x", { a: 1 }, { a: 2 });
    const later = aTransition("aws_x", { a: 1 }, { a: 3 });
    const id = (transition: typeof one, workspace = "prod"): string | undefined =>
      detect([transition], { ...OPTIONS, workspace })[0]?.id;
    expect(id(one)).toMatch(/^[0-9a-f]{12}$/);
    expect(id(later)).toBe(id(one));
    const others = [
      id(one, "test"),
      id({ ...one, origin: "planned" }),
      id({ ...one, resource: { ...one.resource, address: "aws_x.that" } }),
      id({ ...one, resource: { ...one.resource, account: "1" } }),
    ];
    expect(new Set([...others, id(one)]).size).toBe(5);
  });

  it("marks secrets by the source's paths and by configured ones", () => {
    const transition = aTransition(
      "aws_x",
      { a: { p: "1" }, q: "1", r: 1 },
      { a: { p: "2" }, q: "2", r: 2 },
      {
        sensitive: [["a", "p"]],
      },
    );
    const rules = [{ type: "aws_*", path: ["q"] }];
    const [change] = detect([transition], { ...OPTIONS, secretPaths: rules });
    expect(change?.properties.map((p) => [pathText(p.path), p.sensitive])).toEqual([
      ["a.p", true],
      ["q", true],
      ["r", false],
    ]);
    expect(change?.sensitive).toEqual([["a", "p"], ["q"]]);
  });

  it("an edited element that moved takes its secret along", () => {
    const before = [
      { name: "a", v: 1 },
      { name: "b", v: "old-secret" },
    ];
    const after = [
      { name: "b", v: "new" },
      { name: "a", v: 1 },
    ];
    const [change] = detect(
      [aTransition("aws_x", { env: before }, { env: after }, { sensitive: [["env", 1, "v"]] })],
      OPTIONS,
    );
    expect(change?.properties).toMatchObject([
      { path: ["env", 0, "v"], before: "old-secret", sensitive: true },
    ]);
    expect(change?.sensitive).toContainEqual(["env", 0, "v"]);
  });

  it.each([
    ["tags", { tags: { a: "1", n: 2 } }, { a: "1" }],
    ["default tags", { tags: { a: "1" }, tags_all: { a: "0", b: "2" } }, { a: "1", b: "2" }],
    ["labels", { labels: { a: "1" } }, { a: "1" }],
    ["labels of a Kubernetes object", { metadata: [{ labels: { a: "1" } }] }, { a: "1" }],
    ["labels of a manifest", { manifest: { metadata: { labels: { a: "1" } } } }, { a: "1" }],
    ["tag blocks", { tag: [{ key: "a", value: "1" }] }, { a: "1" }],
    ["none", { tags: null }, {}],
  ])("reads %s", (_note, after, want) => {
    const [change] = detect([aTransition("aws_x", null, after)], OPTIONS);
    expect(change?.tags).toEqual(want);
  });

  it("reads hostile tags as data", () => {
    const after = JSON.parse('{"tags": {"__proto__": "x"}}');
    expect(JSON.stringify(detect([aTransition("aws_x", null, after)], OPTIONS)[0]?.tags)).toBe(
      '{"__proto__":"x"}',
    );
  });
});
