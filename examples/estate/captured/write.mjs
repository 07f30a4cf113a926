// Writes the captures of this folder: `node examples/estate/captured/write.mjs`. With `--check` it writes nothing and
// exits with 1 when a file is not what it would write.
// No AWS account was used. Documents have the form of `tofu show -json` (format 1.2) and of delivered CloudTrail files,
// with the attributes that provider aws 6 gives; the company, its people and its account are made up.
// Values that begin with `canary-` are this estate's secrets: nothing that Trueup prints or stores may hold one.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const ACCOUNT = "444455556666";
const REGION = "eu-central-1";
const AWS = "registry.opentofu.org/hashicorp/aws";
const KUBERNETES = "registry.opentofu.org/hashicorp/kubernetes";
const arn = (service, rest, region = REGION) => `arn:aws:${service}:${region}:${ACCOUNT}:${rest}`;
const json = (value) => JSON.stringify(value);

// ------------------------------------------------------------------------------------------------ what the code declares

const OFFICE = "198.51.100.0/24";
const PASSWORD = "canary-ledger-master-5f0c91d7";
const TOKEN = "canary-card-vault-77a1e3b2";
const ROTATED = "canary-card-vault-rotated-c90d";

const VPC = "vpc-0c4b5a6978e3d2f10";
const BASTION = "sg-0b1e9d4f7a2c36588";
const API = "sg-0a7f3c5d9e1b24680";
const SFTP = "sg-0d2c4b6a8e0f13579";

const withDefaults = (tags) => ({ ...tags, environment: "prod", "managed-by": "tofu" });
const tagged = (tags) => ({ tags, tags_all: withDefaults(tags) });

function rule(fields) {
  return {
    cidr_blocks: [],
    description: "",
    from_port: 0,
    ipv6_cidr_blocks: [],
    prefix_list_ids: [],
    protocol: "tcp",
    security_groups: [],
    self: false,
    to_port: 0,
    ...fields,
  };
}

function securityGroup(id, name, description, tags, ingress, egress = []) {
  return {
    arn: arn("ec2", `security-group/${id}`),
    description,
    egress,
    id,
    ingress,
    name,
    name_prefix: "",
    owner_id: ACCOUNT,
    region: REGION,
    revoke_rules_on_delete: false,
    ...tagged({ Name: name, ...tags }),
    timeouts: null,
    vpc_id: VPC,
  };
}

const port = (n, cidr, description) => rule({ cidr_blocks: [cidr], description, from_port: n, to_port: n });

const platform = { owner: "team-platform", "cost-center": "cc-4000" };
const ledger = { owner: "team-ledger", "cost-center": "cc-4200" };
const payments = { owner: "team-payments", "cost-center": "cc-4100" };
const settlement = { owner: "team-settlement", "cost-center": "cc-4300" };
const security = { owner: "team-security", "cost-center": "cc-4000" };

const bastion = securityGroup(
  BASTION,
  "bastion",
  "Operators' way in",
  platform,
  [port(22, OFFICE, "SSH from office and VPN")],
  [rule({ cidr_blocks: ["10.20.0.0/16"], description: "Into the network", protocol: "-1" })],
);

const parameter = (name, value) => ({ apply_method: "immediate", name, value });

const tlsOnly = {
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "TlsOnly",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: ["arn:aws:s3:::payments-example-statements", "arn:aws:s3:::payments-example-statements/*"],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ],
};

const database = {
  address: "ledger.c9q2x7example.eu-central-1.rds.amazonaws.com",
  allocated_storage: 500,
  allow_major_version_upgrade: null,
  apply_immediately: false,
  arn: arn("rds", "db:ledger"),
  auto_minor_version_upgrade: true,
  availability_zone: "eu-central-1a",
  backup_retention_period: 35,
  backup_window: "01:10-01:40",
  ca_cert_identifier: "rds-ca-rsa2048-g1",
  copy_tags_to_snapshot: true,
  db_name: "ledger",
  db_subnet_group_name: "payments-prod",
  deletion_protection: true,
  enabled_cloudwatch_logs_exports: ["postgresql"],
  endpoint: "ledger.c9q2x7example.eu-central-1.rds.amazonaws.com:5432",
  engine: "postgres",
  engine_version: "17.5",
  iam_database_authentication_enabled: true,
  id: "db-QXZ7LEDGEREXAMPLE3T5",
  identifier: "ledger",
  instance_class: "db.r7g.large",
  iops: 12000,
  kms_key_id: arn("kms", "key/6e1f5a3c-2b7d-4c8e-9f10-a1b2c3d4e5f6"),
  maintenance_window: "sun:02:30-sun:03:00",
  max_allocated_storage: 1000,
  monitoring_interval: 60,
  multi_az: true,
  parameter_group_name: "ledger-postgres17",
  password: PASSWORD,
  performance_insights_enabled: true,
  port: 5432,
  publicly_accessible: false,
  region: REGION,
  skip_final_snapshot: false,
  status: "available",
  storage_encrypted: true,
  storage_type: "gp3",
  ...tagged(ledger),
  timeouts: null,
  username: "ledger",
  vpc_security_group_ids: [API],
};

