import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { readCloudTrail } from "./read.ts";

/** What an emulator of the AWS API recorded of real calls, outside of the project. */
const FILE = join(
  resolve(process.env["TRUEUP_SHARED"] ?? "../shared"),
  "samples/aws/cloudtrail-lookup-events.json",
);
const isThere = existsSync(FILE);
if (!isThere) console.log("recorded CloudTrail events: skipped, TRUEUP_SHARED names no folder that has them");

describe.runIf(isThere)("recorded events", () => {
  it("are read, the opened port with its group among them", () => {
    const log = readCloudTrail(readFileSync(FILE, "utf8"), { file: "events.json" });
    if (!log.ok) throw new Error(log.error.message);
    const { events, gaps } = log.value;
    expect(gaps).toEqual([]);
    expect(events.length).toBeGreaterThan(10);
    expect(events.filter((event) => event.write).map((event) => event.action)).toEqual(
      expect.arrayContaining([
        "ec2:AuthorizeSecurityGroupIngress",
        "iam:AttachRolePolicy",
        "dynamodb:DeleteTable",
        "sqs:SetQueueAttributes",
      ]),
    );
    expect(events.find((event) => event.action === "ec2:AuthorizeSecurityGroupIngress")).toMatchObject({
      channel: "api",
      outcome: "succeeded",
      types: expect.arrayContaining(["aws_security_group"]),
      identifiers: ["sg-a9d4778086d523d9b"],
    });
    expect(events.filter((event) => /:(?:Describe|Get|List)/.test(event.action) && event.write)).toEqual([]);
  });
});
