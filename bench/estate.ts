/**
 * A made-up AWS estate, resource by resource: the same number always gives the same resource, so that each
 * section of a plan can be written on its own without holding the estate in memory. Long because it is data: sixteen kinds
 * of resource with the attributes that the provider prints.
 */

export type Attributes = Readonly<Record<string, unknown>>;

export interface EstateResource {
  readonly module: string;
  readonly type: string;
  readonly name: string;
  readonly address: string;
  readonly action: "no-op" | "create" | "update";
  readonly before: Attributes | null;
  readonly after: Attributes;
  /** Names of attributes that only the provider knows, where the resource is created. */
  readonly unknown: readonly string[];
  readonly expressions: Attributes;
}

/** How many resources a module of the estate holds. */
export const MODULE_SIZE = 25;

/** The `index`th resource. `bad` makes it one that the bench policies deny. */
export function estateResource(index: number, bad: boolean): EstateResource {
  const random = seeded(index + 1);
  const kind = KINDS[index % KINDS.length] ?? aws_security_group;
  const module = moduleOf(index);
  const name = `${pick(random, TEAMS)}_${index}`;
  const type = kind.name;
  const roll = random();
  const action = bad ? "update" : roll < 0.7 ? "no-op" : roll < 0.9 ? "update" : "create";
  const built = kind({ index, random, bad, id: hex(random, 17) });
  const values = withTags(built, {});
  const before = action === "create" ? null : action === "update" ? earlier(built) : values;
  return {
    module,
    type,
    name,
    address: `${module}.${type}.${name}`,
    action,
    before,
    after: values,
    unknown: action === "create" ? ["arn", "id", "owner_id"].filter((key) => key in values) : [],
    expressions: expressionsOf(values),
  };
}

function withTags(made: Made, more: Readonly<Record<string, string>>): Attributes {
  if (made.tags === null) return made.values;
  const tags = { ...made.tags, ...more };
  return { ...made.values, tags, tags_all: tags };
}

/** What it was before an update: another release, or another description where there are no tags. */
function earlier(made: Made): Attributes {
  return made.tags === null
    ? { ...made.values, description: "before the update" }
    : withTags(made, { release: "2026.10" });
}

export function moduleOf(index: number): string {
  return `module.stack_${Math.floor(index / MODULE_SIZE)}`;
}

interface Making {
  readonly index: number;
  readonly random: () => number;
  readonly bad: boolean;
  readonly id: string;
}

interface Made {
  readonly values: Attributes;
  /** `null` for a type that takes no tags. */
  readonly tags: Readonly<Record<string, string>> | null;
}

const REGION = "eu-central-1";
const ACCOUNT = "123456789012";
const TEAMS = ["payments", "ledger", "edge", "fraud", "onboarding", "reporting", "platform"];
const ENVIRONMENTS = ["prod", "staging", "test"];

const KINDS: readonly ((making: Making) => Made)[] = [
  aws_security_group,
  aws_instance,
  aws_s3_bucket,
  aws_iam_role,
  aws_db_instance,
  aws_iam_policy,
  aws_lambda_function,
  aws_cloudwatch_log_group,
  aws_lb_listener,
  aws_dynamodb_table,
  aws_security_group_rule,
  aws_subnet,
  aws_iam_role_policy_attachment,
  aws_route53_record,
  aws_security_group_rule,
  aws_cloudwatch_metric_alarm,
];

function tags(making: Making): Readonly<Record<string, string>> {
  const team = pick(making.random, TEAMS);
  return {
    Name: `${team}-${making.index}`,
    owner: `team-${team}`,
    environment: pick(making.random, ENVIRONMENTS),
    "cost-centre": `cc-${1000 + Math.floor(making.random() * 9000)}`,
  };
}

