# METADATA
# title: No administration port open to the world (Azure)
# description: |
#   No inbound rule lets everyone reach SSH (22) or RDP (3389) unless the change comes through the approved pipeline.
package trueup.azure.open_admin_ports

import data.trueup.lib.network

ports := data.trueup.params["open-admin-ports-azure"].ports

default ports := [22, 3389]

deny contains {
	"rule": "open-admin-port",
	"severity": "critical",
	"path": opening.path,
	"msg": sprintf("port %d of %s is open to %s; let nobody in from everywhere, or bring the change through the approved pipeline", [
		opening.port, input.change.resource.address,
		opening.source,
	]),
} if {
	not input.pipeline.approved
	some opening in openings
}

openings contains {"port": port, "source": source, "path": sprintf("%s%s", [rule.path, rule.source_key])} if {
	some rule in rules
	some port in ports
	_lets_port(rule.value, port)
	some source in rule.sources
	network.is_world(source)
}

# Inbound rules that allow, standing alone or inside a group, one entry for each way of writing the source.
rules contains {"path": place.path, "value": place.value, "source_key": key, "sources": network.world_of(place.value[key])} if {
	some place in _places
	lower(place.value.direction) == "inbound"
	lower(place.value.access) == "allow"
	network.carries_ports(place.value.protocol)
	some key in ["source_address_prefix", "source_address_prefixes"]
}

_places contains {"path": "", "value": input.change.after} if {
	input.change.resource.type == "azurerm_network_security_rule"
}

_places contains {"path": sprintf("security_rule[%d].", [i]), "value": rule} if {
	input.change.resource.type == "azurerm_network_security_group"
	some i, rule in input.change.after.security_rule
}

_lets_port(rule, port) if network.range_holds(rule.destination_port_range, port)

_lets_port(rule, port) if {
	some text in rule.destination_port_ranges
	network.range_holds(text, port)
}
