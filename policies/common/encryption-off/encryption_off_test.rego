package trueup.common.encryption_off_test

import data.trueup.common.encryption_off
import data.trueup.lib.change_test as change

found(type, after) := [message.path | some message in encryption_off.deny with input as change.to(type, after)]

test_off if {
	found("aws_db_instance", {"storage_encrypted": false}) == ["storage_encrypted"]
	found("aws_ebs_volume", {"encrypted": false}) == ["encrypted"]
	found("aws_instance", {"root_block_device": [{"encrypted": false}]}) == ["root_block_device.encrypted"]
	found("aws_kms_key", {"is_enabled": true, "enable_key_rotation": false}) == ["enable_key_rotation"]
	found("azurerm_storage_account", {"https_traffic_only_enabled": false}) == ["https_traffic_only_enabled"]
	found("google_sql_database_instance", {"settings": [{"ip_configuration": [{"require_ssl": false}]}]}) == ["settings.ip_configuration.require_ssl"]
}

test_weak if {
	found("azurerm_storage_account", {"min_tls_version": "TLS1_0"}) == ["min_tls_version"]
	found("google_redis_instance", {"transit_encryption_mode": "DISABLED", "auth_enabled": true}) == ["transit_encryption_mode"]
}

test_on_or_unsaid_passes if {
	found("aws_db_instance", {"storage_encrypted": true}) == []
	found("aws_db_instance", {"storage_encrypted": null}) == []
	found("aws_db_instance", {}) == []
	found("azurerm_storage_account", {"min_tls_version": "TLS1_2"}) == []
	found("aws_iam_role", {"encrypted": false}) == []
}

test_a_block_that_went if {
	document := object.union(
		change.to("aws_dynamodb_table", {"server_side_encryption": []}),
		{"change": {"before": {"server_side_encryption": [{"enabled": true}]}}},
	)
	count(encryption_off.deny) == 1 with input as document
	count(encryption_off.deny) == 0 with input as change.to("aws_dynamodb_table", {"server_side_encryption": []})
	every after in [{}, {"server_side_encryption": null}] {
		gone := object.union(change.to("aws_dynamodb_table", after), {"change": {"before": {"server_side_encryption": [{"enabled": true}]}}})
		count(encryption_off.deny) == 1 with input as gone
	}
}
