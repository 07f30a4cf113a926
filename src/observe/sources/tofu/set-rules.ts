import type { PropertyPath } from "../../../base/index.ts";

/**
 * Attributes of plain values that providers declare as sets, so that their order means nothing (provider
 * schemas, by name).
 */
const SET_NAMES = [
  "cidr_blocks",
  "ipv6_cidr_blocks",
  "prefix_list_ids",
  "security_groups",
  "security_group_ids",
  "vpc_security_group_ids",
  "source_security_group_ids",
  "subnets",
  "subnet_ids",
  "private_subnet_ids",
  "availability_zones",
  "route_table_ids",
  "network_interface_ids",
  "target_group_arns",
  "load_balancers",
  "managed_policy_arns",
  "policy_arns",
  "enabled_cloudwatch_logs_exports",
  "enabled_cluster_log_types",
  "public_access_cidrs",
  "allowed_methods",
  "cached_methods",
  "aliases",
  "source_ranges",
  "destination_ranges",
  "source_tags",
  "target_tags",
  "source_address_prefixes",
  "destination_address_prefixes",
  "source_port_ranges",
  "destination_port_ranges",
  "ip_rules",
  "virtual_network_subnet_ids",
  "members",
  "scopes",
  "oauth_scopes",
  "external_ips",
  "load_balancer_source_ranges",
  "policy_types",
  "verbs",
  "resources",
  "resource_names",
  "api_groups",
  "non_resource_urls",
  "finalizers",
  "except",
];

const EVERYWHERE: readonly PropertyPath[] = Object.freeze([
  ...SET_NAMES.map((name): PropertyPath => ["**", name]),
  ["**", "match_expressions", "values"],
]);

/**
 * Set patterns for `Transition.sets`; lists of blocks are sets unless known otherwise (see observe/changes).
 */
export function setPaths(): readonly PropertyPath[] {
  return EVERYWHERE;
}
