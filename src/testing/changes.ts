import type {
  Actor,
  Change,
  Environment,
  PropertyChange,
  RedactedChange,
  ResourceRef,
  RiskAssessment,
} from "../domain/index.ts";

/** Moment at which the builders' reports are made: a scan three weeks after the open port. */
export const REPORT_TIME = "2026-11-24T09:30:00.000Z";

/** Moment at which the port was opened. */
export const CHANGE_TIME = "2026-11-03T02:07:41.000Z";

export function aResource(over: Partial<ResourceRef> = {}): ResourceRef {
  return {
    provider: "aws",
    account: "111122223333",
    region: "eu-central-1",
    type: "aws_security_group",
    id: "sg-0a1b2c3d4e5f60718",
    address: "module.edge.aws_security_group.bastion",
    name: "bastion",
    module: "module.edge",
    ...over,
  };
}

export function anActor(over: Partial<Actor> = {}): Actor {
  return {
    kind: "human",
    principal: "arn:aws:sts::111122223333:assumed-role/ops/dana@example.com",
    person: "dana@example.com",
    personRule: "session_name",
    groups: [],
    sourceIp: "198.51.100.23",
    userAgent: "Mozilla/5.0",
    session: "AROAEXAMPLE:dana@example.com",
    ...over,
  };
}

export function aPropertyChange(over: Partial<PropertyChange> = {}): PropertyChange {
  return {
    path: ["ingress", 1],
    before: null,
    after: { cidr_blocks: ["0.0.0.0/0"], from_port: 22, protocol: "tcp", to_port: 22 },
    sensitive: false,
    unknown: false,
    ...over,
  };
}

/** An observed change: SSH opened to the world from the console. */
export function aChange(over: Partial<Change> = {}): Change {
  const rule = { cidr_blocks: ["10.0.0.0/8"], from_port: 443, protocol: "tcp", to_port: 443 };
  const opened = { cidr_blocks: ["0.0.0.0/0"], from_port: 22, protocol: "tcp", to_port: 22 };
  return {
    id: "5b1e0c6f9a3d",
    digest: "5b1e0c6f9a3d72e84415c0d2be9f60a71c3e8d94a2f5b6071d8e9fa0b1c2d3e4",
    origin: "observed",
    action: "update",
    resource: aResource(),
    tags: { team: "edge" },
    before: { name: "bastion", ingress: [rule], tags: { team: "edge" } },
    after: { name: "bastion", ingress: [rule, opened], tags: { team: "edge" } },
    properties: [aPropertyChange()],
    sensitive: [],
    unknown: [],
    actor: anActor(),
    channel: "console",
    pipeline: null,
    time: CHANGE_TIME,
    drift: "managed",
    relevant: false,
    cause: {
      kind: "bypassed_pipeline",
      confidence: "high",
      evidence: [
        {
          ref: "8f6c2c1e-4a55-4f0b-9a3e-2f6f3c1d0b7a",
          says: "AuthorizeSecurityGroupIngress by dana@example.com",
        },
      ],
    },
    noise: [],
    planIndex: 0,
    ...over,
  };
}

export function aRedactedChange(over: Partial<Change> = {}): RedactedChange {
  return { ...aChange(over), redacted: true };
}

/** The same change, planned: before it happens, by nobody yet. */
export function aPlannedChange(over: Partial<Change> = {}): RedactedChange {
  return aRedactedChange({
    origin: "planned",
    actor: anActor({
      kind: "unknown",
      principal: null,
      person: null,
      personRule: null,
      sourceIp: null,
      userAgent: null,
      session: null,
    }),
    channel: "iac",
    time: null,
    drift: null,
    cause: null,
    ...over,
  });
}

export function aRisk(over: Partial<RiskAssessment> = {}): RiskAssessment {
  return {
    class: "critical",
    rules: [
      {
        rule: "aws/security-group/ingress",
        class: "high",
        path: ["ingress", 1],
        reason: "network access to the resource changes",
      },
      {
        rule: "modifier/public-cidr",
        class: "critical",
        path: ["ingress", 1, "cidr_blocks", 0],
        reason: "`0.0.0.0/0` lets in the whole internet",
      },
    ],
    properties: { "ingress[1]": "critical" },
    unknownType: false,
    ...over,
  };
}

export function anEnvironment(over: Partial<Environment> = {}): Environment {
  return { workspace: "prod-edge", labels: { env: "prod" }, account: "111122223333", ...over };
}
