package trueup.aws.public_database_test

import data.trueup.aws.public_database
import data.trueup.lib.change_test as change

rules(type, after) := {message.rule | some message in public_database.deny with input as change.to(type, after)}

test_public_address if {
	every type in ["aws_db_instance", "aws_rds_cluster_instance", "aws_redshift_cluster", "aws_mq_broker"] {
		rules(type, {"publicly_accessible": true}) == {"publicly-accessible"}
		rules(type, {"publicly_accessible": false}) == set()
		rules(type, {"publicly_accessible": null}) == set()
	}
}

test_brokers if {
	rules("aws_msk_cluster", _brokers("SERVICE_PROVIDED_EIPS")) == {"publicly-accessible"}
	rules("aws_msk_cluster", _brokers("DISABLED")) == set()
}

test_access_policy if {
	anybody := json.marshal({"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "es:ESHttpGet"}]})
	rules("aws_opensearch_domain", {"access_policies": anybody}) == {"public-policy"}
	rules("aws_opensearch_domain", {"access_policies": null}) == set()
}

test_snapshots if {
	rules("aws_db_snapshot", {"shared_accounts": ["all"]}) == {"public-snapshot"}
	rules("aws_db_snapshot", {"shared_accounts": ["111122223333"]}) == set()
}

_brokers(type) := {"broker_node_group_info": [{"connectivity_info": [{"public_access": [{"type": type}]}]}]}