function aws_security_group(making: Making): Made {
  const { random, bad, id } = making;
  const rule = (port: number, cidrs: readonly string[], description: string): Attributes => ({
    cidr_blocks: cidrs,
    description,
    from_port: port,
    ipv6_cidr_blocks: [],
    prefix_list_ids: [],
    protocol: "tcp",
    security_groups: [],
    self: false,
    to_port: port,
  });
  const ingress = Array.from({ length: 3 + Math.floor(random() * 4) }, (_, i) =>
    rule(
      [443, 8443, 5432, 9090, 9100, 6379][i] ?? 443,
      [`10.${Math.floor(random() * 255)}.0.0/16`, `10.${Math.floor(random() * 255)}.64.0/18`],
      "from the service mesh and its health checks",
    ),
  );
  if (bad) ingress.push(rule(22, ["0.0.0.0/0"], "temporary"));
  return {
    values: {
      arn: `arn:aws:ec2:${REGION}:${ACCOUNT}:security-group/sg-${id}`,
      description: "Managed by the platform team, see the runbook before changing rules",
      egress: [rule(443, ["0.0.0.0/0"], "to the public APIs of the card schemes")],
      id: `sg-${id}`,
      ingress,
      name: `sg-${making.index}`,
      name_prefix: "",
      owner_id: ACCOUNT,
      revoke_rules_on_delete: false,
      timeouts: null,
      vpc_id: `vpc-${hex(random, 17)}`,
    },
    tags: tags(making),
  };
}

function aws_instance(making: Making): Made {
  const { random, bad, id } = making;
  const address = `10.${Math.floor(random() * 255)}.${Math.floor(random() * 255)}.${Math.floor(random() * 255)}`;
  return {
    values: {
      ami: `ami-${hex(random, 17)}`,
      arn: `arn:aws:ec2:${REGION}:${ACCOUNT}:instance/i-${id}`,
      associate_public_ip_address: false,
      availability_zone: `${REGION}${pick(random, ["a", "b", "c"])}`,
      capacity_reservation_specification: [
        { capacity_reservation_preference: "open", capacity_reservation_target: [] },
      ],
      cpu_core_count: 2,
      cpu_threads_per_core: 2,
      credit_specification: [{ cpu_credits: "unlimited" }],
      disable_api_stop: false,
      disable_api_termination: true,
      ebs_block_device: [],
      ebs_optimized: true,
      enclave_options: [{ enabled: false }],
      ephemeral_block_device: [],
      get_password_data: false,
      hibernation: false,
      iam_instance_profile: `app-${making.index}`,
      id: `i-${id}`,
      instance_initiated_shutdown_behavior: "stop",
      instance_state: "running",
      instance_type: pick(random, ["m7g.large", "m7g.xlarge", "c7g.2xlarge", "r7g.large"]),
      ipv6_address_count: 0,
      ipv6_addresses: [],
      key_name: "",
      maintenance_options: [{ auto_recovery: "default" }],
      metadata_options: [
        {
          http_endpoint: "enabled",
          http_put_response_hop_limit: 1,
          http_tokens: bad ? "optional" : "required",
          instance_metadata_tags: "enabled",
        },
      ],
      monitoring: true,
      network_interface: [],
      primary_network_interface_id: `eni-${hex(random, 17)}`,
      private_dns: `ip-${address.replaceAll(".", "-")}.${REGION}.compute.internal`,
      private_ip: address,
      public_dns: "",
      public_ip: "",
      root_block_device: [
        {
          delete_on_termination: true,
          device_name: "/dev/xvda",
          encrypted: true,
          iops: 3000,
          kms_key_id: `arn:aws:kms:${REGION}:${ACCOUNT}:key/${hex(random, 32)}`,
          tags: {},
          throughput: 125,
          volume_id: `vol-${hex(random, 17)}`,
          volume_size: 40,
          volume_type: "gp3",
        },
      ],
      security_groups: [],
      source_dest_check: true,
      subnet_id: `subnet-${hex(random, 17)}`,
      tenancy: "default",
      timeouts: null,
      user_data: hex(random, 40),
      user_data_replace_on_change: false,
      volume_tags: null,
      vpc_security_group_ids: [`sg-${hex(random, 17)}`, `sg-${hex(random, 17)}`],
    },
    tags: tags(making),
  };
}

