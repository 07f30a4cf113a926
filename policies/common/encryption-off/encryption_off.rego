# METADATA
# title: Encryption is not switched off
# description: |
#   Nothing says aloud that it is not encrypted: at rest or on the way, on AWS, Azure and Google Cloud. What a resource
#   does not mention takes the provider's default and is left to the risk class.
package trueup.common.encryption_off

# Attributes by resource type that must not be false. Dotted names reach into blocks.
must_be_true := {
	"aws_db_instance": ["storage_encrypted"],
	"aws_rds_cluster": ["storage_encrypted"],
	"aws_rds_global_cluster": ["storage_encrypted"],
	"aws_docdb_cluster": ["storage_encrypted"],
	"aws_neptune_cluster": ["storage_encrypted"],
	"aws_redshift_cluster": ["encrypted"],
	"aws_ebs_volume": ["encrypted"],
	"aws_efs_file_system": ["encrypted"],
	"aws_ebs_encryption_by_default": ["enabled"],
	"aws_elasticache_replication_group": ["at_rest_encryption_enabled", "transit_encryption_enabled"],
	"aws_sqs_queue": ["sqs_managed_sse_enabled"],
	"aws_instance": ["root_block_device.encrypted", "ebs_block_device.encrypted"],
	"aws_launch_template": ["block_device_mappings.ebs.encrypted"],
	"aws_opensearch_domain": ["encrypt_at_rest.enabled", "node_to_node_encryption.enabled", "domain_endpoint_options.enforce_https"],
	"aws_kms_key": ["is_enabled", "enable_key_rotation"],
	"azurerm_storage_account": ["https_traffic_only_enabled", "enable_https_traffic_only"],
	"azurerm_mssql_database": ["transparent_data_encryption_enabled"],
	"azurerm_postgresql_server": ["ssl_enforcement_enabled"],
	"azurerm_linux_web_app": ["https_only"],
	"azurerm_windows_web_app": ["https_only"],
	"azurerm_key_vault": ["purge_protection_enabled"],
	"azurerm_managed_disk": ["encryption_settings.enabled"],
	"google_sql_database_instance": ["settings.ip_configuration.require_ssl"],
	"google_redis_instance": ["auth_enabled"],
}

# Attributes that must not take one of these values.
must_not_be := {
	"aws_msk_cluster": {"encryption_info.encryption_in_transit.client_broker": ["PLAINTEXT", "TLS_PLAINTEXT"]},
	"aws_kinesis_stream": {"encryption_type": ["NONE"]},
	"azurerm_redis_cache": {"minimum_tls_version": ["1.0", "1.1"]},
	"azurerm_storage_account": {"min_tls_version": ["TLS1_0", "TLS1_1"]},
	"azurerm_mssql_server": {"minimum_tls_version": ["1.0", "1.1", "Disabled"]},
	"google_redis_instance": {"transit_encryption_mode": ["DISABLED"]},
	"google_compute_ssl_policy": {"min_tls_version": ["TLS_1_0", "TLS_1_1"]},
}

deny contains _denial("encryption-off", name, sprintf("`%s` is switched off", [name])) if {
	some name in must_be_true[input.change.resource.type]
	some value in _values(name)
	value == false
}

deny contains _denial("weak-encryption", name, sprintf("`%s` is `%v`", [name, value])) if {
	some name, weak in must_not_be[input.change.resource.type]
	some value in _values(name)
	value in weak
}

# A table that loses its encryption block loses its encryption.
deny contains _denial("encryption-off", "server_side_encryption", "its encryption block is gone") if {
	input.change.resource.type in {"aws_dynamodb_table", "aws_s3_bucket"}
	some key in ["server_side_encryption", "server_side_encryption_configuration"]
	count(input.change.before[key]) > 0
	not _has_blocks(input.change.after, key)
}

# Missing, null and an empty list are no block.
_has_blocks(state, key) if count(state[key]) > 0

# Every value of a dotted name, blocks being lists of objects.
_values(name) := [value |
	parts := split(name, ".")
	[path, value] := walk(input.change.after)
	[part | some part in path; is_string(part)] == parts
	not is_object(value)
]

_denial(rule, path, what) := {
	"rule": rule,
	"severity": "high",
	"path": path,
	"msg": sprintf("%s of %s; switch encryption on", [what, input.change.resource.address]),
}
