import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { Json } from "../../../base/index.ts";
import { loadPolicySet } from "../load-set.ts";
import { isSuspended, type Judgement } from "../policy-engine.ts";
import type { PolicySet } from "../policy-set.ts";
import { readPolicyFolder } from "../read-folder.ts";

// Both languages ship the same five rules: whatever a change looks like, they must agree on it.

const BOUNDS = { now: 0, monotonic: () => 0, timeoutMs: 5_000 };
const RUNS = { numRuns: 400 };

async function load(folder: string): Promise<PolicySet> {
  const files = await readPolicyFolder(folder);
  if (!files.ok) throw new Error(files.error.message);
  const set = await loadPolicySet(folder, folder, files.value);
  if (!set.ok) throw new Error(JSON.stringify(set.error));
  return set.value;
}

function judged(set: PolicySet, name: string, document: Json): Judgement {
  const policy = set.policies.find((candidate) => candidate.name === name);
  if (policy === undefined) throw new Error(`the set ${set.name} has no policy ${name}`);
  const outcome = set.compiled.judge(policy, document, BOUNDS, new Map());
  if (isSuspended(outcome)) throw new Error(`${name} asks its host`);
  return outcome;
}

/** An object in which each attribute may be missing, null or one of its values. */
function attributes(values: Readonly<Record<string, fc.Arbitrary<Json>>>): fc.Arbitrary<Json> {
  const model = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, fc.option(value, { freq: 8 })]),
  );
  return fc.record(model, { requiredKeys: [] }) as fc.Arbitrary<Json>;
}

function listOf(item: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  return fc.array(item, { maxLength: 3 });
}

function among(...values: readonly Json[]): fc.Arbitrary<Json> {
  return fc.constantFrom(...values);
}

const address = among(
  ...[
    "0.0.0.0/0",
    "10.0.0.0/8",
    "128.0.0.0/1",
    "1.2.3.4/32",
    "::/0",
    "2000::/3",
    "fc00::/7",
    "2001:db8::/32",
    "any",
    "*",
    "",
  ],
);
const port = among(0, 21, 22, 23, 3388, 3389, 3390, 65_535, -1);
const protocol = among("tcp", "TCP", "udp", "icmp", "-1", "all", "6", 6, -1);
const ports = { from_port: port, to_port: port };
const cidrs = { cidr_blocks: listOf(address), ipv6_cidr_blocks: listOf(address) };