function aws_s3_bucket(making: Making): Made {
  const { random, bad } = making;
  const bucket = `payments-example-${pick(random, TEAMS)}-${making.index}`;
  const lifecycle = (prefix: string, days: number): Attributes => ({
    abort_incomplete_multipart_upload_days: 7,
    enabled: true,
    expiration: [{ date: "", days: days * 10, expired_object_delete_marker: false }],
    id: `${prefix}-to-archive`,
    noncurrent_version_expiration: [{ days: 90 }],
    noncurrent_version_transition: [],
    prefix: `${prefix}/`,
    tags: {},
    transition: [{ date: "", days, storage_class: "GLACIER_IR" }],
  });
  return {
    values: {
      acceleration_status: "",
      acl: bad ? "public-read" : "private",
      arn: `arn:aws:s3:::${bucket}`,
      bucket,
      bucket_domain_name: `${bucket}.s3.amazonaws.com`,
      bucket_prefix: "",
      bucket_regional_domain_name: `${bucket}.s3.${REGION}.amazonaws.com`,
      cors_rule: [],
      force_destroy: false,
      grant: [],
      hosted_zone_id: "Z21DNDUVLTQW6Q",
      id: bucket,
      lifecycle_rule: [lifecycle("exports", 30), lifecycle("statements", 60), lifecycle("traces", 15)],
      logging: [{ target_bucket: "payments-example-access-logs", target_prefix: `${bucket}/` }],
      object_lock_configuration: [],
      object_lock_enabled: false,
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "OnlyTls",
            Effect: "Deny",
            Principal: "*",
            Action: "s3:*",
            Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
        ],
      }),
      region: REGION,
      replication_configuration: [],
      request_payer: "BucketOwner",
      server_side_encryption_configuration: [
        {
          rule: [
            {
              apply_server_side_encryption_by_default: [
                {
                  kms_master_key_id: `arn:aws:kms:${REGION}:${ACCOUNT}:key/${hex(random, 32)}`,
                  sse_algorithm: "aws:kms",
                },
              ],
              bucket_key_enabled: true,
            },
          ],
        },
      ],
      timeouts: null,
      versioning: [{ enabled: true, mfa_delete: false }],
      website: [],
    },
    tags: tags(making),
  };
}