const bucket = {
  acl: null,
  arn: "arn:aws:s3:::payments-example-statements",
  bucket: "payments-example-statements",
  bucket_domain_name: "payments-example-statements.s3.amazonaws.com",
  bucket_region: REGION,
  force_destroy: false,
  grant: [],
  hosted_zone_id: "Z21DNDUVLTQW6Q",
  id: "payments-example-statements",
  logging: [],
  object_lock_enabled: true,
  region: REGION,
  server_side_encryption_configuration: [
    {
      rule: [
        {
          apply_server_side_encryption_by_default: [{ kms_master_key_id: "", sse_algorithm: "AES256" }],
          bucket_key_enabled: false,
        },
      ],
    },
  ],
  ...tagged(ledger),
  timeouts: null,
  versioning: [{ enabled: true, mfa_delete: false }],
  website: [],
};

function metadata(name, namespace, labels, version, uid) {
  return [
    {
      annotations: {},
      generate_name: "",
      generation: version > 900 ? 2 : 1,
      labels,
      name,
      namespace,
      resource_version: String(version),
      self_link: "",
      uid,
    },
  ];
}

function networkPolicy(cidr, version) {
  return {
    id: "ledger/ledger-db",
    metadata: metadata(
      "ledger-db",
      "ledger",
      { owner: "team-ledger" },
      version,
      "0d3ad0c5-8f2e-4b61-9a7c-51e7f6d2b904",
    ),
    spec: [
      {
        egress: [],
        ingress: [
          {
            from: [{ ip_block: [{ cidr, except: [] }], namespace_selector: [], pod_selector: [] }],
            ports: [{ end_port: null, port: "5432", protocol: "TCP" }],
          },
        ],
        pod_selector: [{ match_expressions: [], match_labels: { app: "ledger-db" } }],
        policy_types: ["Ingress"],
      },
    ],
  };
}

const secret = (token, version) => ({
  binary_data: null,
  binary_data_wo: null,
  binary_data_wo_revision: null,
  data: { token },
  data_wo: null,
  data_wo_revision: null,
  id: "payments/card-vault",
  immutable: false,
  metadata: metadata(
    "card-vault",
    "payments",
    { owner: "team-payments" },
    version,
    "b7c1d2e3-4f50-4a6b-8c7d-9e0f1a2b3c4d",
  ),
  timeouts: null,
  type: "Opaque",
  wait_for_service_account_token: true,
});

const service = (count) => ({
  arn: arn("ecs", "service/payments/payments-api"),
  cluster: arn("ecs", "cluster/payments"),
  deployment_maximum_percent: 200,
  deployment_minimum_healthy_percent: 100,
  desired_count: count,
  enable_execute_command: false,
  health_check_grace_period_seconds: 30,
  id: arn("ecs", "service/payments/payments-api"),
  launch_type: "FARGATE",
  name: "payments-api",
  network_configuration: [
    {
      assign_public_ip: false,
      security_groups: [API],
      subnets: ["subnet-0a1b2c3d4e5f60718", "subnet-0b2c3d4e5f6071829"],
    },
  ],
  platform_version: "LATEST",
  region: REGION,
  scheduling_strategy: "REPLICA",
  ...tagged(payments),
  task_definition: "payments-api:118",
  timeouts: null,
});

