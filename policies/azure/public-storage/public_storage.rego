# METADATA
# title: No public storage (Azure)
# description: No container readable by everyone, no account that allows such containers, no account open to every network.
package trueup.azure.public_storage

deny contains _denial("public-container", "container_access_type", sprintf("is readable by anybody (`%s`)", [access])) if {
	input.change.resource.type == "azurerm_storage_container"
	access := input.change.after.container_access_type
	access in {"blob", "container"}
}

deny contains _denial("public-containers-allowed", key, "allows containers that anybody can read") if {
	input.change.resource.type == "azurerm_storage_account"
	some key in ["allow_nested_items_to_be_public", "allow_blob_public_access"]
	input.change.after[key] == true
}

deny contains _denial("every-network", sprintf("network_rules[%d].default_action", [i]), "lets in every network") if {
	input.change.resource.type == "azurerm_storage_account"
	some i, rules in input.change.after.network_rules
	rules.default_action == "Allow"
}

deny contains _denial("every-network", "default_action", "lets in every network") if {
	input.change.resource.type == "azurerm_storage_account_network_rules"
	input.change.after.default_action == "Allow"
}

_denial(rule, path, what) := {
	"rule": rule,
	"severity": "critical",
	"path": path,
	"msg": sprintf("%s %s; keep storage private", [input.change.resource.address, what]),
}
