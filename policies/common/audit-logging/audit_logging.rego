# METADATA
# title: Audit logging is not switched off
# description: |
#   Trails, flow logs, recorders, detectors, sinks and diagnostic settings keep recording, and are not deleted. This
#   policy also judges deletions: see `applies.actions` in the set.
package trueup.common.audit_logging

# Attributes that must not be false, off or empty, by resource type.
guards := {
	"aws_cloudtrail": ["enable_logging", "enable_log_file_validation", "include_global_service_events"],
	"aws_config_configuration_recorder_status": ["is_enabled"],
	"aws_guardduty_detector": ["enable"],
	"aws_eks_cluster": ["enabled_cluster_log_types"],
	"azurerm_mssql_server_extended_auditing_policy": ["enabled", "log_monitoring_enabled"],
	"azurerm_network_watcher_flow_log": ["enabled"],
	"google_compute_firewall": ["log_config"],
	"google_compute_subnetwork": ["log_config"],
}

# Sinks are switched off by a switch that is on.
switches := {
	"google_logging_project_sink": "disabled",
	"google_logging_folder_sink": "disabled",
	"google_logging_organization_sink": "disabled",
	"google_logging_project_exclusion": "disabled",
}

recorders := {
	"aws_cloudtrail", "aws_cloudtrail_event_data_store", "aws_flow_log", "aws_config_configuration_recorder",
	"aws_config_delivery_channel", "aws_guardduty_detector", "aws_securityhub_account", "aws_s3_bucket_logging",
	"aws_route53_resolver_query_log_config", "azurerm_monitor_diagnostic_setting", "azurerm_network_watcher_flow_log",
	"azurerm_mssql_server_extended_auditing_policy", "google_logging_project_sink", "google_logging_folder_sink",
	"google_logging_organization_sink", "google_project_iam_audit_config", "google_organization_iam_audit_config",
}

deny contains _denial("logging-off", name, sprintf("`%s` of %s is switched off", [name, _address])) if {
	some name in guards[input.change.resource.type]
	_is_off(input.change.after[name])
	not _is_off(object.get(input.change, ["before", name], true))
}

# A trail that says aloud that it does not record, new or old.
deny contains _denial("logging-off", "enable_logging", sprintf("%s records nothing", [_address])) if {
	input.change.resource.type == "aws_cloudtrail"
	input.change.after.enable_logging == false
}

deny contains _denial("logging-off", name, sprintf("%s is disabled", [_address])) if {
	name := switches[input.change.resource.type]
	not endswith(input.change.resource.type, "_exclusion")
	input.change.after[name] == true
}

deny contains _denial("recorder-removed", "", sprintf("%s is deleted", [_address])) if {
	input.change.action in {"delete", "forget"}
	input.change.resource.type in recorders
}

# What a log group keeps is evidence: less than this many days is too little.
review contains {
	"rule": "short-retention",
	"severity": "medium",
	"path": "retention_in_days",
	"msg": sprintf("%s keeps %d days instead of %d; say why", [_address, after, before]),
} if {
	input.change.resource.type == "aws_cloudwatch_log_group"
	after := input.change.after.retention_in_days
	before := input.change.before.retention_in_days
	after > 0
	_shorter(after, before)
}

_shorter(after, before) if after < before

_shorter(_, 0)

_is_off(false)

_is_off(null)

_is_off([])

_address := input.change.resource.address

_denial(rule, path, what) := {
	"rule": rule,
	"severity": "critical",
	"path": path,
	"msg": sprintf("%s; without it nobody can tell who did what", [what]),
}
