import { describe, expect, it } from "vitest";
import type { Json } from "../../base/index.ts";
import { isPolicyDocument, wildcardsIn } from "./policy-document.ts";

const allow = (statement: Record<string, Json>): Json => ({
  Statement: [{ Effect: "Allow", Resource: "*", ...statement }],
});

const WIDE: readonly (readonly [note: string, document: Json])[] = [
  ["every action", allow({ Action: "*" })],
  ["every action in a list", allow({ Action: ["s3:GetObject", "*"] })],
  ["every action, spelled out", allow({ Action: "*:*" })],
  ["every action of a service", allow({ Action: "iam:*" })],
  ["every action of a service, with question marks", allow({ Action: "iam:?*" })],
  ["all but some actions", allow({ NotAction: ["iam:*"] })],
  ["one statement without a list", { Statement: { Effect: "Allow", Action: "s3:*", Resource: "*" } }],
  ["no effect at all", { Statement: [{ Action: "*" }] }],
  ["anybody", allow({ Action: "s3:GetObject", Principal: "*" })],
  ["anybody by AWS", allow({ Action: "s3:GetObject", Principal: { AWS: "*" } })],
  ["anybody in a list", allow({ Action: "s3:GetObject", Principal: { AWS: ["arn:aws:iam::1:root", "*"] } })],
  ["anybody but one", allow({ Action: "s3:GetObject", NotPrincipal: { AWS: "arn:aws:iam::1:root" } })],
  [
    "the structure of the data source",
    { statement: [{ effect: "Allow", actions: ["*"], resources: ["*"] }] },
  ],
  [
    "anybody in the structure",
    { statement: [{ actions: ["s3:GetObject"], principals: [{ type: "*", identifiers: ["*"] }] }] },
  ],
  ["Google Cloud: everybody", { bindings: [{ role: "roles/viewer", members: ["allUsers"] }] }],
  ["Google Cloud: every role", { bindings: [{ role: "roles/owner", members: ["user:mira@example.com"] }] }],
];

const NARROW: readonly (readonly [note: string, document: Json])[] = [
  ["one action on everything", allow({ Action: "s3:GetObject" })],
  ["a prefix of a service", allow({ Action: "s3:Get*" })],
  ["a denial", { Statement: [{ Effect: "Deny", Action: "*", Principal: "*", Resource: "*" }] }],
  [
    "anybody under a condition",
    allow({
      Action: "sqs:SendMessage",
      Principal: "*",
      Condition: { ArnEquals: { "aws:SourceArn": "arn:x" } },
    }),
  ],
  ["a service", allow({ Action: "sts:AssumeRole", Principal: { Service: "ec2.amazonaws.com" } })],
  ["nothing", {}],
  ["no document", "not json {"],
  ["a list", []],
  ["a number", 7],
  ["a hostile key", JSON.parse('{"__proto__":{"Statement":[{"Effect":"Allow","Action":"*"}]}}') as Json],
];

describe("wildcardsIn", () => {
  it.each(WIDE)("finds %s", (_note, document) => {
    expect(wildcardsIn(document)).toHaveLength(1);
    expect(wildcardsIn(JSON.stringify(document))).toEqual(wildcardsIn(document));
  });

  it.each(NARROW)("finds nothing in %s", (_note, document) => {
    expect(wildcardsIn(document)).toEqual([]);
    expect(wildcardsIn(JSON.stringify(document))).toEqual([]);
  });

  it("reads a condition that holds nothing as no condition", () => {
    expect(wildcardsIn(allow({ Action: "s3:GetObject", Principal: "*", Condition: {} }))).toHaveLength(1);
  });

  it("knows a document when it sees one", () => {
    expect(isPolicyDocument('{"Statement":[]}')).toBe(true);
    expect(isPolicyDocument("Statement")).toBe(false);
    expect(isPolicyDocument(null)).toBe(false);
  });
});
