import { describe, expect, it } from "vitest";
import type { Json } from "../../base/index.ts";
import {
  type AuditEvent,
  type Change,
  type PipelineRun,
  type Transition,
  UNKNOWN_ACTOR,
} from "../../domain/index.ts";
import { type CorrelateOptions, correlate } from "./correlate.ts";
import { detect } from "./detect.ts";
import { aTransition } from "./fixtures/transitions.ts";

const NOW = Date.parse("2026-11-24T09:00:00Z");
const ROLE = "arn:aws:iam::111122223333:role/change-pipeline";
const SESSION = "arn:aws:sts::111122223333:assumed-role/change-pipeline/run-4711";

const rule = (port: number, cidr: string): Json => ({ from_port: port, to_port: port, cidr_blocks: [cidr] });
const OPENED = aTransition(
  "aws_security_group",
  { id: "sg-01", name: "edge", ingress: [rule(443, "10.0.0.0/8")] },
  { id: "sg-01", name: "edge", ingress: [rule(443, "10.0.0.0/8"), rule(22, "0.0.0.0/0")] },
);

function aChange(transition: Transition = OPENED): Change {
  const own = {
    ...transition,
    resource: { ...transition.resource, id: "sg-01", account: "111122223333", region: "eu-central-1" },
  };
  const [change] = detect([own], { workspace: "w", estateKey: "k" });
  if (change === undefined) throw new Error("expected a change");
  return change;
}

function anEvent(over: Partial<AuditEvent> = {}, person: string | null = "dana@example.com"): AuditEvent {
  return {
    id: "e-1",
    source: "cloudtrail",
    time: "2026-11-03T02:07:41.000Z",
    actor: {
      ...UNKNOWN_ACTOR,
      kind: "human",
      principal: "arn:aws:iam::111122223333:user/dana",
      person,
      personRule: "iam_user",
    },
    channel: "console",
    action: "ec2:AuthorizeSecurityGroupIngress",
    write: true,
    outcome: "succeeded",
    account: "111122223333",
    region: "eu-central-1",
    types: ["aws_security_group"],
    identifiers: ["sg-01"],
    parameters: {
      groupId: "sg-01",
      ipPermissions: { items: [{ fromPort: 22, ipRanges: { items: [{ cidrIp: "0.0.0.0/0" }] } }] },
    },
    ...over,
  };
}

const agent = (kind: AuditEvent["actor"]["kind"], principal: string): Partial<AuditEvent> => ({
  actor: { ...UNKNOWN_ACTOR, kind, principal },
});

function told(
  events: readonly AuditEvent[],
  change = aChange(),
  over: Partial<CorrelateOptions> = {},
): Change {
  const [found] = correlate([change], { events, runs: [], now: NOW, ...over });
  if (found === undefined) throw new Error("expected a change");
  return found;
}

describe("who opened the port", () => {
  it("is told with time, channel, cause and evidence", () => {
    const change = told([anEvent()]);
    expect(change).toMatchObject({
      actor: { person: "dana@example.com" },
      channel: "console",
      time: "2026-11-03T02:07:41.000Z",
      pipeline: null,
      cause: { kind: "bypassed_pipeline", confidence: "high" },
    });
    expect(change.cause?.evidence).toEqual([
      {
        ref: "e-1",
        says: "`ec2:AuthorizeSecurityGroupIngress` by dana@example.com from the console at 2026-11-03T02:07:41.000Z",
      },
    ]);
  });

  it.each<[string, Partial<AuditEvent>]>([
    ["of another account", { account: "444455556666" }],
    ["in another region", { region: "us-east-1" }],
    ["about another type", { types: ["aws_instance"] }],
    ["about another resource", { identifiers: ["sg-99"] }],
    ["that only read", { write: false }],
    ["after the scan", { time: "2026-12-01T00:00:00.000Z" }],
    ["that deleted it", { action: "ec2:DeleteSecurityGroup" }],
    ["without a time", { time: "yesterday" }],
  ])("is not told by an event %s", (_note, over) => {
    expect(told([anEvent(over)])).toEqual(aChange());
  });

  it("is unknown without events, and a denied try is evidence only", () => {
    expect(told([]).cause).toEqual({ kind: "unknown", confidence: "low", evidence: [] });
    const denied = told([anEvent({ outcome: "denied" })]);
    expect(denied).toMatchObject({
      actor: UNKNOWN_ACTOR,
      time: null,
      cause: { kind: "unknown", confidence: "low" },
    });
    expect(denied.cause?.evidence[0]?.says).toContain("denied");
  });
});