function aws_iam_role(making: Making): Made {
  const { random, bad, id } = making;
  const name = `service-${making.index}`;
  return {
    values: {
      arn: `arn:aws:iam::${ACCOUNT}:role/${name}`,
      assume_role_policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: bad
              ? "*"
              : {
                  Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/oidc.eks.${REGION}.amazonaws.com/id/${id}`,
                },
            Action: "sts:AssumeRoleWithWebIdentity",
            Condition: {
              StringEquals: { [`oidc.eks.${REGION}.amazonaws.com/id/${id}:aud`]: "sts.amazonaws.com" },
            },
          },
        ],
      }),
      create_date: "2026-03-11T09:14:26Z",
      description: "Role of a workload, assumed through its service account only",
      force_detach_policies: false,
      id: name,
      inline_policy: Array.from({ length: 2 }, (_, i) => ({
        name: `inline-${i}`,
        policy: policyDocument(random, 3),
      })),
      managed_policy_arns: [
        `arn:aws:iam::${ACCOUNT}:policy/${pick(random, TEAMS)}-base`,
        "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
      ],
      max_session_duration: 3600,
      name,
      name_prefix: "",
      path: "/",
      permissions_boundary: `arn:aws:iam::${ACCOUNT}:policy/workload-boundary`,
      unique_id: `AROA${hex(random, 17).toUpperCase()}`,
    },
    tags: tags(making),
  };
}

function aws_iam_policy(making: Making): Made {
  const { random, bad } = making;
  const name = `policy-${making.index}`;
  return {
    values: {
      arn: `arn:aws:iam::${ACCOUNT}:policy/${name}`,
      attachment_count: 1,
      description: "What the workload needs and nothing else",
      id: `arn:aws:iam::${ACCOUNT}:policy/${name}`,
      name,
      name_prefix: "",
      path: "/",
      policy: bad
        ? JSON.stringify({
            Version: "2012-10-17",
            Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
          })
        : policyDocument(random, 6),
      policy_id: `ANPA${hex(random, 17).toUpperCase()}`,
    },
    tags: tags(making),
  };
}

function aws_db_instance(making: Making): Made {
  const { random, bad } = making;
  const name = `db-${making.index}`;
  const host = `${name}.${hex(random, 12)}.${REGION}.rds.amazonaws.com`;
  return {
    values: {
      address: host,
      allocated_storage: 200,
      allow_major_version_upgrade: null,
      apply_immediately: null,
      arn: `arn:aws:rds:${REGION}:${ACCOUNT}:db:${name}`,
      auto_minor_version_upgrade: true,
      availability_zone: `${REGION}${pick(random, ["a", "b", "c"])}`,
      backup_retention_period: 35,
      backup_target: "region",
      backup_window: "01:10-01:40",
      blue_green_update: [],
      ca_cert_identifier: "rds-ca-rsa2048-g1",
      character_set_name: "",
      copy_tags_to_snapshot: true,
      custom_iam_instance_profile: "",
      customer_owned_ip_enabled: false,
      db_name: "app",
      db_subnet_group_name: `private-${REGION}`,
      delete_automated_backups: false,
      deletion_protection: true,
      domain: "",
      enabled_cloudwatch_logs_exports: ["postgresql", "upgrade"],
      endpoint: `${host}:5432`,
      engine: "postgres",
      engine_version: "16.4",
      engine_version_actual: "16.4",
      final_snapshot_identifier: `${name}-final`,
      hosted_zone_id: "Z1RLNUO7B9Q6NB",
      iam_database_authentication_enabled: true,
      id: name,
      identifier: name,
      identifier_prefix: "",
      instance_class: "db.m7g.large",
      iops: 3000,
      kms_key_id: `arn:aws:kms:${REGION}:${ACCOUNT}:key/${hex(random, 32)}`,
      latest_restorable_time: "2026-11-23T22:55:00Z",
      license_model: "postgresql-license",
      listener_endpoint: [],
      maintenance_window: "sun:03:00-sun:03:30",
      manage_master_user_password: true,
      master_user_secret: [
        {
          kms_key_id: `arn:aws:kms:${REGION}:${ACCOUNT}:key/${hex(random, 32)}`,
          secret_arn: `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:rds!${hex(random, 12)}`,
          secret_status: "active",
        },
      ],
      max_allocated_storage: 1000,
      monitoring_interval: 60,
      multi_az: true,
      network_type: "IPV4",
      option_group_name: "default:postgres-16",
      parameter_group_name: "hardened-postgres16",
      password: null,
      performance_insights_enabled: true,
      performance_insights_retention_period: 7,
      port: 5432,
      publicly_accessible: bad,
      replicas: [],
      resource_id: `db-${hex(random, 26).toUpperCase()}`,
      skip_final_snapshot: false,
      snapshot_identifier: null,
      status: "available",
      storage_encrypted: true,
      storage_throughput: 125,
      storage_type: "gp3",
      timeouts: null,
      username: "app",
      vpc_security_group_ids: [`sg-${hex(random, 17)}`],
    },
    tags: tags(making),
  };
}

function aws_lambda_function(making: Making): Made {
  const { random, bad } = making;
  const name = `fn-${making.index}`;
  const arn = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;
  return {
    values: {
      architectures: ["arm64"],
      arn,
      code_signing_config_arn: "",
      dead_letter_config: [{ target_arn: `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}-dead` }],
      description: "Handles one kind of event from the payments bus",
      environment: [
        {
          variables: Object.fromEntries(
            Array.from({ length: 10 }, (_, i) => [
              `SETTING_${i}`,
              `${pick(random, TEAMS)}/${hex(random, 12)}`,
            ]),
          ),
        },
      ],
      ephemeral_storage: [{ size: 512 }],
      file_system_config: [],
      filename: null,
      function_name: name,
      handler: "index.handler",
      id: name,
      image_config: [],
      image_uri: "",
      invoke_arn: `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions/${arn}/invocations`,
      kms_key_arn: `arn:aws:kms:${REGION}:${ACCOUNT}:key/${hex(random, 32)}`,
      last_modified: "2026-11-02T10:11:12.000+0000",
      layers: [`arn:aws:lambda:${REGION}:${ACCOUNT}:layer:telemetry:14`],
      logging_config: [
        {
          application_log_level: "",
          log_format: "JSON",
          log_group: `/aws/lambda/${name}`,
          system_log_level: "",
        },
      ],
      memory_size: 512,
      package_type: "Zip",
      publish: false,
      qualified_arn: `${arn}:$LATEST`,
      reserved_concurrent_executions: -1,
      role: `arn:aws:iam::${ACCOUNT}:role/${name}`,
      runtime: bad ? "nodejs12.x" : "nodejs22.x",
      s3_bucket: "payments-example-artifacts",
      s3_key: `functions/${name}/${hex(random, 40)}.zip`,
      s3_object_version: null,
      signing_job_arn: "",
      snap_start: [],
      source_code_hash: hex(random, 44),
      source_code_size: 184311,
      timeout: 30,
      timeouts: null,
      tracing_config: [{ mode: "Active" }],
      version: "$LATEST",
      vpc_config: [
        {
          ipv6_allowed_for_dual_stack: false,
          security_group_ids: [`sg-${hex(random, 17)}`],
          subnet_ids: [`subnet-${hex(random, 17)}`, `subnet-${hex(random, 17)}`],
          vpc_id: `vpc-${hex(random, 17)}`,
        },
      ],
    },
    tags: tags(making),
  };
}

function aws_cloudwatch_log_group(making: Making): Made {
  const { random, bad } = making;
  const name = `/payments.example/${pick(random, TEAMS)}/${making.index}`;
  return {
    values: {
      arn: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${name}`,
      id: name,
      kms_key_id: `arn:aws:kms:${REGION}:${ACCOUNT}:key/${hex(random, 32)}`,
      log_group_class: "STANDARD",
      name,
      name_prefix: "",
      retention_in_days: bad ? 7 : 365,
      skip_destroy: true,
    },
    tags: tags(making),
  };
}