/** The estate as code and state declare it, by address. */
const DECLARED = {
  "aws_cloudtrail.organisation": {
    arn: arn("cloudtrail", "trail/organisation"),
    cloud_watch_logs_group_arn: "",
    enable_log_file_validation: true,
    enable_logging: true,
    event_selector: [],
    home_region: REGION,
    id: arn("cloudtrail", "trail/organisation"),
    include_global_service_events: true,
    is_multi_region_trail: true,
    is_organization_trail: true,
    kms_key_id: "",
    name: "organisation",
    region: REGION,
    s3_bucket_name: "payments-example-audit",
    ...tagged(security),
  },
  "aws_db_instance.ledger": database,
  "aws_db_parameter_group.ledger": {
    arn: arn("rds", "pg:ledger-postgres17"),
    description: "Ledger database",
    family: "postgres17",
    id: "ledger-postgres17",
    name: "ledger-postgres17",
    name_prefix: "",
    parameter: [parameter("rds.force_ssl", "1"), parameter("work_mem", "16384")],
    region: REGION,
    skip_destroy: false,
    ...tagged(ledger),
  },
  "aws_ecs_service.api": service(4),
  "aws_iam_role.api_task": {
    arn: arn("iam", "role/payments-api-task", ""),
    assume_role_policy: json({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "ecs-tasks.amazonaws.com" } },
      ],
    }),
    description: "",
    force_detach_policies: false,
    id: "payments-api-task",
    max_session_duration: 3600,
    name: "payments-api-task",
    name_prefix: "",
    path: "/",
    permissions_boundary: "",
    ...tagged(payments),
    unique_id: "AROAWEXAMPLETASKROLE1",
  },
  "aws_iam_role_policy.api_task": {
    id: "payments-api-task:statements",
    name: "statements",
    name_prefix: "",
    policy: json({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: ["s3:GetObject", "s3:PutObject"],
          Resource: "arn:aws:s3:::payments-example-statements/*",
        },
      ],
    }),
    role: "payments-api-task",
  },
  "aws_kms_key.ledger": {
    arn: arn("kms", "key/6e1f5a3c-2b7d-4c8e-9f10-a1b2c3d4e5f6"),
    customer_master_key_spec: "SYMMETRIC_DEFAULT",
    deletion_window_in_days: 30,
    description: "Ledger at rest",
    enable_key_rotation: true,
    id: "6e1f5a3c-2b7d-4c8e-9f10-a1b2c3d4e5f6",
    is_enabled: true,
    key_id: "6e1f5a3c-2b7d-4c8e-9f10-a1b2c3d4e5f6",
    key_usage: "ENCRYPT_DECRYPT",
    multi_region: false,
    region: REGION,
    rotation_period_in_days: 365,
    ...tagged(ledger),
    timeouts: null,
  },
  "aws_s3_bucket.statements": bucket,
  "aws_s3_bucket_policy.statements": {
    bucket: "payments-example-statements",
    id: "payments-example-statements",
    policy: json(tlsOnly),
    region: REGION,
  },
  "aws_s3_bucket_public_access_block.statements": {
    block_public_acls: true,
    block_public_policy: true,
    bucket: "payments-example-statements",
    id: "payments-example-statements",
    ignore_public_acls: true,
    region: REGION,
    restrict_public_buckets: true,
    skip_destroy: null,
  },
  "aws_security_group.api": securityGroup(API, "payments-api", "Customers' way in", payments, [
    port(443, "0.0.0.0/0", "HTTPS"),
  ]),
  "aws_security_group.bastion": bastion,
  "aws_security_group.partner_sftp": securityGroup(
    SFTP,
    "partner-sftp",
    "Partner bank's way in",
    settlement,
    [port(22, "192.0.2.16/28", "SFTP from the partner bank")],
  ),
  "aws_vpc.main": {
    arn: arn("ec2", `vpc/${VPC}`),
    cidr_block: "10.20.0.0/16",
    default_network_acl_id: "acl-0e7d6c5b4a3928170",
    default_route_table_id: "rtb-01f2e3d4c5b6a7980",
    default_security_group_id: "sg-00112233445566778",
    enable_dns_hostnames: true,
    enable_dns_support: true,
    id: VPC,
    instance_tenancy: "default",
    main_route_table_id: "rtb-01f2e3d4c5b6a7980",
    owner_id: ACCOUNT,
    region: REGION,
    ...tagged({ Name: "payments-prod", ...platform }),
  },
  "kubernetes_network_policy.ledger_db": networkPolicy("10.20.64.0/20", 412),
  "kubernetes_secret.card_vault": secret(TOKEN, 418),
};

/** Attributes that the providers mark as secrets. */
const SECRET_ATTRIBUTES = {
  aws_db_instance: ["password"],
  kubernetes_secret: ["data", "binary_data", "data_wo", "binary_data_wo"],
};

// ------------------------------------------------------------------------------------- what was there on 21 November

const declared = (address) => structuredClone(DECLARED[address]);
const drifted = (address, change) => {
  const after = declared(address);
  change(after);
  return { address, before: declared(address), after };
};

const DRIFT = [
  drifted("aws_db_parameter_group.ledger", (group) => {
    group.parameter[1].value = "65536";
  }),
  drifted("aws_ecs_service.api", (it) => {
    it.desired_count = 9;
  }),
  drifted("aws_s3_bucket.statements", (it) => {
    it.tags["cost-allocation"] = "fy26-q4";
    it.tags_all["cost-allocation"] = "fy26-q4";
  }),
  // The platform gives the same policy back with its keys in another order: no drift.
  drifted("aws_s3_bucket_policy.statements", (it) => {
    const { Sid, Effect, Principal, Action, Resource, Condition } = tlsOnly.Statement[0];
    it.policy = json({
      Statement: [{ Condition, Resource, Action, Principal, Effect, Sid }],
      Version: tlsOnly.Version,
    });
  }),
  drifted("aws_security_group.bastion", (group) => {
    group.ingress.unshift(port(22, "0.0.0.0/0", "INC-4711"));
  }),
  drifted("aws_security_group.partner_sftp", (group) => {
    group.ingress.push(port(22, "0.0.0.0/0", "SET-88 partner data centre move"));
  }),
  {
    address: "kubernetes_network_policy.ledger_db",
    before: networkPolicy("10.20.64.0/20", 412),
    after: networkPolicy("0.0.0.0/0", 977),
  },
  { address: "kubernetes_secret.card_vault", before: secret(TOKEN, 418), after: secret(ROTATED, 983) },
];

