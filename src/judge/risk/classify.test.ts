import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../base/index.ts";
import { type Change, compareRisk, type Environment, type RiskClass } from "../../domain/index.ts";
import { changeBetween, PROD, propertyOf, SANDBOX } from "../../testing/index.ts";
import { classify } from "./classify.ts";
import { shippedRiskRules as rules } from "./shipped-risk-rules.generated.ts";

const risk = (change: Change, environment: Environment = SANDBOX) => classify(change, environment, rules);
const fired = (change: Change) => risk(change).rules.map((hit) => hit.rule);

const ssh = { from_port: 22, to_port: 22, protocol: "tcp", description: "", ipv6_cidr_blocks: [] };
const open = { ...ssh, cidr_blocks: ["0.0.0.0/0"] };
const office = { ...ssh, cidr_blocks: ["198.51.100.0/24"] };
const fullAccess = JSON.stringify({ Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] });
const readOne = JSON.stringify({ Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }] });

/** type, before, after, class, a rule that must have fired. */
const UPDATES: readonly (readonly [string, JsonObject | null, JsonObject | null, RiskClass, string])[] = [
  // Network access
  [
    "aws_security_group",
    { ingress: [office] },
    { ingress: [office, open] },
    "critical",
    "modifier/public-address",
  ],
  ["aws_security_group", { ingress: [] }, { ingress: [office] }, "high", "aws/network-access/ingress"],
  ["aws_security_group", { ingress: [open] }, { ingress: [] }, "high", "aws/network-access/ingress"],
  [
    "aws_security_group",
    { ingress: [open] },
    { ingress: [{ ...open, to_port: 443 }] },
    "critical",
    "modifier/public-address",
  ],
  [
    "aws_security_group",
    { ingress: [open] },
    { ingress: [{ ...open, description: "why" }] },
    "low",
    "aws/network-access/ingress.description",
  ],
  ["aws_security_group", { egress: [] }, { egress: [open] }, "high", "modifier/public-address"],
  ["aws_security_group", { description: "a" }, { description: "b" }, "low", "common/description"],
  [
    "aws_security_group_rule",
    { cidr_blocks: ["10.0.0.0/8"] },
    { cidr_blocks: ["0.0.0.0/1", "128.0.0.0/1"] },
    "critical",
    "modifier/public-address",
  ],
  [
    "aws_security_group_rule",
    { cidr_blocks: ["0.0.0.0/0"], from_port: 443 },
    { cidr_blocks: ["0.0.0.0/0"], from_port: 0 },
    "critical",
    "modifier/public-address",
  ],
  [
    "aws_vpc_security_group_ingress_rule",
    { cidr_ipv6: null },
    { cidr_ipv6: "::/0" },
    "critical",
    "modifier/public-address",
  ],
  [
    "aws_network_acl_rule",
    { cidr_block: "10.0.0.0/8" },
    { cidr_block: "0.0.0.0/0" },
    "critical",
    "modifier/public-address",
  ],
  [
    "azurerm_network_security_rule",
    { source_address_prefix: "10.0.0.0/8" },
    { source_address_prefix: "Internet" },
    "critical",
    "modifier/public-address",
  ],
  [
    "azurerm_network_security_rule",
    { source_address_prefix: "*", protocol: "Tcp" },
    { source_address_prefix: "*", protocol: "*" },
    "critical",
    "modifier/public-address",
  ],
  [
    "azurerm_network_security_group",
    { security_rule: [] },
    { security_rule: [{ source_address_prefix: "*", protocol: "Tcp" }] },
    "critical",
    "modifier/public-address",
  ],
  [
    "azurerm_mssql_firewall_rule",
    { end_ip_address: "10.0.0.1" },
    { end_ip_address: "255.255.255.255" },
    "critical",
    "modifier/listed-value",
  ],
  [
    "google_compute_firewall",
    { source_ranges: ["10.0.0.0/8"] },
    { source_ranges: ["10.0.0.0/8", "0.0.0.0/0"] },
    "critical",
    "modifier/public-address",
  ],
  [
    "google_compute_firewall",
    { source_ranges: ["0.0.0.0/0"], allow: [{ ports: ["443"], protocol: "tcp" }] },
    { source_ranges: ["0.0.0.0/0"], allow: [{ ports: ["22"], protocol: "tcp" }] },
    "critical",
    "modifier/public-address",
  ],
  [
    "google_compute_instance",
    { tags: ["internal"] },
    { tags: ["internal", "ssh"] },
    "high",
    "google/compute/tags",
  ],
  // Identity
  [
    "aws_iam_role_policy",
    { policy: readOne },
    { policy: fullAccess },
    "critical",
    "modifier/wildcard-permission",
  ],
  ["aws_iam_role_policy", { policy: fullAccess }, { policy: readOne }, "high", "aws/identity/policy"],
  [
    "aws_iam_policy_document",
    { statement: [] },
    { statement: [{ actions: ["iam:*"], resources: ["*"] }] },
    "critical",
    "modifier/wildcard-permission",
  ],
  [
    "aws_s3_bucket_policy",
    { policy: readOne },
    { policy: readOne.replace("Resource", "Principal") },
    "critical",
    "modifier/wildcard-permission",
  ],
  [
    "aws_iam_role_policy_attachment",
    { policy_arn: "x" },
    { policy_arn: "arn:aws:iam::aws:policy/AdministratorAccess" },
    "critical",
    "modifier/listed-value",
  ],
  [
    "aws_iam_role",
    { permissions_boundary: "arn:x" },
    { permissions_boundary: null },
    "critical",
    "modifier/guard-off",
  ],
  [
    "azurerm_role_assignment",
    { role_definition_name: "Reader" },
    { role_definition_name: "owner" },
    "critical",
    "modifier/listed-value",
  ],
  [
    "google_project_iam_binding",
    { members: ["user:a@b.c"] },
    { members: ["allUsers", "user:a@b.c"] },
    "critical",
    "modifier/listed-value",
  ],
  [
    "google_project_iam_binding",
    { members: ["allUsers", "user:a@b.c"] },
    { members: ["user:d@b.c", "allUsers"] },
    "high",
    "google/identity/members",
  ],
  [
    "kubernetes_cluster_role_binding",
    { role_ref: [{ name: "view" }] },
    { role_ref: [{ name: "cluster-admin" }] },
    "critical",
    "modifier/listed-value",
  ],
  [
    "kubernetes_cluster_role",
    { rule: [{ verbs: ["get"] }] },
    { rule: [{ verbs: ["*"] }] },
    "critical",
    "modifier/listed-value",
  ],
  // Databases, storage, keys, DNS, logging
  [
    "aws_db_instance",
    { publicly_accessible: false },
    { publicly_accessible: true },
    "critical",
    "modifier/exposure-on",
  ],
  [
    "aws_db_instance",
    { publicly_accessible: true },
    { publicly_accessible: false },
    "high",
    "aws/database/publicly_accessible",
  ],
  [
    "aws_db_instance",
    { backup_retention_period: 7 },
    { backup_retention_period: 0 },
    "critical",
    "modifier/guard-off",
  ],
  [
    "aws_db_instance",
    { maintenance_window: "a" },
    { maintenance_window: "b" },
    "low",
    "aws/database/maintenance_window",
  ],
  [
    "aws_db_parameter_group",
    { parameter: [{ name: "rds.force_ssl", value: "1" }] },
    { parameter: [{ name: "rds.force_ssl", value: "0" }] },
    "high",
    "modifier/listed-value",
  ],
  [
    "aws_db_parameter_group",
    { parameter: [{ name: "work_mem", value: "4" }] },
    { parameter: [{ name: "work_mem", value: "8" }] },
    "medium",
    "aws/database-settings/parameter",
  ],
  [
    "google_sql_database_instance",
    { settings: [{ ip_configuration: [{ authorized_networks: [] }] }] },
    { settings: [{ ip_configuration: [{ authorized_networks: [{ name: "", value: "0.0.0.0/0" }] }] }] },
    "critical",
    "modifier/public-address",
  ],
  [
    "azurerm_storage_container",
    { container_access_type: "private" },
    { container_access_type: "blob" },
    "critical",
    "modifier/listed-value",
  ],
  [
    "aws_s3_bucket_public_access_block",
    { block_public_acls: true },
    { block_public_acls: false },
    "critical",
    "modifier/guard-off",
  ],
  ["aws_s3_bucket_acl", { acl: "private" }, { acl: "public-read" }, "critical", "modifier/listed-value"],
  [
    "aws_kms_key",
    { enable_key_rotation: true },
    { enable_key_rotation: false },
    "high",
    "modifier/guard-off",
  ],
  ["aws_kms_key", { description: "a" }, { description: "b" }, "low", "common/description"],
  ["aws_route53_record", { records: ["a"] }, { records: ["b"] }, "high", "aws/dns/records"],
  ["aws_route53_record", { ttl: 60 }, { ttl: 300 }, "low", "aws/dns/ttl"],
  ["aws_cloudtrail", { enable_logging: true }, { enable_logging: false }, "critical", "modifier/guard-off"],
  [
    "google_logging_project_sink",
    { disabled: false },
    { disabled: true },
    "critical",
    "modifier/exposure-on",
  ],
  [
    "aws_eks_cluster",
    { enabled_cluster_log_types: ["api", "audit"] },
    { enabled_cluster_log_types: ["api"] },
    "critical",
    "modifier/guard-off",
  ],
  // Workloads
  ["aws_ecs_service", { desired_count: 4 }, { desired_count: 9 }, "low", "aws/compute/desired_count"],
  ["aws_instance", { user_data: "a" }, { user_data: "b" }, "high", "aws/compute/user_data"],
  [
    "aws_autoscaling_group",
    { tag: [{ key: "team", value: "a" }] },
    { tag: [{ key: "team", value: "b" }] },
    "low",
    "aws/compute/tag.value",
  ],
  [
    "aws_autoscaling_group",
    { tag: [{ key: "break-glass", value: "a" }] },
    { tag: [{ key: "break-glass", value: "b" }] },
    "high",
    "modifier/access-key",
  ],
  [
    "kubernetes_deployment",
    { spec: [{ replicas: 3 }] },
    { spec: [{ replicas: 5 }] },
    "low",
    "kubernetes/workload/spec.replicas",
  ],
  [
    "kubernetes_deployment",
    { spec: [{ template: [{ spec: [{ container: [{ security_context: [{ privileged: false }] }] }] }] }] },
    { spec: [{ template: [{ spec: [{ container: [{ security_context: [{ privileged: true }] }] }] }] }] },
    "critical",
    "modifier/exposure-on",
  ],
  [
    "kubernetes_service",
    { spec: [{ type: "ClusterIP" }] },
    { spec: [{ type: "LoadBalancer" }] },
    "critical",
    "modifier/listed-value",
  ],
  [
    "kubernetes_manifest",
    { manifest: { kind: "ClusterPolicy", spec: 1 } },
    { manifest: { kind: "ClusterPolicy", spec: 2 } },
    "critical",
    "kubernetes/manifest/default",
  ],
  [
    "kubernetes_manifest",
    { manifest: { kind: "HorizontalPodAutoscaler", spec: 1 } },
    { manifest: { kind: "HorizontalPodAutoscaler", spec: 2 } },
    "low",
    "kubernetes/manifest/default",
  ],
  // Whole resources
  ["aws_db_instance", { id: "db" }, null, "critical", "modifier/stateful-removal"],
  ["aws_cloudwatch_dashboard", { id: "d" }, null, "low", "aws/cloudwatch-dashboard/delete"],
  ["aws_cloudwatch_dashboard", null, { id: "d" }, "low", "aws/cloudwatch-dashboard/create"],
  ["aws_security_group", null, { name: "web" }, "high", "aws/security-group/create"],
  ["aws_db_instance", null, { storage_encrypted: false }, "critical", "modifier/guard-off"],
  ["aws_db_instance", null, { storage_encrypted: null }, "high", "aws/db-instance/create"],
  ["kubernetes_network_policy", { id: "a/b" }, null, "critical", "modifier/stateful-removal"],
  [
    "google_container_cluster",
    { master_authorized_networks_config: [{ cidr_blocks: [] }] },
    {
      master_authorized_networks_config: [
        { cidr_blocks: [{ cidr_block: "10.0.0.0/8", display_name: "all" }] },
      ],
    },
    "high",
    "google/compute/master_authorized_networks_config",
  ],
  [
    "google_container_cluster",
    { master_authorized_networks_config: [{ cidr_blocks: [] }] },
    {
      master_authorized_networks_config: [{ cidr_blocks: [{ cidr_block: "0.0.0.0/0", display_name: "x" }] }],
    },
    "critical",
    "modifier/public-address",
  ],
  [
    "aws_ec2_managed_prefix_list",
    { entry: [] },
    { entry: [{ cidr: "0.0.0.0/0", description: "" }] },
    "critical",
    "modifier/public-address",
  ],
  ["nobody_knows", { tags: { a: "1" } }, { tags: { a: "2" } }, "medium", "unknown-type"],
  ["nobody_knows", { id: "x" }, null, "high", "unknown-type/remove"],
  [
    "nobody_knows",
    { rule: [] },
    { rule: [{ cidr_blocks: ["0.0.0.0/0"] }] },
    "critical",
    "modifier/public-address",
  ],
];