function aws_lb_listener(making: Making): Made {
  const { random, bad, id } = making;
  const balancer = `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}:loadbalancer/app/front/${id.slice(0, 16)}`;
  return {
    values: {
      alpn_policy: null,
      arn: `${balancer.replace("loadbalancer", "listener")}/${hex(random, 16)}`,
      certificate_arn: `arn:aws:acm:${REGION}:${ACCOUNT}:certificate/${hex(random, 32)}`,
      default_action: Array.from({ length: 2 }, (_, i) => ({
        authenticate_cognito: [],
        authenticate_oidc: [],
        fixed_response: [],
        forward: [
          {
            stickiness: [{ duration: 0, enabled: false }],
            target_group: Array.from({ length: 3 }, () => ({
              arn: `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}:targetgroup/${pick(random, TEAMS)}/${hex(random, 16)}`,
              weight: 33,
            })),
          },
        ],
        order: i + 1,
        redirect: [],
        target_group_arn: "",
        type: "forward",
      })),
      id: `${balancer.replace("loadbalancer", "listener")}/${id.slice(0, 16)}`,
      load_balancer_arn: balancer,
      mutual_authentication: [{ ignore_client_certificate_expiry: false, mode: "off", trust_store_arn: "" }],
      port: 443,
      protocol: "HTTPS",
      ssl_policy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
      timeouts: null,
    },
    tags: bad ? { Name: `listener-${making.index}` } : tags(making),
  };
}

function aws_dynamodb_table(making: Making): Made {
  const { random, bad } = making;
  const name = `table-${making.index}`;
  return {
    values: {
      arn: `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${name}`,
      attribute: ["pk", "sk", "account", "created_at"].map((attribute) => ({ name: attribute, type: "S" })),
      billing_mode: "PAY_PER_REQUEST",
      deletion_protection_enabled: true,
      global_secondary_index: ["account", "created_at"].map((key) => ({
        hash_key: key,
        name: `by-${key}`,
        non_key_attributes: ["amount", "currency", "status", "counterparty"],
        projection_type: "INCLUDE",
        range_key: "sk",
        read_capacity: 0,
        write_capacity: 0,
      })),
      hash_key: "pk",
      id: name,
      local_secondary_index: [],
      name,
      point_in_time_recovery: [{ enabled: true }],
      range_key: "sk",
      read_capacity: 0,
      replica: [],
      server_side_encryption: [
        { enabled: true, kms_key_arn: `arn:aws:kms:${REGION}:${ACCOUNT}:key/${hex(random, 32)}` },
      ],
      stream_arn: `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${name}/stream/2026-03-11T09:14:26.001`,
      stream_enabled: true,
      stream_label: "2026-03-11T09:14:26.001",
      stream_view_type: "NEW_AND_OLD_IMAGES",
      table_class: "STANDARD",
      timeouts: null,
      ttl: [{ attribute_name: "expires_at", enabled: true }],
      write_capacity: 0,
    },
    tags: bad ? { Name: name } : tags(making),
  };
}

function aws_security_group_rule(making: Making): Made {
  const { random, bad, id } = making;
  return {
    values: {
      cidr_blocks: [bad ? "0.0.0.0/0" : `10.${Math.floor(random() * 255)}.0.0/16`],
      description: "from the service mesh",
      from_port: bad ? 22 : 8443,
      id: `sgrule-${id}`,
      ipv6_cidr_blocks: null,
      prefix_list_ids: null,
      protocol: "tcp",
      security_group_id: `sg-${hex(random, 17)}`,
      security_group_rule_id: `sgr-${hex(random, 17)}`,
      self: false,
      source_security_group_id: null,
      timeouts: null,
      to_port: bad ? 22 : 8443,
      type: "ingress",
    },
    tags: null,
  };
}

