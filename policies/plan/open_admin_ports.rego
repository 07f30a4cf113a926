# No administration port open to the world: no plan lets everyone reach SSH (22) or RDP (3389), on AWS, Azure or Google Cloud.
package main

_admin_ports := {22, 3389}

deny contains msg if {
	some opening in _openings
	msg := sprintf("%s opens port %d to %s", [opening.address, opening.port, opening.source])
}

_openings contains {"address": resource.address, "port": port, "source": source} if {
	some resource in changing
	resource.type in {"aws_security_group", "aws_default_security_group"}
	some rule in resource.change.after.ingress
	some port in _admin_ports
	_lets(rule.protocol, rule.from_port, rule.to_port, port)
	some key in ["cidr_blocks", "ipv6_cidr_blocks"]
	some source in rule[key]
	_is_world(source)
}

_openings contains {"address": resource.address, "port": port, "source": source} if {
	some resource in changing
	resource.type == "aws_security_group_rule"
	rule := resource.change.after
	rule.type == "ingress"
	some port in _admin_ports
	_lets(rule.protocol, rule.from_port, rule.to_port, port)
	some key in ["cidr_blocks", "ipv6_cidr_blocks"]
	some source in rule[key]
	_is_world(source)
}

_openings contains {"address": resource.address, "port": port, "source": rule[key]} if {
	some resource in changing
	resource.type == "aws_vpc_security_group_ingress_rule"
	rule := resource.change.after
	some port in _admin_ports
	_lets(rule.ip_protocol, object.get(rule, "from_port", 0), object.get(rule, "to_port", 0), port)
	some key in ["cidr_ipv4", "cidr_ipv6"]
	_is_world(rule[key])
}

_openings contains {"address": resource.address, "port": port, "source": rule.source_address_prefix} if {
	some resource in changing
	resource.type == "azurerm_network_security_rule"
	rule := resource.change.after
	rule.direction == "Inbound"
	rule.access == "Allow"
	some port in _admin_ports
	_holds(rule.destination_port_range, port)
	_is_world(rule.source_address_prefix)
}

_openings contains {"address": resource.address, "port": port, "source": source} if {
	some resource in changing
	resource.type == "google_compute_firewall"
	some allow in resource.change.after.allow
	allow.protocol in {"tcp", "all"}
	some text in object.get(allow, "ports", ["*"])
	some port in _admin_ports
	_holds(text, port)
	some source in resource.change.after.source_ranges
	_is_world(source)
}

_lets(protocol, _, _, _) if sprintf("%v", [protocol]) in {"-1", "all"}

_lets(protocol, from, to, port) if {
	sprintf("%v", [protocol]) in {"tcp", "6"}
	from <= port
	to >= port
}

_holds("*", _)

_holds(text, port) if to_number(text) == port

_holds(text, port) if {
	[low, high] := split(text, "-")
	to_number(low) <= port
	to_number(high) >= port
}
