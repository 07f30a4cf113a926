package trueup.azure.public_storage_test

import data.trueup.azure.public_storage
import data.trueup.lib.change_test as change

rules(type, after) := {message.rule | some message in public_storage.deny with input as change.to(type, after)}

test_containers if {
	rules("azurerm_storage_container", {"container_access_type": "blob"}) == {"public-container"}
	rules("azurerm_storage_container", {"container_access_type": "container"}) == {"public-container"}
	rules("azurerm_storage_container", {"container_access_type": "private"}) == set()
}

test_accounts if {
	rules("azurerm_storage_account", {"allow_nested_items_to_be_public": true}) == {"public-containers-allowed"}
	rules("azurerm_storage_account", {"allow_nested_items_to_be_public": false}) == set()
	rules("azurerm_storage_account", {"network_rules": [{"default_action": "Allow"}]}) == {"every-network"}
	rules("azurerm_storage_account", {"network_rules": [{"default_action": "Deny"}]}) == set()
	rules("azurerm_storage_account_network_rules", {"default_action": "Allow"}) == {"every-network"}
}