function aws_subnet(making: Making): Made {
  const { random, bad, id } = making;
  return {
    values: {
      arn: `arn:aws:ec2:${REGION}:${ACCOUNT}:subnet/subnet-${id}`,
      assign_ipv6_address_on_creation: false,
      availability_zone: `${REGION}${pick(random, ["a", "b", "c"])}`,
      cidr_block: `10.${Math.floor(random() * 255)}.${Math.floor(random() * 255)}.0/24`,
      enable_dns64: false,
      id: `subnet-${id}`,
      ipv6_native: false,
      map_public_ip_on_launch: false,
      owner_id: ACCOUNT,
      private_dns_hostname_type_on_launch: "ip-name",
      timeouts: null,
      vpc_id: `vpc-${hex(random, 17)}`,
    },
    tags: bad ? { Name: "subnet" } : tags(making),
  };
}

function aws_iam_role_policy_attachment(making: Making): Made {
  const role = `service-${making.index}`;
  return {
    values: {
      id: `${role}-${hex(making.random, 17)}`,
      policy_arn: making.bad
        ? "arn:aws:iam::aws:policy/AdministratorAccess"
        : `arn:aws:iam::${ACCOUNT}:policy/${pick(making.random, TEAMS)}-base`,
      role,
    },
    tags: null,
  };
}

function aws_route53_record(making: Making): Made {
  const { random, bad } = making;
  const name = bad ? "*.payments.example" : `${pick(random, TEAMS)}-${making.index}.payments.example`;
  return {
    values: {
      alias: [
        {
          evaluate_target_health: true,
          name: `front-${hex(random, 10)}.${REGION}.elb.amazonaws.com`,
          zone_id: "Z215JYRZR1TBD5",
        },
      ],
      allow_overwrite: null,
      fqdn: name,
      health_check_id: "",
      id: `Z0${hex(random, 18).toUpperCase()}_${name}_A`,
      name,
      records: null,
      set_identifier: "",
      ttl: 0,
      type: "A",
      zone_id: `Z0${hex(random, 18).toUpperCase()}`,
    },
    tags: null,
  };
}

function aws_cloudwatch_metric_alarm(making: Making): Made {
  const { random, bad } = making;
  const name = `alarm-${making.index}`;
  return {
    values: {
      actions_enabled: true,
      alarm_actions: [`arn:aws:sns:${REGION}:${ACCOUNT}:pages-${pick(random, TEAMS)}`],
      alarm_description: "Pages the team that is on call",
      alarm_name: name,
      arn: `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:${name}`,
      comparison_operator: "GreaterThanThreshold",
      datapoints_to_alarm: 3,
      dimensions: { LoadBalancer: `app/front/${hex(random, 16)}` },
      evaluation_periods: 5,
      id: name,
      insufficient_data_actions: [],
      metric_name: "HTTPCode_ELB_5XX_Count",
      metric_query: [],
      namespace: "AWS/ApplicationELB",
      ok_actions: [],
      period: 60,
      statistic: "Sum",
      threshold: 10,
      treat_missing_data: "notBreaching",
      unit: "",
    },
    tags: bad ? { Name: name } : tags(making),
  };
}

function policyDocument(random: () => number, statements: number): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: Array.from({ length: statements }, (_, i) => ({
      Sid: `Allow${i}`,
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:PutObject", "kms:Decrypt", "sqs:SendMessage"].slice(0, 1 + (i % 4)),
      Resource: [`arn:aws:s3:::payments-example-${pick(random, TEAMS)}-${Math.floor(random() * 1000)}/*`],
    })),
  });
}

/** What the configuration section says: constants for plain values, references for what comes from elsewhere. */
function expressionsOf(values: Attributes): Attributes {
  const expressions: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(values)) {
    if (key === "id" || key === "arn" || value === null) continue;
    if (typeof value === "string" && value.startsWith("arn:")) {
      expressions[key] = { references: [`local.${key}`, "local"] };
    } else if (typeof value === "number" || typeof value === "boolean") {
      expressions[key] = { constant_value: value };
    }
  }
  return { ...expressions, tags: { references: ["var.tags"] } };
}

function seeded(seed: number): () => number {
  // mulberry32: small, fast, and the same everywhere.
  let state = (seed * 0x9e3779b9) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function pick<T>(random: () => number, from: readonly T[]): T {
  const one = from[Math.floor(random() * from.length)];
  if (one === undefined) throw new Error("there is nothing to pick from");
  return one;
}

function hex(random: () => number, length: number): string {
  let text = "";
  while (text.length < length) text += Math.floor(random() * 16).toString(16);
  return text;
}