/** A commit of 20 November that nobody applied. */
const UNAPPLIED = { "aws_db_instance.ledger": { instance_class: "db.r7g.xlarge" } };
/** The code leaves this to the autoscaler. */
const IGNORED = new Set(["aws_ecs_service.api"]);

// ----------------------------------------------------------------------------------------------------- documents

const typeOf = (address) => address.split(".")[0];

function head(address) {
  const [type, name] = address.split(".");
  return {
    address,
    mode: "managed",
    type,
    name,
    provider_name: type.startsWith("kubernetes_") ? KUBERNETES : AWS,
  };
}

/** Marks as the tool writes them: `true` for a secret, the shape of blocks and maps, nothing for plain values. */
function marks(value) {
  if (Array.isArray(value))
    return value.map((item) => (typeof item === "object" && item !== null ? marks(item) : false));
  if (typeof value !== "object" || value === null) return {};
  const shape = {};
  for (const [key, item] of Object.entries(value)) {
    if (typeof item === "object" && item !== null) shape[key] = marks(item);
  }
  return shape;
}

function sensitive(address, values) {
  if (values === null) return false;
  const shape = marks(values);
  for (const name of SECRET_ATTRIBUTES[typeOf(address)] ?? []) shape[name] = true;
  return shape;
}

function change(address, actions, before, after, unknown = {}) {
  return {
    ...head(address),
    change: {
      actions,
      before,
      after,
      after_unknown: unknown,
      before_sensitive: sensitive(address, before),
      after_sensitive: sensitive(address, after),
    },
  };
}

const stateResource = (address, values) => ({
  ...head(address),
  schema_version: typeOf(address) === "aws_db_instance" ? 2 : 1,
  values,
  sensitive_values: sensitive(address, values),
});

function state(resources) {
  return {
    format_version: "1.0",
    terraform_version: "1.12.6",
    values: {
      outputs: {
        ledger_endpoint: { sensitive: false, value: database.endpoint, type: "string" },
        ledger_password: { sensitive: true, value: PASSWORD, type: "string" },
      },
      root_module: {
        resources: Object.entries(resources).map(([address, values]) => stateResource(address, values)),
      },
    },
  };
}

const constant = (value) => ({ constant_value: value });

function configuration() {
  const resource = (address, expressions) => {
    const { provider_name: _, ...rest } = head(address);
    const provider_config_key = rest.type.startsWith("kubernetes_") ? "kubernetes" : "aws";
    return { ...rest, provider_config_key, expressions, schema_version: 1 };
  };
  return {
    provider_config: {
      aws: {
        name: "aws",
        full_name: AWS,
        version_constraint: "~> 6.0",
        expressions: {
          default_tags: [{ tags: constant({ environment: "prod", "managed-by": "tofu" }) }],
          region: { references: ["var.region"] },
        },
      },
      kubernetes: {
        name: "kubernetes",
        full_name: KUBERNETES,
        version_constraint: "~> 2.38",
        expressions: {
          config_context: constant("payments-prod"),
          config_path: { references: ["var.kubeconfig"] },
        },
      },
    },
    root_module: {
      outputs: {
        ledger_endpoint: {
          expression: { references: ["aws_db_instance.ledger.endpoint", "aws_db_instance.ledger"] },
        },
        ledger_password: { sensitive: true, expression: { references: ["var.ledger_db_password"] } },
      },
      resources: Object.keys(DECLARED).map((address) => {
        if (address === "aws_db_instance.ledger") {
          return resource(address, {
            identifier: constant("ledger"),
            instance_class: constant("db.r7g.xlarge"),
            password: { references: ["var.ledger_db_password"] },
          });
        }
        if (address === "kubernetes_secret.card_vault") {
          return resource(address, { data: { references: ["var.card_vault_token"] } });
        }
        if (address.startsWith("aws_security_group.")) {
          return resource(address, { vpc_id: { references: ["aws_vpc.main.id", "aws_vpc.main"] } });
        }
        return resource(address, {});
      }),
      variables: {
        card_vault_token: { sensitive: true },
        kubeconfig: { default: "~/.kube/config" },
        ledger_db_password: { sensitive: true },
        office_cidr: { default: OFFICE, description: "The network of the office and of the VPN." },
        region: { default: REGION },
      },
    },
  };
}

