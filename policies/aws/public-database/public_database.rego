# METADATA
# title: Databases are not public (AWS)
# description: No database, cache, warehouse, broker or search domain gets a public address or a public policy.
package trueup.aws.public_database

import data.trueup.lib.iam

deny contains _denial("publicly-accessible", "publicly_accessible", "has a public address") if {
	input.change.after.publicly_accessible == true
}

deny contains _denial("publicly-accessible", path, "has public connectivity") if {
	input.change.resource.type == "aws_msk_cluster"
	some i, broker in input.change.after.broker_node_group_info
	some j, info in broker.connectivity_info
	some k, public in info.public_access
	public.type == "SERVICE_PROVIDED_EIPS"
	path := sprintf("broker_node_group_info[%d].connectivity_info[%d].public_access[%d].type", [i, j, k])
}

deny contains _denial("public-policy", key, "has an access policy that lets anybody in without a condition") if {
	input.change.resource.type in {
		"aws_opensearch_domain", "aws_opensearch_domain_policy", "aws_elasticsearch_domain",
		"aws_elasticsearch_domain_policy", "aws_dynamodb_resource_policy", "aws_redshift_resource_policy",
	}
	some key in ["access_policies", "policy"]
	some statement in iam.allowing(input.change.after[key])
	iam.lets_anybody(statement)
}

deny contains _denial("public-snapshot", "shared_accounts", "is shared with every account") if {
	input.change.resource.type in {"aws_db_snapshot", "aws_db_cluster_snapshot", "aws_db_snapshot_copy"}
	"all" in input.change.after.shared_accounts
}

_denial(rule, path, what) := {
	"rule": rule,
	"severity": "critical",
	"path": path,
	"msg": sprintf("%s %s; reach it from inside the network only", [input.change.resource.address, what]),
}
