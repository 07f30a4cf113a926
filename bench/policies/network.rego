package main

import rego.v1

admin_ports := {22, 3389}

opens_to_world(rule) if "0.0.0.0/0" in rule.cidr_blocks

opens_to_world(rule) if "::/0" in rule.ipv6_cidr_blocks

deny contains msg if {
	some change in resource_changes("aws_security_group")
	some rule in change.change.after.ingress
	opens_to_world(rule)
	some port in admin_ports
	rule.from_port <= port
	port <= rule.to_port
	msg := sprintf("%s opens port %d to the world", [change.address, port])
}

deny contains msg if {
	some change in resource_changes("aws_security_group_rule")
	change.change.after.type == "ingress"
	opens_to_world(change.change.after)
	some port in admin_ports
	change.change.after.from_port <= port
	port <= change.change.after.to_port
	msg := sprintf("%s opens port %d to the world", [change.address, port])
}

deny contains msg if {
	some change in resource_changes("aws_route53_record")
	startswith(change.change.after.name, "*.")
	msg := sprintf("%s answers for every name of the zone", [change.address])
}
