import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AuditEvent } from "../../../domain/index.ts";
import { TYPES_BY_ACTION } from "./action-types.ts";
import { channelOf } from "./channel.ts";
import { readCloudTrail } from "./read.ts";

const text = readFileSync(new URL("./fixtures/records.json", import.meta.url), "utf8");
const records: Record<string, unknown>[] = JSON.parse(text).Records;

function read(input: string): { events: readonly AuditEvent[]; gaps: readonly { message: string }[] } {
  const log = readCloudTrail(input, { file: "trail.json" });
  if (!log.ok) throw new Error(log.error.message);
  return log.value;
}

describe("readCloudTrail", () => {
  const { events } = read(text);

  it.each<[string, Partial<AuditEvent["actor"]>, Partial<AuditEvent>]>([
    [
      "ec2:AuthorizeSecurityGroupIngress",
      {
        kind: "human",
        person: "dana@example.com",
        personRule: "session_name",
        session: "AROAEXAMPLE:dana@example.com",
        sourceIp: "203.0.113.44",
      },
      {
        channel: "console",
        outcome: "succeeded",
        write: true,
        account: "111122223333",
        region: "eu-central-1",
        time: "2026-11-03T02:07:41.000Z",
      },
    ],
    [
      "ec2:AuthorizeSecurityGroupIngress",
      { person: "sam@example.com" },
      { channel: "cli", outcome: "denied" },
    ],
    [
      "ec2:CreateSecurityGroup",
      { kind: "agent", person: null },
      { channel: "iac", types: ["aws_security_group"] },
    ],
    ["rds:ModifyDBInstance", { kind: "human", person: "dana", personRule: "iam_user" }, { channel: "api" }],
    [
      "lambda:UpdateFunctionConfiguration",
      { person: "kim", personRule: "source_identity" },
      { channel: "console" },
    ],
    [
      "autoscaling:SetDesiredCapacity",
      { kind: "service", person: null, principal: "application-autoscaling.amazonaws.com" },
      { channel: "api" },
    ],
    ["s3:PutBucketPolicy", { kind: "agent" }, { channel: "iac" }],
    ["ec2:DescribeInstances", {}, { write: false }],
    ["iam:AttachRolePolicy", { kind: "pipeline", person: null }, { channel: "api", write: true }],
    [
      "signin:ConsoleLogin",
      { kind: "human", person: "root", personRule: "root" },
      { channel: "console", write: false },
    ],
    ["ec2:RunInstances", {}, { channel: "console", outcome: "failed" }],
  ])("event %#: %s", (action, actor, want) => {
    const event = events.find(
      (one) => one.action === action && (want.outcome === undefined || one.outcome === want.outcome),
    );
    expect(event).toMatchObject({ ...want, actor });
  });

  it("collects what names a resource", () => {
    expect(events[0]?.identifiers).toEqual(["sg-01", "sgr-0abc1234def567890"]);
    expect(events.find((one) => one.action === "rds:ModifyDBInstance")?.identifiers).toEqual([
      "orders",
      "arn:aws:rds:eu-central-1:111122223333:db:orders",
    ]);
    expect(events.find((one) => one.action === "s3:PutBucketPolicy")?.identifiers).toEqual([
      "logs",
      "arn:aws:s3:::logs",
    ]);
  });

  it("hides secrets in parameters and identifiers", () => {
    expect(JSON.stringify(events)).not.toContain("canary");
    expect(JSON.stringify(events)).toContain('"masterUserPassword":"(sensitive)"');
  });

  it.each([
    ["a bare list", JSON.stringify(records)],
    ["JSON lines", records.map((record) => JSON.stringify(record)).join("\n")],
    [
      "LookupEvents",
      JSON.stringify({
        Events: records.map((record) => ({ EventId: "x", CloudTrailEvent: JSON.stringify(record) })),
      }),
    ],
    [
      "a bare list of LookupEvents",
      JSON.stringify(records.map((record) => ({ CloudTrailEvent: JSON.stringify(record) }))),
    ],
    [
      "EventBridge",
      records
        .map((detail) => JSON.stringify({ "detail-type": "AWS API Call via CloudTrail", detail }))
        .join("\n"),
    ],
    ["every record twice", JSON.stringify({ Records: [...records, ...records] })],
  ])("reads %s as the same events", (_note, input) => {
    expect(read(input).events).toEqual(events);
  });

  it("reads an empty log", () => {
    expect(read('{"Records":[]}')).toEqual({ events: [], gaps: [] });
  });

  it("tells what it could not read", () => {
    expect(read(JSON.stringify({ Records: [...records, 1, { eventName: "x" }] })).gaps).toHaveLength(1);
    expect(read(`${JSON.stringify(records[0])}\n{"cut`).gaps).toMatchObject([
      { message: "line 2 of `trail.json` is no JSON object" },
    ]);
  });

  it.each([
    ["nothing", "", "log_empty"],
    ["words", "hello", "log_not_json"],
    ["another document", '{"a":1}', "not_a_cloudtrail_log"],
    [
      "an event of 10,000 levels in a text",
      JSON.stringify({ Events: [{ CloudTrailEvent: `{"a":${"[".repeat(10_000)}${"]".repeat(10_000)}}` }] }),
      "not_a_cloudtrail_log",
    ],
    ["events without JSON", '{"Events":[{"CloudTrailEvent":"{"}]}', "not_a_cloudtrail_log"],
  ])("refuses %s", (_note, input, code) => {
    expect(readCloudTrail(input, { file: "f" })).toMatchObject({
      ok: false,
      error: { code, place: { file: "f" } },
    });
  });

  it("reads or refuses records of any shape, never throws", () => {
    const name = fc.constantFrom(
      "Records",
      "Events",
      "CloudTrailEvent",
      "detail",
      "detail-type",
      "userIdentity",
      "type",
      "arn",
      "principalId",
      "sessionContext",
      "requestParameters",
      "resources",
      "errorCode",
      "eventTime",
      "__proto__",
    );
    const value = fc.letrec<{ any: unknown }>((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom("AssumedRole", "x", "{}", "2026-11-24T00:00:00Z", null, 1, true),
        fc.array(tie("any"), { maxLength: 3 }),
        fc.dictionary(name, tie("any")),
      ),
    })).any;
    fc.assert(
      fc.property(value, (over) => {
        const record = typeof over === "object" && over !== null ? { ...records[0], ...over } : over;
        expect(readCloudTrail(JSON.stringify(record), { file: "f" })).toHaveProperty("ok");
      }),
    );
  });

  it("takes the action of a query call from its parameters, as emulators record it", () => {
    const record = {
      ...records[0],
      eventName: "POST.ec2",
      responseElements: null,
      requestParameters: { Action: "DeleteVpc", VpcId: "vpc-1" },
    };
    expect(read(JSON.stringify(record)).events).toMatchObject([
      { action: "ec2:DeleteVpc", types: ["aws_vpc"], identifiers: ["vpc-1"] },
    ]);
  });
});

