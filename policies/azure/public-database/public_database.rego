# METADATA
# title: Databases are not public (Azure)
# description: No database server with public network access, and no firewall rule that holds every address.
package trueup.azure.public_database

deny contains _denial("public-network-access", "public_network_access_enabled", "is reachable from the internet") if {
	input.change.resource.type in {
		"azurerm_mssql_server", "azurerm_mysql_flexible_server", "azurerm_postgresql_server",
		"azurerm_postgresql_flexible_server", "azurerm_mariadb_server", "azurerm_cosmosdb_account",
		"azurerm_redis_cache", "azurerm_search_service", "azurerm_kusto_cluster", "azurerm_synapse_workspace",
	}
	input.change.after.public_network_access_enabled == true
}

deny contains _denial("every-address", "end_ip_address", "lets in a range that no network of ours has") if {
	endswith(input.change.resource.type, "_firewall_rule")
	first := _number(input.change.after.start_ip_address)
	last := _number(input.change.after.end_ip_address)
	last - first >= 33554431 # as many addresses as a /7 holds: nobody owns that many
}

# 0.0.0.0 to 0.0.0.0 means every service of Azure, those of other customers too.
deny contains _denial("every-azure-service", "start_ip_address", "lets in every service of Azure, those of other customers too") if {
	endswith(input.change.resource.type, "_firewall_rule")
	input.change.after.start_ip_address == "0.0.0.0"
	input.change.after.end_ip_address == "0.0.0.0"
}

_number(text) := sum([value |
	some i, part in split(text, ".")
	value := to_number(part) * [16777216, 65536, 256, 1][i]
])

_denial(rule, path, what) := {
	"rule": rule,
	"severity": "critical",
	"path": path,
	"msg": sprintf("%s %s; use a private endpoint", [input.change.resource.address, what]),
}