describe("which of several events it was", () => {
  const tagged = anEvent(
    {
      id: "later",
      time: "2026-11-10T00:00:00.000Z",
      action: "ec2:CreateTags",
      parameters: { tagSet: [{ key: "a", value: "bcd" }] },
    },
    "sam@example.com",
  );

  it("the one that set the value, not the last one", () => {
    const change = told([tagged, anEvent()]);
    expect(change.actor.person).toBe("dana@example.com");
    expect(change.cause?.evidence.map((one) => one.ref)).toEqual(["e-1", "later"]);
  });

  it("the last one that set the value", () => {
    const again = anEvent({ id: "again", time: "2026-11-12T00:00:00.000Z" }, "kim@example.com");
    expect(told([again, anEvent()]).actor.person).toBe("kim@example.com");
  });

  it("the last one where no call shows values", () => {
    const blind = { parameters: null };
    const change = told([
      anEvent(blind),
      anEvent({ ...blind, id: "b", time: "2026-11-05T00:00:00.000Z" }, "kim@example.com"),
    ]);
    expect(change).toMatchObject({ actor: { person: "kim@example.com" }, cause: { confidence: "medium" } });
  });

  it("never the one that put the old value there, or that created the resource", () => {
    const drift = aTransition(
      "aws_security_group",
      { id: "sg-01", description: "as declared" },
      { id: "sg-01", description: "by hand" },
    );
    const applied = anEvent({
      action: "ec2:ModifySecurityGroupRules",
      parameters: { description: "as declared" },
    });
    const created = anEvent({ action: "ec2:CreateSecurityGroup", parameters: null });
    const put = anEvent({ action: "create networking.k8s.io/x", parameters: null });
    expect(told([applied, created, put], aChange(drift))).toEqual(aChange(drift));
    const blind = anEvent({ parameters: null, time: "2026-11-10T00:00:00.000Z" });
    expect(told([blind, applied, created], aChange(drift)).time).toBe(blind.time);
  });

  it("one without recorded values before one that set something else", () => {
    const blind = anEvent({ id: "blind", parameters: null }, "kim@example.com");
    const change = told([blind, tagged]);
    expect(change).toMatchObject({ actor: { person: "kim@example.com" }, cause: { confidence: "medium" } });
    expect(told([tagged])).toMatchObject({
      actor: { person: "sam@example.com" },
      cause: { confidence: "low" },
    });
  });

  it("not one that was undone since", () => {
    const later = { time: "2026-11-12T00:00:00.000Z", id: "undone" };
    const revoked = anEvent({ ...later, action: "ec2:RevokeSecurityGroupIngress" }, "sam@example.com");
    expect(told([anEvent(), revoked]).time).toBeNull();
    const again = anEvent({ id: "again", time: "2026-11-13T00:00:00.000Z" }, "kim@example.com");
    expect(told([anEvent(), revoked, again]).actor.person).toBe("kim@example.com");
    const closed = aChange(aTransition("aws_security_group", OPENED.after, OPENED.before));
    expect(told([anEvent(), revoked], closed).actor.person).toBe("sam@example.com");
  });

  it("a person before a controller that touched other properties later", () => {
    const drift = aTransition(
      "kubernetes_deployment",
      { id: "sg-01", replicas: 3, image: "app:1.0" },
      { id: "sg-01", replicas: 5, image: "app:evil" },
    );
    const types = ["kubernetes_deployment"];
    const person = anEvent({ types, parameters: { image: "app:evil" } });
    const controller = anEvent({
      id: "c",
      types,
      parameters: { replicas: 5 },
      time: "2026-11-20T00:00:00.000Z",
      ...agent("service", "system:serviceaccount:kube-system:hpa"),
    });
    expect(told([person, controller], aChange(drift))).toMatchObject({
      actor: { person: "dana@example.com" },
      cause: { kind: "bypassed_pipeline", confidence: "medium" },
    });
    expect(told([controller], aChange(drift)).cause).toMatchObject({ kind: "platform" });
  });
});

describe("how sure it is", () => {
  it.each<[string, Partial<AuditEvent>, string]>([
    ["exact identifier, known type, values", {}, "high"],
    ["exact identifier, unknown type, values", { types: [] }, "medium"],
    ["exact identifier, no values to see", { parameters: null }, "medium"],
    ["exact identifier, other values", { parameters: { description: "text" } }, "low"],
    ["name only, values", { identifiers: ["edge"] }, "medium"],
    ["name only, no values to see", { identifiers: ["edge"], parameters: null }, "low"],
  ])("%s", (_note, over, confidence) => {
    expect(told([anEvent(over)]).cause?.confidence).toBe(confidence);
  });

  it("a name without a type tells nothing", () => {
    expect(told([anEvent({ identifiers: ["edge"], types: [] })]).time).toBeNull();
  });

  it("a deletion is told by what deletes, with high confidence", () => {
    const gone = aChange(aTransition("aws_security_group", { id: "sg-01" }, null));
    const deletion = anEvent({ action: "ec2:DeleteSecurityGroup", parameters: null });
    expect(told([anEvent(), deletion], gone)).toMatchObject({
      cause: { kind: "bypassed_pipeline", confidence: "high" },
    });
    expect(told([anEvent()], gone).time).toBeNull();
    expect(told([anEvent({ action: "delete networking.k8s.io/x" })], gone).time).not.toBeNull();
  });

  it("of two deletions the last one counts", () => {
    const gone = aChange(aTransition("aws_security_group", { id: "sg-01" }, null));
    const deletion = { action: "ec2:DeleteSecurityGroup" };
    const first = anEvent({ ...deletion, parameters: null }, "kim@example.com");
    const last = anEvent({ ...deletion, id: "last", time: "2026-11-20T00:00:00.000Z" });
    expect(told([last, first], gone).actor.person).toBe("dana@example.com");
  });

  it("a deleted collection names each object of its namespace", () => {
    const pod = { ...aTransition("kubernetes_pod", { n: 1 }, null) };
    const [change] = detect([{ ...pod, resource: { ...pod.resource, id: "pay/api" } }], {
      workspace: "w",
      estateKey: "k",
    });
    const event = anEvent({
      action: "deletecollection pods",
      types: ["kubernetes_pod"],
      identifiers: ["pay/*"],
    });
    expect(change && told([event], change).cause).toMatchObject({
      kind: "bypassed_pipeline",
      confidence: "medium",
    });
  });
});