describe("classify", () => {
  it.each(UPDATES)("%s %j → %j is %s by %s", (type, before, after, riskClass, rule) => {
    const assessment = risk(changeBetween(type, before, after));
    expect(assessment.class).toBe(riskClass);
    expect(assessment.rules.map((hit) => hit.rule)).toContain(rule);
  });

  it("sees a network policy that stopped naming peers", () => {
    const spec = (from: readonly JsonObject[]) => [
      { ingress: [{ from, ports: [] }], policy_types: ["Ingress"] },
    ];
    const inside = {
      ip_block: [{ cidr: "10.0.0.0/8", except: null }],
      namespace_selector: [],
      pod_selector: [],
    };
    const world = { ...inside, ip_block: [{ cidr: "0.0.0.0/0", except: [] }] };
    const to = (from: readonly JsonObject[]) =>
      changeBetween("kubernetes_network_policy", { spec: spec([inside]) }, { spec: spec(from) });
    expect(risk(to([world])).class).toBe("critical");
    expect(risk(to([])).class).toBe("critical");
    expect(risk(to([{ ...inside, pod_selector: [{ match_labels: { app: "web" } }] }])).class).toBe("high");
  });

  it("judges a part of a block as told by a finer diff just the same", () => {
    const change = changeBetween("aws_security_group", { ingress: [office] }, { ingress: [office, open] });
    const added = { ...change, properties: [propertyOf("ingress[1]", null, open)] };
    const part = { ...change, properties: [propertyOf("ingress[1].cidr_blocks[0]", null, "0.0.0.0/0")] };
    expect(risk(added).class).toBe("critical");
    expect(risk(part).class).toBe("critical");
    expect(risk(added).properties).toEqual({ "ingress[1]": "critical" });
  });

  it("takes a removed block for a removal, whatever took its index", () => {
    const change = changeBetween("aws_security_group", { ingress: [office, open] }, { ingress: [open] });
    const removed = { ...change, properties: [propertyOf("ingress[0]", office, null)] };
    expect(risk(removed).class).toBe("high");
    expect(fired(removed)).not.toContain("modifier/public-address");
  });

  it("counts a value unknown at plan time as the worst case where a rule watches", () => {
    const watched = changeBetween(
      "aws_security_group_rule",
      { cidr_blocks: ["10.0.0.0/8"] },
      {},
      {
        properties: [propertyOf("cidr_blocks", ["10.0.0.0/8"], null, { unknown: true })],
      },
    );
    expect(risk(watched).class).toBe("critical");
    expect(fired(watched)).toContain("modifier/unknown-value");
    const block = changeBetween("aws_security_group", null, {}, { unknown: [["ingress"]] });
    expect(risk(block).class).toBe("critical");
    const deep = changeBetween(
      "google_sql_database_instance",
      null,
      {},
      { unknown: [["settings", 0, "ip_configuration"]] },
    );
    expect(risk(deep).class).toBe("critical");
    const plain = changeBetween("aws_security_group", null, {}, { unknown: [["arn"], ["id"]] });
    expect(risk(plain).class).toBe("high");
  });

  it("raises high to critical in production, by label or by tag, and nothing below", () => {
    const pointed = changeBetween("aws_route53_record", { records: ["a"] }, { records: ["b"] });
    expect(risk(pointed).class).toBe("high");
    expect(risk(pointed, PROD).class).toBe("critical");
    expect(risk({ ...pointed, tags: { Environment: "Production" } }).class).toBe("critical");
    expect(risk(pointed, PROD).rules.map((hit) => hit.rule)).toContain("environment/production");
    const resized = changeBetween("aws_instance", { instance_type: "a" }, { instance_type: "b" });
    expect(risk(resized, PROD).class).toBe("medium");
    const scaled = changeBetween("aws_ecs_service", { desired_count: 1 }, { desired_count: 2 });
    expect(risk(scaled, PROD).class).toBe("low");
  });

  it("replaces stateful things with care, and others by their class", () => {
    const replaced = (type: string) =>
      changeBetween(type, { name: "a" }, { name: "b" }, { action: "replace" });
    expect(risk(replaced("aws_rds_cluster")).class).toBe("critical");
    expect(risk(replaced("aws_instance")).class).toBe("medium");
  });

  it("does not call a guard switched off that goes with what it guards", () => {
    const gone = changeBetween("aws_lb", { enable_deletion_protection: true }, null);
    expect(fired(gone)).not.toContain("modifier/guard-off");
  });

  it("never quotes a secret in a reason", () => {
    const canary = "canary-4c1f";
    const change = changeBetween(
      "aws_iam_role_policy",
      { policy: "{}" },
      {},
      {
        properties: [
          propertyOf("policy", "{}", JSON.stringify({ Statement: { Action: `${canary}:*` } }), {
            sensitive: true,
          }),
          propertyOf("cidr_blocks[0]", null, "0.0.0.0/0", { sensitive: true }),
        ],
      },
    );
    expect(risk(change).class).toBe("critical");
    expect(JSON.stringify(risk(change))).not.toContain(canary);
    expect(JSON.stringify(risk(change))).not.toContain("0.0.0.0/0");
  });

  it("stands hostile keys and nesting", () => {
    let deep: JsonObject = { privileged: true };
    for (let i = 0; i < 5000; i++) deep = { security_context: deep };
    const hostile = JSON.parse(
      '{"__proto__":{"ingress":[]},"constructor":1,"toString":{"a":1}}',
    ) as JsonObject;
    for (const type of ["aws_security_group", "kubernetes_pod", "__proto__", "constructor", "toString"]) {
      expect(compareRisk(risk(changeBetween(type, {}, hostile)).class, "low")).toBeGreaterThanOrEqual(0);
      expect(risk(changeBetween(type, {}, { deep })).rules.length).toBeGreaterThan(0);
    }
    expect(risk(changeBetween("constructor", {}, { a: 1 })).unknownType).toBe(true);
  });

  it("gives the same answer twice, in the same order", () => {
    const change = changeBetween(
      "aws_security_group",
      { ingress: [office], tags: {} },
      { ingress: [open], tags: { a: "b" } },
    );
    expect(JSON.stringify(risk(change))).toBe(JSON.stringify(risk(structuredClone(change))));
  });
});
