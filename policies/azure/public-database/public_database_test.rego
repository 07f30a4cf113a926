package trueup.azure.public_database_test

import data.trueup.azure.public_database
import data.trueup.lib.change_test as change

rules(type, after) := {message.rule | some message in public_database.deny with input as change.to(type, after)}

range(first, last) := rules("azurerm_mssql_firewall_rule", {"start_ip_address": first, "end_ip_address": last})

test_public_access if {
	every type in ["azurerm_mssql_server", "azurerm_postgresql_flexible_server", "azurerm_cosmosdb_account"] {
		rules(type, {"public_network_access_enabled": true}) == {"public-network-access"}
		rules(type, {"public_network_access_enabled": false}) == set()
	}
	rules("azurerm_linux_web_app", {"public_network_access_enabled": true}) == set()
}

test_ranges if {
	range("0.0.0.0", "255.255.255.255") == {"every-address"}
	range("1.0.0.0", "200.0.0.0") == {"every-address"}
	range("0.0.0.0", "0.0.0.0") == {"every-azure-service"}
	range("203.0.113.0", "203.0.113.255") == set()
}
