import { describe, expect, it } from "vitest";
import type { Json } from "../../base/index.ts";
import type { ValueBound } from "../../domain/index.ts";
import { aPropertyChange } from "../../testing/index.ts";
import { keepsBounds } from "./bounds.ts";

const CASES: readonly { note: string; after: Json; bound: ValueBound; keeps: boolean; unknown?: boolean }[] =
  [
    { note: "equal", after: { a: 1 }, bound: { path: "p", is: "equal_to", value: { a: 1 } }, keeps: true },
    {
      note: "not equal",
      after: { a: 2 },
      bound: { path: "p", is: "equal_to", value: { a: 1 } },
      keeps: false,
    },
    { note: "one of", after: "b", bound: { path: "p", is: "one_of", values: ["a", "b"] }, keeps: true },
    { note: "none of", after: "c", bound: { path: "p", is: "one_of", values: ["a", "b"] }, keeps: false },
    {
      note: "at most, the bound itself",
      after: 30,
      bound: { path: "p", is: "at_most", value: 30 },
      keeps: true,
    },
    { note: "above", after: 31, bound: { path: "p", is: "at_most", value: 30 }, keeps: false },
    { note: "a text is no number", after: "1", bound: { path: "p", is: "at_most", value: 30 }, keeps: false },
    { note: "at least", after: 7, bound: { path: "p", is: "at_least", value: 7 }, keeps: true },
    {
      note: "inside",
      after: "10.1.0.0/16",
      bound: { path: "p", is: "within", cidrs: ["10.0.0.0/8"] },
      keeps: true,
    },
    {
      note: "an address",
      after: "10.1.2.3",
      bound: { path: "p", is: "within", cidrs: ["10.0.0.0/8"] },
      keeps: true,
    },
    {
      note: "wider",
      after: "10.0.0.0/7",
      bound: { path: "p", is: "within", cidrs: ["10.0.0.0/8"] },
      keeps: false,
    },
    {
      note: "one of a list outside",
      after: ["10.1.0.0/16", "0.0.0.0/0"],
      bound: { path: "p", is: "within", cidrs: ["10.0.0.0/8"] },
      keeps: false,
    },
    {
      note: "another family",
      after: "::/0",
      bound: { path: "p", is: "within", cidrs: ["0.0.0.0/0"] },
      keeps: false,
    },
    {
      note: "an IPv4 address in IPv6 clothes",
      after: "::ffff:10.0.0.1",
      bound: { path: "p", is: "within", cidrs: ["10.0.0.0/8"] },
      keeps: false,
    },
    {
      note: "no address at all",
      after: "example.com",
      bound: { path: "p", is: "within", cidrs: ["10.0.0.0/8"] },
      keeps: false,
    },
    {
      note: "an empty list says nothing",
      after: [],
      bound: { path: "p", is: "within", cidrs: ["10.0.0.0/8"] },
      keeps: false,
    },
    {
      note: "a bound that is none",
      after: "10.0.0.1",
      bound: { path: "p", is: "within", cidrs: ["ten"] },
      keeps: false,
    },
    {
      note: "unknown until apply",
      after: null,
      bound: { path: "p", is: "equal_to", value: null },
      keeps: false,
      unknown: true,
    },
    { note: "another path", after: 99, bound: { path: "q", is: "at_most", value: 1 }, keeps: true },
    { note: "a pattern that is none", after: 1, bound: { path: "[", is: "at_most", value: 1 }, keeps: false },
  ];

describe("keepsBounds", () => {
  it.each(CASES)("$note → $keeps", ({ after, bound, keeps, unknown }) => {
    const property = aPropertyChange({ path: ["p"], after, unknown: unknown ?? false });
    expect(keepsBounds(property, [bound])).toBe(keeps);
  });

  const RULE = { cidr_blocks: ["10.1.0.0/16"], from_port: 22 };
  const bound: ValueBound = { path: "ingress.cidr_blocks", is: "within", cidrs: ["10.0.0.0/8"] };
  it.each([
    { note: "a whole block, its part inside the bound", path: ["ingress", 1], after: RULE, keeps: true },
    {
      note: "a whole block, its part outside",
      path: ["ingress", 1],
      after: { ...RULE, cidr_blocks: ["0.0.0.0/0"] },
      keeps: false,
    },
    {
      note: "the list of blocks",
      path: ["ingress"],
      after: [RULE, { cidr_blocks: ["0.0.0.0/0"] }],
      keeps: false,
    },
    {
      note: "one member of the bounded list",
      path: ["ingress", 0, "cidr_blocks", 1],
      after: "0.0.0.0/0",
      keeps: false,
    },
    {
      note: "a block without the bounded part",
      path: ["ingress", 1],
      after: { ipv6_cidr_blocks: ["::/0"] },
      keeps: false,
    },
    {
      note: "a list beside the bounded one",
      path: ["ingress", 0, "ipv6_cidr_blocks"],
      after: ["::/0"],
      keeps: false,
    },
    { note: "a number beside the bounded list", path: ["ingress", 0, "from_port"], after: 22, keeps: true },
    { note: "a block elsewhere", path: ["tags"], after: { a: "b" }, keeps: true },
  ])("bound on a part of a block: $note → $keeps", ({ path, after, keeps }) => {
    expect(keepsBounds(aPropertyChange({ path, after }), [bound])).toBe(keeps);
  });

  it("asks every bound", () => {
    const property = aPropertyChange({ path: ["p"], after: 5 });
    const bounds: ValueBound[] = [
      { path: "p", is: "at_least", value: 1 },
      { path: "p", is: "at_most", value: 4 },
    ];
    expect(keepsBounds(property, bounds)).toBe(false);
  });
});
