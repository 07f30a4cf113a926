import { expect, it } from "vitest";
import { sheetMarkdown, sheetText } from "../sheet.ts";
import { boundOf } from "./exception.ts";

it.each([
  ["ingress.from_port at_most 1024", { path: "ingress.from_port", is: "at_most", value: 1024 }],
  ["size at_least -1.5", { path: "size", is: "at_least", value: -1.5 }],
  [
    "ingress.cidr_blocks within 10.0.0.0/8, ::1/128",
    { path: "ingress.cidr_blocks", is: "within", cidrs: ["10.0.0.0/8", "::1/128"] },
  ],
  ['size one_of ["a", 2]', { path: "size", is: "one_of", values: ["a", 2] }],
  ['tags equal_to {"a": null}', { path: "tags", is: "equal_to", value: { a: null } }],
  ["size at_most many", null],
  ["size at_most Infinity", null],
  ["size one_of a", null],
  ["size equal_to a", null],
  ["size", null],
  ["size below 3", null],
])("reads the bound %s", (text, bound) => {
  expect(boundOf(text)).toEqual(bound);
});

it("shows hostile text as text", () => {
  const sheet = {
    title: "exc_1",
    facts: [["reason", "\u001b[2J | <script> @team\n::set-output"] as const],
    tables: [{ heading: ["A"], rows: [["a | b\n| c"]], none: "" }],
    next: null,
  };
  expect(sheetText(sheet)).not.toMatch(/\u001b|\n::/);
  expect(sheetMarkdown(sheet)).not.toMatch(/\u001b|<script>|@team|a \| b|\n::/);
});