const principal = among(
  "*",
  "arn:aws:iam::1:root",
  { AWS: "*" },
  { AWS: ["arn:aws:iam::1:root", "*"] },
  { Service: "ec2.amazonaws.com" },
  ["*"],
);
const action = among("*", "*:*", "iam:*", "s3:Get*", "s3:GetObject", "s3:?", "**", "i*m:Get", "logs:*");
const statement = fc.record(
  {
    Effect: among("Allow", "Deny"),
    Principal: principal,
    Action: fc.oneof(action, listOf(action)),
    NotAction: fc.oneof(action, listOf(action)),
    Condition: among({}, { Bool: { "aws:SecureTransport": "true" } }),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Json>;
const structure = fc.record({ Statement: fc.oneof(listOf(statement), statement) }, { requiredKeys: [] });
const document = fc.oneof(
  { weight: 6, arbitrary: structure.map((value): Json => JSON.stringify(value)) },
  { weight: 2, arbitrary: structure as fc.Arbitrary<Json> },
  { weight: 1, arbitrary: among("broken {", "", "[]", "7") },
);

const group = among(
  "http://acs.amazonaws.com/groups/global/AllUsers",
  "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
  "http://acs.amazonaws.com/groups/s3/LogDelivery",
);
const uri = attributes({ uri: group });
const flag = fc.boolean() as fc.Arbitrary<Json>;
const arn = among("arn:aws:iam::aws:policy/AdministratorAccess", "arn:aws:iam::aws:policy/ReadOnlyAccess");

interface Twin {
  readonly name: string;
  readonly types: readonly string[];
  readonly after: fc.Arbitrary<Json>;
}

const TWINS: readonly Twin[] = [
  {
    name: "open-admin-ports-aws",
    types: [
      "aws_security_group",
      "aws_default_security_group",
      "aws_security_group_rule",
      "aws_vpc_security_group_ingress_rule",
      "aws_instance",
    ],
    after: attributes({
      type: among("ingress", "egress"),
      ingress: listOf(
        fc.record({
          protocol,
          ...ports,
          cidr_blocks: listOf(address),
          ipv6_cidr_blocks: listOf(address),
        }) as fc.Arbitrary<Json>,
      ),
      protocol,
      ip_protocol: protocol,
      ...cidrs,
      cidr_ipv4: address,
      cidr_ipv6: address,
    }).chain((rest) => fc.record(ports).map((range) => ({ ...(rest as object), ...range }) as Json)),
  },
  {
    name: "public-bucket",
    types: [
      "aws_s3_bucket",
      "aws_s3_bucket_acl",
      "aws_s3_object",
      "aws_s3_bucket_policy",
      "aws_s3_access_point",
      "aws_s3_bucket_public_access_block",
      "aws_s3_account_public_access_block",
    ],
    after: attributes({
      acl: among("private", "public-read", "public-read-write", "authenticated-read", "log-delivery-write"),
      grant: listOf(uri),
      access_control_policy: listOf(attributes({ grant: listOf(attributes({ grantee: listOf(uri) })) })),
      policy: document,
      block_public_acls: flag,
      restrict_public_buckets: flag,
    }),
  },
  {
    name: "iam-wildcard",
    types: [
      "aws_iam_policy",
      "aws_iam_role",
      "aws_iam_role_policy",
      "aws_iam_user_policy_attachment",
      "aws_ssoadmin_permission_set_inline_policy",
    ],
    after: fc.oneof(
      attributes({
        policy: document,
        assume_role_policy: document,
        policy_arn: arn,
        managed_policy_arn: arn,
        managed_policy_arns: listOf(arn),
      }),
      attributes({ inline_policy: document }),
      attributes({ inline_policy: listOf(attributes({ policy: document })) }),
    ),
  },
  {
    name: "public-database-aws",
    types: [
      "aws_db_instance",
      "aws_msk_cluster",
      "aws_opensearch_domain",
      "aws_dynamodb_resource_policy",
      "aws_db_snapshot",
      "aws_db_cluster_snapshot",
    ],
    after: attributes({
      publicly_accessible: flag,
      broker_node_group_info: listOf(
        attributes({
          connectivity_info: listOf(
            attributes({
              public_access: listOf(attributes({ type: among("SERVICE_PROVIDED_EIPS", "DISABLED") })),
            }),
          ),
        }),
      ),
      access_policies: document,
      policy: document,
      shared_accounts: listOf(among("all", "123456789012")),
    }),
  },
  {
    name: "encryption-off",
    types: [
      "aws_db_instance",
      "aws_ebs_volume",
      "aws_instance",
      "aws_launch_template",
      "aws_opensearch_domain",
      "aws_msk_cluster",
      "aws_s3_bucket",
      "azurerm_storage_account",
      "aws_sns_topic",
    ],
    after: attributes({
      storage_encrypted: flag,
      encrypted: flag,
      root_block_device: listOf(attributes({ encrypted: flag })),
      ebs_block_device: listOf(attributes({ encrypted: flag })),
      block_device_mappings: listOf(attributes({ ebs: listOf(attributes({ encrypted: flag })) })),
      encrypt_at_rest: listOf(attributes({ enabled: flag })),
      encryption_info: listOf(
        attributes({
          encryption_in_transit: listOf(attributes({ client_broker: among("TLS", "PLAINTEXT") })),
        }),
      ),
      server_side_encryption_configuration: listOf(attributes({ rule: listOf(among({})) })),
      https_traffic_only_enabled: flag,
      min_tls_version: among("TLS1_0", "TLS1_2"),
    }),
  },
];

describe("the starter rules in both languages", () => {
  let rego: PolicySet;
  let sentinel: PolicySet;
  beforeAll(async () => {
    rego = await load("policies");
    sentinel = await load("policies/sentinel");
  });

  it("are the same five", () => {
    expect(sentinel.policies.map((policy) => policy.name)).toEqual(TWINS.map((twin) => twin.name));
  });

  it.each(TWINS)("$name: both say the same of any change", ({ name, types, after }) => {
    const verdicts = new Map<boolean, number>();
    const pipeline = fc.option(fc.record({ approved: fc.boolean() }));
    fc.assert(
      fc.property(fc.constantFrom(...types), after, after, pipeline, (type, now, before, run) => {
        const change: Json = {
          change: { action: "update", resource: { type, address: `${type}.x` }, before, after: now },
          pipeline: run,
        };
        const [first, second] = [judged(rego, name, change), judged(sentinel, name, change)];
        expect(first.error).toBeNull();
        expect(second.error).toBeNull();
        const denied = first.deny.length > 0;
        verdicts.set(denied, (verdicts.get(denied) ?? 0) + 1);
        expect(second.deny.length > 0).toBe(denied);
      }),
      RUNS,
    );
    // A generator that only ever meets one verdict shows nothing.
    expect(verdicts.get(true) ?? 0).toBeGreaterThan(RUNS.numRuns / 20);
    expect(verdicts.get(false) ?? 0).toBeGreaterThan(RUNS.numRuns / 20);
  });
});