describe("values that a call set", () => {
  const moved = (before: Json, after: Json, over: Partial<Transition> = {}): Change =>
    aChange(aTransition("aws_db_instance", before, after, over));
  it.each<[string, Change, Json, boolean]>([
    [
      "a flag by its name",
      moved({ publicly_accessible: false }, { publicly_accessible: true }),
      { publiclyAccessible: true },
      true,
    ],
    [
      "another flag",
      moved({ publicly_accessible: false }, { publicly_accessible: true }),
      { multiAZ: true },
      false,
    ],
    ["a text by its value", moved({ kms: "a" }, { kms: "key-123456" }), { anything: "key-123456" }, true],
    ["a common text", moved({ p: "udp" }, { p: "tcp" }), { q: "tcp" }, false],
    [
      "a removed label",
      moved({ l: { owner: "a" } }, { l: {} }),
      { metadata: { labels: { owner: null } } },
      true,
    ],
    [
      "what a revocation names",
      moved({ i: [rule(443, "10.1.0.0/16")] }, { i: [] }),
      { cidrIp: "10.1.0.0/16" },
      true,
    ],
    [
      "a policy in another spelling",
      moved({ policy: "{}" }, { policy: '{"a":{"Action":"s3:PutObject"}}' }),
      { policyDocument: '{ "a": {"Action": "s3:PutObject"} }' },
      true,
    ],
    [
      "a hidden secret by its name",
      moved({ password: "a" }, { password: "b" }, { sensitive: [["password"]] }),
      { data: { password: "(sensitive)" } },
      true,
    ],
    [
      "hostile names",
      moved({ a: 1 }, { a: 2 }),
      JSON.parse('{"__proto__": {"a": "x"}, "constructor": 2}'),
      true,
    ],
  ])("%s", (_note, change, parameters, matches) => {
    const event = anEvent({ action: "rds:ModifyDBInstance", types: ["aws_db_instance"], parameters });
    expect(told([event], change).cause?.confidence).toBe(matches ? "high" : "low");
  });
});

describe("pipelines", () => {
  const run = (over: Partial<PipelineRun> = {}): PipelineRun => ({
    run: "4711",
    commit: "abc",
    ref: "refs/heads/main",
    verified: true,
    approved: true,
    workspace: "w",
    identity: ROLE,
    decision: "dec_1",
    appliedAt: null,
    changeDigests: [aChange().digest],
    ...over,
  });
  const event = anEvent({ ...agent("agent", SESSION), channel: "iac" });

  it("a run whose identity and recorded change agree has made it", () => {
    const change = told([event], aChange(), { runs: [run({ run: "1", changeDigests: [] }), run()] });
    expect(change).toMatchObject({
      actor: { kind: "pipeline" },
      pipeline: { run: "4711", commit: "abc", ref: "refs/heads/main", verified: true, approved: true },
      cause: { kind: "unknown" },
    });
    expect(change.cause?.evidence[1]).toEqual({
      ref: "4711",
      says: "pipeline run `4711` was let make this change",
    });
  });

  it.each<[string, Partial<CorrelateOptions>]>([
    ["a run that was let make another change", { runs: [run({ changeDigests: ["0"] })] }],
    ["no run at all, only a configured identity", { pipelineIdentities: [ROLE] }],
    ["an identity by glob", { pipelineIdentities: ["arn:aws:*:role/change-*"] }],
    [
      "an identity with a path",
      { pipelineIdentities: ["arn:aws:iam::111122223333:role/ci/change-pipeline"] },
    ],
  ])("its role with %s is a bypass", (_note, over) => {
    const change = told([event], aChange(), over);
    expect(change).toMatchObject({
      actor: { kind: "pipeline" },
      pipeline: null,
      cause: { kind: "bypassed_pipeline" },
    });
  });

  it("a person with the pipeline's digest but another identity made it by hand", () => {
    expect(told([anEvent()], aChange(), { runs: [run()] })).toMatchObject({
      actor: { kind: "human" },
      pipeline: null,
    });
  });
});

it("leaves planned changes and unapplied commits as they are", () => {
  const planned = aChange({ ...OPENED, origin: "planned" });
  const unapplied = aChange({ ...OPENED, causeHint: "unapplied_commit" });
  expect(correlate([planned, unapplied], { events: [anEvent()], runs: [], now: NOW })).toEqual([
    planned,
    unapplied,
  ]);
});