describe("who is behind a call of a service", () => {
  const kind = (userIdentity: object): string | undefined =>
    read(JSON.stringify({ ...records[0], userIdentity })).events[0]?.actor.kind;

  it.each([
    [
      "a person who asked for it",
      { type: "IAMUser", userName: "kim", invokedBy: "resource-explorer-2.amazonaws.com" },
      "human",
    ],
    [
      "nobody",
      { type: "AssumedRole", principalId: "AROA:x", invokedBy: "autoscaling.amazonaws.com" },
      "service",
    ],
    [
      "its own role",
      {
        type: "AssumedRole",
        principalId: "AROA:kim@example.com",
        sessionContext: { sessionIssuer: { arn: "arn:aws:iam::1:role/aws-service-role/x.amazonaws.com/R" } },
      },
      "service",
    ],
    [
      "a stack",
      { type: "AssumedRole", principalId: "AROA:x", invokedBy: "cloudformation.amazonaws.com" },
      "agent",
    ],
    ["a machine user", { type: "IAMUser", userName: "ci-deploy" }, "agent"],
    ["somebody of another account", { type: "AWSAccount", principalId: "AIDA" }, "unknown"],
  ])("%s", (_note, identity, want) => {
    expect(kind(identity)).toBe(want);
  });
});

describe("channelOf", () => {
  it.each([
    [
      "the flag before any agent",
      { sessionCredentialFromConsole: true, userAgent: "aws-cli/2.0" },
      "console",
    ],
    ["the flag as text", { sessionCredentialFromConsole: "true", userAgent: "AWS Internal" }, "console"],
    ["an action of the console", { eventType: "AwsConsoleAction", userAgent: "x" }, "console"],
    ["a browser", { userAgent: "Mozilla/5.0 (X11)" }, "console"],
    ["the S3 console", { userAgent: "[S3Console/0.4, aws-internal/3]" }, "console"],
    [
      "Terraform, which is built on an SDK",
      { userAgent: "aws-sdk-go-v2/1.3 HashiCorp/1.0 Terraform/1.9" },
      "iac",
    ],
    ["OpenTofu", { userAgent: "APN/1.0 OpenTofu/1.12" }, "iac"],
    ["Pulumi", { userAgent: "pulumi/3.1" }, "iac"],
    ["a stack", { userAgent: "x", userIdentity: { invokedBy: "cloudformation.amazonaws.com" } }, "iac"],
    ["the command line", { userAgent: "aws-cli/2.17 Python" }, "cli"],
    ["an SDK", { userAgent: "Boto3/1.35" }, "api"],
    ["a service", { userAgent: "autoscaling.amazonaws.com" }, "api"],
    ["anything else", { userAgent: "curl/8" }, "api"],
    ["nothing", {}, "unknown"],
  ])("%s", (_note, record, want) => {
    expect(channelOf(record)).toBe(want);
  });
});

describe("TYPES_BY_ACTION", () => {
  it("is spelled like actions and types, in order of service", () => {
    const actions = Object.keys(TYPES_BY_ACTION);
    expect(actions.length).toBeGreaterThan(60);
    expect(actions.filter((action) => !/^[a-z0-9]+:[A-Z][A-Za-z0-9]+$/.test(action))).toEqual([]);
    expect(
      Object.values(TYPES_BY_ACTION)
        .flat()
        .filter((type) => !/^aws_[a-z0-9_]+$/.test(type)),
    ).toEqual([]);
    const services = actions.map((action) => action.split(":")[0] ?? "");
    expect(services).toEqual([...services].sort());
  });
});