function plan({ timestamp, prior, changes, drift = null, planned }) {
  return {
    format_version: "1.2",
    terraform_version: "1.12.6",
    variables: {
      card_vault_token: { value: TOKEN },
      kubeconfig: { value: "~/.kube/config" },
      ledger_db_password: { value: PASSWORD },
      office_cidr: { value: OFFICE },
      region: { value: REGION },
    },
    planned_values: {
      outputs: {
        ledger_endpoint: { sensitive: false, type: "string", value: database.endpoint },
        ledger_password: { sensitive: true, type: "string", value: PASSWORD },
      },
      root_module: {
        resources: Object.entries(planned).map(([address, values]) => stateResource(address, values)),
      },
    },
    ...(drift === null ? {} : { resource_drift: drift }),
    resource_changes: changes,
    output_changes: {
      ledger_endpoint: {
        actions: ["no-op"],
        before: database.endpoint,
        after: database.endpoint,
        after_unknown: false,
        before_sensitive: false,
        after_sensitive: false,
      },
      ledger_password: {
        actions: ["no-op"],
        before: PASSWORD,
        after: PASSWORD,
        after_unknown: false,
        before_sensitive: true,
        after_sensitive: true,
      },
    },
    prior_state: state(prior),
    configuration: configuration(),
    relevant_attributes: [
      { resource: "aws_s3_bucket.statements", attribute: ["arn"] },
      { resource: "aws_security_group.api", attribute: ["id"] },
      { resource: "aws_vpc.main", attribute: ["id"] },
    ],
    timestamp,
    applyable: true,
    complete: true,
    errored: false,
  };
}

/** A plan of what a pull request changes; `edits` make of a declared resource what it is to be, `created` are new. */
function pullRequest(timestamp, edits, created = {}) {
  const planned = {};
  const changes = Object.keys(DECLARED).map((address) => {
    const after = declared(address);
    edits[address]?.(after);
    planned[address] = after;
    return change(address, edits[address] ? ["update"] : ["no-op"], declared(address), after);
  });
  for (const [address, { values, unknown }] of Object.entries(created)) {
    planned[address] = values;
    changes.push(change(address, ["create"], null, values, unknown));
  }
  return plan({ timestamp, prior: DECLARED, changes, planned });
}

function driftPlan() {
  const observed = {
    ...DECLARED,
    ...Object.fromEntries(DRIFT.map(({ address, after }) => [address, after])),
  };
  const planned = {};
  const changes = Object.entries(observed).map(([address, before]) => {
    const after = IGNORED.has(address) ? before : { ...declared(address), ...UNAPPLIED[address] };
    planned[address] = after;
    return change(address, json(before) === json(after) ? ["no-op"] : ["update"], before, after);
  });
  return plan({
    timestamp: "2026-11-21T09:00:12Z",
    prior: observed,
    changes,
    drift: DRIFT.map(({ address, before, after }) => change(address, ["update"], before, after)),
    planned,
  });
}

const planBad = pullRequest("2026-10-20T08:14:03Z", {
  "aws_security_group.bastion": (group) => {
    group.ingress.push(port(22, "0.0.0.0/0", "SSH for the new support partner"));
  },
  "aws_db_instance.ledger": (it) => {
    it.publicly_accessible = true;
  },
  "aws_iam_role_policy.api_task": (it) => {
    it.policy = json({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }],
    });
  },
});

const planGood = pullRequest(
  "2026-10-21T10:02:47Z",
  {
    "aws_ecs_service.api": (it) => {
      it.health_check_grace_period_seconds = 60;
      it.tags.service = it.tags_all.service = "payments-api";
    },
    "aws_security_group.bastion": (group) => {
      group.ingress.push(port(22, "198.51.101.0/24", "SSH from the second office"));
    },
  },
  {
    "aws_cloudwatch_metric_alarm.api_errors": {
      values: {
        alarm_actions: [arn("sns", "on-call")],
        alarm_description: "Too many payments fail",
        alarm_name: "payments-api-errors",
        comparison_operator: "GreaterThanThreshold",
        evaluation_periods: 3,
        metric_name: "HTTPCode_Target_5XX_Count",
        namespace: "AWS/ApplicationELB",
        period: 60,
        region: REGION,
        statistic: "Sum",
        ...tagged(payments),
        threshold: 20,
      },
      unknown: { alarm_actions: [false], arn: true, id: true, tags: {}, tags_all: {} },
    },
  },
);

// ------------------------------------------------------------------------------------------------------ CloudTrail

