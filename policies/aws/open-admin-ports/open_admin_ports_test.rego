package trueup.aws.open_admin_ports_test

import data.trueup.aws.open_admin_ports
import data.trueup.lib.change_test as change

group(rule) := change.to("aws_security_group", {"ingress": [object.union(
	{"from_port": 22, "to_port": 22, "protocol": "tcp", "cidr_blocks": ["10.0.0.0/8"], "ipv6_cidr_blocks": []},
	rule,
)]})

test_denies_the_world if {
	every rule in [
		{"cidr_blocks": ["10.0.0.0/8", "0.0.0.0/0"]},
		{"cidr_blocks": [], "ipv6_cidr_blocks": ["::/0"]},
		{"cidr_blocks": ["0.0.0.0/1", "128.0.0.0/1"]},
		{"cidr_blocks": ["0.0.0.0/0"], "from_port": 0, "to_port": 65535},
		{"cidr_blocks": ["0.0.0.0/0"], "from_port": 0, "to_port": 0, "protocol": "-1"},
		{"cidr_blocks": ["0.0.0.0/0"], "from_port": 3389, "to_port": 3389},
	] {
		count(open_admin_ports.deny) > 0 with input as group(rule)
	}
}

test_lets_the_rest if {
	every rule in [
		{},
		{"cidr_blocks": ["0.0.0.0/0"], "from_port": 443, "to_port": 443},
		{"cidr_blocks": null, "ipv6_cidr_blocks": null},
		{"cidr_blocks": ["0.0.0.0/0"], "protocol": "icmp"},
	] {
		count(open_admin_ports.deny) == 0 with input as group(rule)
	}
}

test_names_the_place if {
	some message in open_admin_ports.deny with input as group({"cidr_blocks": ["0.0.0.0/0"]})
	message.path == "ingress[0].cidr_blocks"
	message.rule == "open-admin-port"
	contains(message.msg, "port 22")
}

test_approved_pipeline_may if {
	count(open_admin_ports.deny) == 0 with input as change.approved(group({"cidr_blocks": ["0.0.0.0/0"]}))
}

test_a_pipeline_that_is_only_verified_may_not if {
	document := object.union(group({"cidr_blocks": ["0.0.0.0/0"]}), {"pipeline": {"verified": true, "approved": false}})
	count(open_admin_ports.deny) > 0 with input as document
}

test_separate_rules if {
	rule := {"type": "ingress", "from_port": 22, "to_port": 22, "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"]}
	count(open_admin_ports.deny) == 1 with input as change.to("aws_security_group_rule", rule)
	egress := object.union(rule, {"type": "egress"})
	count(open_admin_ports.deny) == 0 with input as change.to("aws_security_group_rule", egress)
}

test_newer_rules if {
	type := "aws_vpc_security_group_ingress_rule"
	tcp := {"from_port": 22, "to_port": 22, "ip_protocol": "tcp", "cidr_ipv4": null, "cidr_ipv6": "::/0"}
	count(open_admin_ports.deny) == 1 with input as change.to(type, tcp)
	every_port := {"ip_protocol": "-1", "cidr_ipv4": "0.0.0.0/0"}
	count(open_admin_ports.deny) == 2 with input as change.to(type, every_port)
}

test_ports_are_a_parameter if {
	params := {"open-admin-ports-aws": {"ports": [443]}}
	web := group({"cidr_blocks": ["0.0.0.0/0"], "from_port": 443, "to_port": 443})
	count(open_admin_ports.deny) == 1 with input as web with data.trueup.params as params
}
