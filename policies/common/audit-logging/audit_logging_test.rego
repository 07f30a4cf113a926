package trueup.common.audit_logging_test

import data.trueup.common.audit_logging
import data.trueup.lib.change_test as change

found(type, before, after) := {message.path |
	document := object.union(change.to(type, after), {"change": {"before": before}})
	some message in audit_logging.deny with input as document
}

test_switched_off if {
	found("aws_cloudtrail", {"enable_logging": true}, {"enable_logging": false}) == {"enable_logging"}
	found("aws_cloudtrail", {"enable_log_file_validation": true}, {"enable_log_file_validation": false}) == {"enable_log_file_validation"}
	found("aws_eks_cluster", {"enabled_cluster_log_types": ["audit"]}, {"enabled_cluster_log_types": []}) == {"enabled_cluster_log_types"}
	found("google_logging_project_sink", {"disabled": false}, {"disabled": true}) == {"disabled"}
	found("azurerm_network_watcher_flow_log", {"enabled": true}, {"enabled": false}) == {"enabled"}
}

test_kept_on_or_never_on if {
	found("aws_cloudtrail", {"enable_logging": true}, {"enable_logging": true}) == set()
	found("aws_eks_cluster", {"enabled_cluster_log_types": []}, {"enabled_cluster_log_types": []}) == set()
	found("google_compute_firewall", {"log_config": []}, {"log_config": []}) == set()
}

test_removed if {
	document := change.removed("aws_cloudtrail", {"enable_logging": true})
	some message in audit_logging.deny with input as document
	message.rule == "recorder-removed"
	count(audit_logging.deny) == 0 with input as change.removed("aws_instance", {})
}

test_shorter_retention_is_reviewed if {
	document := object.union(
		change.to("aws_cloudwatch_log_group", {"retention_in_days": 7}),
		{"change": {"before": {"retention_in_days": 365}}},
	)
	count(audit_logging.review) == 1 with input as document
	count(audit_logging.deny) == 0 with input as document
	forever := object.union(document, {"change": {"before": {"retention_in_days": 0}}})
	count(audit_logging.review) == 1 with input as forever
	longer := object.union(document, {"change": {"before": {"retention_in_days": 1}}})
	count(audit_logging.review) == 0 with input as longer
}