/** Random-looking and the same in every run. */
function uuid(seed) {
  const hex = createHash("sha256").update(seed).digest("hex");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `9${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}

/** A session of IAM Identity Center: a permission set's role, named after the person. */
function person(mail, set, id, fromConsole, sourceIPAddress, userAgent) {
  const role = `AWSReservedSSO_${set}_${id}`;
  return {
    userIdentity: {
      type: "AssumedRole",
      principalId: `AROAWEXAMPLE${id.toUpperCase()}:${mail}`,
      arn: arn("sts", `assumed-role/${role}/${mail}`, ""),
      accountId: ACCOUNT,
      accessKeyId: `ASIAWEXAMPLE${id.toUpperCase().slice(0, 8)}`,
      sessionContext: {
        sessionIssuer: {
          type: "Role",
          principalId: `AROAWEXAMPLE${id.toUpperCase()}`,
          arn: arn("iam", `role/aws-reserved/sso.amazonaws.com/${REGION}/${role}`, ""),
          accountId: ACCOUNT,
          userName: role,
        },
        attributes: { creationDate: "2026-10-31T02:08:55Z", mfaAuthenticated: "true" },
      },
    },
    sourceIPAddress,
    userAgent,
    ...(fromConsole ? { sessionCredentialFromConsole: "true" } : {}),
  };
}

const mira = person(
  "mira@payments.example",
  "Operator",
  "5b7e21c09d4fa863",
  true,
  "203.0.113.44",
  "AWS Internal",
);
const anna = person(
  "anna@payments.example",
  "Finance",
  "0a9c4417e2b36d58",
  true,
  "198.51.100.61",
  "AWS Internal",
);
const jonas = person(
  "jonas@payments.example",
  "Settlement",
  "c31f08a6b7d2e594",
  false,
  "198.51.100.20",
  "aws-cli/2.31.4 md/awscrt#0.27.6 ua/2.1 os/linux#6.8 md/arch#x86_64 lang/python#3.13.7 cfg/retry-mode#standard md/command#ec2.authorize-security-group-ingress",
);

const pipeline = {
  userIdentity: {
    type: "AssumedRole",
    principalId: "AROAWEXAMPLEDEPLOY01:run-2188",
    arn: arn("sts", "assumed-role/payments-deploy/run-2188", ""),
    accountId: ACCOUNT,
    accessKeyId: "ASIAWEXAMPLEDEPLOY01",
    sessionContext: {
      sessionIssuer: {
        type: "Role",
        principalId: "AROAWEXAMPLEDEPLOY01",
        arn: arn("iam", "role/payments-deploy", ""),
        accountId: ACCOUNT,
        userName: "payments-deploy",
      },
      webIdFederationData: {
        federatedProvider: arn("iam", "oidc-provider/git.payments.example", ""),
        attributes: {},
      },
      attributes: { creationDate: "2026-10-06T09:11:40Z", mfaAuthenticated: "false" },
    },
  },
  sourceIPAddress: "198.51.100.7",
  userAgent:
    "APN/1.0 HashiCorp/1.0 Terraform/1.12.6 (+https://www.terraform.io) terraform-provider-aws/6.18.0 (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.39.2 os/linux lang/go#1.24.8",
};

const autoscaling = {
  userIdentity: {
    type: "AssumedRole",
    principalId: "AROAWEXAMPLESCALING1:AutoScaling-UpdateDesiredCapacity",
    arn: arn(
      "sts",
      "assumed-role/AWSServiceRoleForApplicationAutoScaling_ECSService/AutoScaling-UpdateDesiredCapacity",
      "",
    ),
    accountId: ACCOUNT,
    sessionContext: {
      sessionIssuer: {
        type: "Role",
        principalId: "AROAWEXAMPLESCALING1",
        arn: arn(
          "iam",
          "role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService",
          "",
        ),
        accountId: ACCOUNT,
        userName: "AWSServiceRoleForApplicationAutoScaling_ECSService",
      },
      attributes: { creationDate: "2026-11-20T17:58:01Z", mfaAuthenticated: "false" },
    },
    invokedBy: "ecs.application-autoscaling.amazonaws.com",
  },
  sourceIPAddress: "ecs.application-autoscaling.amazonaws.com",
  userAgent: "ecs.application-autoscaling.amazonaws.com",
};

function event(eventTime, eventSource, eventName, who, requestParameters, responseElements, extra = {}) {
  const { userIdentity, sourceIPAddress, userAgent, sessionCredentialFromConsole } = who;
  return {
    eventVersion: "1.11",
    userIdentity,
    eventTime,
    eventSource,
    eventName,
    awsRegion: REGION,
    sourceIPAddress,
    userAgent,
    requestParameters,
    responseElements,
    requestID: uuid(`request ${eventTime} ${eventName}`),
    eventID: uuid(`event ${eventTime} ${eventName}`),
    readOnly: false,
    eventType: "AwsApiCall",
    managementEvent: true,
    recipientAccountId: ACCOUNT,
    eventCategory: "Management",
    ...(sessionCredentialFromConsole === undefined ? {} : { sessionCredentialFromConsole }),
    ...extra,
  };
}

function opensPort(time, who, groupId, ruleId, cidrIp, description) {
  const request = {
    groupId,
    ipPermissions: {
      items: [
        {
          ipProtocol: "tcp",
          fromPort: 22,
          toPort: 22,
          groups: {},
          ipRanges: { items: [{ cidrIp, description }] },
          ipv6Ranges: {},
          prefixListIds: {},
        },
      ],
    },
  };
  const response = {
    requestId: uuid(`request ${time} AuthorizeSecurityGroupIngress`),
    _return: true,
    securityGroupRuleSet: {
      items: [
        {
          groupOwnerId: ACCOUNT,
          groupId,
          securityGroupRuleId: ruleId,
          description,
          isEgress: false,
          ipProtocol: "tcp",
          fromPort: 22,
          toPort: 22,
          cidrIpv4: cidrIp,
          securityGroupRuleArn: arn("ec2", `security-group-rule/${ruleId}`),
        },
      ],
    },
  };
  return event(time, "ec2.amazonaws.com", "AuthorizeSecurityGroupIngress", who, request, response);
}

const scales = (time, desiredCount) =>
  event(
    time,
    "ecs.amazonaws.com",
    "UpdateService",
    autoscaling,
    {
      cluster: "arn:aws:ecs:eu-central-1:444455556666:cluster/payments",
      desiredCount,
      service: "arn:aws:ecs:eu-central-1:444455556666:service/payments/payments-api",
    },
    {
      service: {
        serviceArn: arn("ecs", "service/payments/payments-api"),
        serviceName: "payments-api",
        desiredCount,
      },
    },
  );

const EVENTS = [
  opensPort(
    "2026-10-06T09:12:31Z",
    pipeline,
    BASTION,
    "sgr-0aa11bb22cc33dd44",
    OFFICE,
    "SSH from office and VPN",
  ),
  event(
    "2026-10-31T02:09:02Z",
    "signin.amazonaws.com",
    "ConsoleLogin",
    mira,
    null,
    { ConsoleLogin: "Success" },
    { eventType: "AwsConsoleSignIn", additionalEventData: { MobileVersion: "No", MFAUsed: "Yes" } },
  ),
  event(
    "2026-10-31T02:11:40Z",
    "ec2.amazonaws.com",
    "DescribeSecurityGroups",
    mira,
    { securityGroupSet: { items: [{ groupId: BASTION }] }, filterSet: {} },
    null,
    { readOnly: true },
  ),
  opensPort("2026-10-31T02:13:27Z", mira, BASTION, "sgr-0f1e2d3c4b5a69788", "0.0.0.0/0", "INC-4711"),
  event(
    "2026-11-09T10:41:18Z",
    "s3.amazonaws.com",
    "PutBucketTagging",
    anna,
    {
      bucketName: "payments-example-statements",
      Host: "s3.eu-central-1.amazonaws.com",
      tagging: "",
      Tagging: {
        TagSet: {
          Tag: [
            { Key: "owner", Value: "team-ledger" },
            { Key: "cost-center", Value: "cc-4200" },
            { Key: "environment", Value: "prod" },
            { Key: "managed-by", Value: "tofu" },
            { Key: "cost-allocation", Value: "fy26-q4" },
          ],
        },
      },
    },
    null,
    {
      resources: [
        { type: "AWS::S3::Bucket", ARN: "arn:aws:s3:::payments-example-statements", accountId: ACCOUNT },
      ],
    },
  ),
  opensPort(
    "2026-11-12T13:37:05Z",
    jonas,
    SFTP,
    "sgr-0c9b8a7d6e5f41320",
    "0.0.0.0/0",
    "SET-88 partner data centre move",
  ),
  event(
    "2026-11-14T22:05:51Z",
    "cloudtrail.amazonaws.com",
    "StopLogging",
    jonas,
    { name: "organisation" },
    null,
    {
      errorCode: "AccessDenied",
      errorMessage:
        "User: arn:aws:sts::444455556666:assumed-role/AWSReservedSSO_Settlement_c31f08a6b7d2e594/jonas@payments.example is not authorized to perform: cloudtrail:StopLogging with an explicit deny in a service control policy",
    },
  ),
  scales("2026-11-20T17:58:04Z", 6),
  scales("2026-11-20T18:03:09Z", 9),
];

// ------------------------------------------------------------------------------------------------- Kubernetes audit

function auditEvent({
  time,
  id,
  user,
  groups,
  ip,
  agent,
  verb,
  group,
  resource,
  namespace,
  name,
  level = "RequestResponse",
  request,
  code = 200,
  reason,
}) {
  const prefix = group === "" ? "/api/v1" : `/apis/${group}/v1`;
  return {
    kind: "Event",
    apiVersion: "audit.k8s.io/v1",
    level,
    auditID: id,
    stage: "ResponseComplete",
    requestURI: `${prefix}/namespaces/${namespace}/${resource}/${name}?fieldManager=kubectl-patch`,
    verb,
    user: { username: user, uid: "8", groups: [...groups, "system:authenticated"] },
    sourceIPs: [ip],
    userAgent: agent,
    objectRef: { resource, namespace, name, ...(group === "" ? {} : { apiGroup: group }), apiVersion: "v1" },
    responseStatus: { metadata: {}, code },
    ...(request === undefined ? {} : { requestObject: request }),
    requestReceivedTimestamp: time,
    stageTimestamp: time.replace(/(\d{3})Z$/, "999Z"),
    annotations: {
      "authorization.k8s.io/decision": code === 403 ? "forbid" : "allow",
      "authorization.k8s.io/reason": reason,
    },
  };
}

const kubectl = "kubectl/v1.36.3 (linux/amd64) kubernetes/unknown";
const opensLedger = {
  spec: {
    ingress: [{ from: [{ ipBlock: { cidr: "0.0.0.0/0" } }], ports: [{ port: 5432, protocol: "TCP" }] }],
  },
};

const AUDIT = [
  auditEvent({
    time: "2026-10-06T09:13:20.211904Z",
    id: "1f6c2d5e-90ab-4c3d-8e7f-60718293a4b5",
    user: "ci-tofu",
    groups: ["ci"],
    ip: "10.20.0.8",
    agent: "HashiCorp/1.0 Terraform/1.12.6",
    verb: "patch",
    group: "networking.k8s.io",
    resource: "networkpolicies",
    namespace: "ledger",
    name: "ledger-db",
    request: {
      spec: {
        ingress: [
          { from: [{ ipBlock: { cidr: "10.20.64.0/20" } }], ports: [{ port: 5432, protocol: "TCP" }] },
        ],
      },
    },
    reason: 'RBAC: allowed by ClusterRoleBinding "ci-deploy" of ClusterRole "deploy" to Group "ci"',
  }),
  auditEvent({
    time: "2026-11-16T14:29:44.730218Z",
    id: "6b0e4f7d-1c2a-4958-b3d6-7e8f9a0b1c2d",
    user: "leo@payments.example",
    groups: ["interns"],
    ip: "198.51.100.20",
    agent: kubectl,
    verb: "patch",
    group: "networking.k8s.io",
    resource: "networkpolicies",
    namespace: "ledger",
    name: "ledger-db",
    request: opensLedger,
    code: 403,
    reason: "",
  }),
  auditEvent({
    time: "2026-11-16T14:52:10.084377Z",
    id: "a4d93c18-5e6f-4b70-8192-a3b4c5d6e7f8",
    user: "priya@payments.example",
    groups: ["ledger-admins"],
    ip: "198.51.100.33",
    agent: kubectl,
    verb: "patch",
    group: "networking.k8s.io",
    resource: "networkpolicies",
    namespace: "ledger",
    name: "ledger-db",
    request: opensLedger,
    reason: 'RBAC: allowed by RoleBinding "ledger-admins" of Role "admin" to Group "ledger-admins"',
  }),
  auditEvent({
    time: "2026-11-17T23:40:02.556120Z",
    id: "d2c7b6a5-9483-4726-a150-f4e3d2c1b0a9",
    user: "mira@payments.example",
    groups: ["sre"],
    ip: "203.0.113.44",
    agent: kubectl,
    verb: "patch",
    group: "",
    resource: "secrets",
    namespace: "payments",
    name: "card-vault",
    level: "Metadata",
    reason: 'RBAC: allowed by ClusterRoleBinding "sre" of ClusterRole "edit" to Group "sre"',
  }),
];

// ------------------------------------------------------------------------------------------------------------ files

const lines = (values) => values.map((value) => `${JSON.stringify(value)}\n`).join("");
const pretty = (value) => `${JSON.stringify(value, null, 1)}\n`;

const FILES = {
  "drift.json": pretty(driftPlan()),
  "plan-bad.json": pretty(planBad),
  "plan-good.json": pretty(planGood),
  "state.json": pretty(state(DECLARED)),
  "cloudtrail.json": pretty({ Records: EVENTS }),
  "kubernetes-audit.jsonl": lines(AUDIT),
};

for (const [name, text] of Object.entries(FILES)) {
  const file = join(import.meta.dirname, name);
  if (!process.argv.includes("--check")) writeFileSync(file, text);
  else if (readFileSync(file, "utf8") !== text) {
    console.error(`examples/estate/captured/${name} is not what write.mjs gives`);
    process.exitCode = 1;
  }
}
