package trueup.azure.open_admin_ports_test

import data.trueup.azure.open_admin_ports
import data.trueup.lib.change_test as change

rule(extra) := object.union(
	{
		"direction": "Inbound",
		"access": "Allow",
		"protocol": "Tcp",
		"source_address_prefix": "10.0.0.0/8",
		"destination_port_range": "22",
	},
	extra,
)

alone(extra) := count([message |
	some message in open_admin_ports.deny with input as change.to("azurerm_network_security_rule", rule(extra))
])

test_denies_the_world if {
	every source in ["*", "Internet", "0.0.0.0/0", "any", "::/0"] {
		alone({"source_address_prefix": source}) == 1
	}
	alone({"source_address_prefix": null, "source_address_prefixes": ["10.0.0.0/8", "0.0.0.0/0"]}) == 1
	alone({"source_address_prefix": "*", "destination_port_range": "*"}) == 2
	alone({"source_address_prefix": "*", "destination_port_range": null, "destination_port_ranges": ["443", "20-30"]}) == 1
	alone({"source_address_prefix": "*", "protocol": "*"}) == 1
}

test_lets_the_rest if {
	alone({}) == 0
	alone({"source_address_prefix": "VirtualNetwork"}) == 0
	alone({"source_address_prefix": "*", "direction": "Outbound"}) == 0
	alone({"source_address_prefix": "*", "access": "Deny"}) == 0
	alone({"source_address_prefix": "*", "destination_port_range": "443"}) == 0
	alone({"source_address_prefix": "*", "protocol": "Icmp"}) == 0
}

test_rules_inside_a_group if {
	group := change.to("azurerm_network_security_group", {"security_rule": [rule({}), rule({"source_address_prefix": "*"})]})
	some message in open_admin_ports.deny with input as group
	message.path == "security_rule[1].source_address_prefix"
	count(open_admin_ports.deny) == 0 with input as change.approved(group)
}

test_ports_are_a_parameter if {
	document := change.to("azurerm_network_security_rule", rule({"source_address_prefix": "*", "destination_port_range": "5986"}))
	params := {"open-admin-ports-azure": {"ports": [5986]}}
	count(open_admin_ports.deny) == 1 with input as document with data.trueup.params as params
}
