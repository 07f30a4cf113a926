package main

_plan(resources) := {"format_version": "1.2", "resource_changes": resources}

_to(type, after) := {
	"address": sprintf("%s.it", [type]),
	"type": type,
	"change": {"actions": ["update"], "before": {}, "after": after},
}

_gone(n) := [resource |
	some i in numbers.range(1, n)
	resource := {"address": sprintf("a.b%d", [i]), "type": "a", "change": {"actions": ["delete"], "after": null}}
]

_group(rule) := _to("aws_security_group", {"ingress": [object.union(
	{"from_port": 22, "to_port": 22, "protocol": "tcp", "cidr_blocks": [], "ipv6_cidr_blocks": []},
	rule,
)]})

test_ssh_to_the_world if {
	deny == {"aws_security_group.it opens port 22 to 0.0.0.0/0"} with input as _plan([_group({"cidr_blocks": ["0.0.0.0/0"]})])
	deny == {"aws_security_group.it opens port 22 to ::/0"} with input as _plan([_group({"ipv6_cidr_blocks": ["::/0"]})])
	count(deny) == 2 with input as _plan([_group({"cidr_blocks": ["0.0.0.0/0"], "protocol": "-1", "from_port": 0, "to_port": 0})])
	count(deny) == 0 with input as _plan([_group({"cidr_blocks": ["10.0.0.0/8"]})])
	count(deny) == 0 with input as _plan([_group({"cidr_blocks": ["0.0.0.0/0"], "from_port": 443, "to_port": 443})])
}

test_the_other_clouds if {
	azure := {"direction": "Inbound", "access": "Allow", "destination_port_range": "22", "source_address_prefix": "*"}
	count(deny) == 1 with input as _plan([_to("azurerm_network_security_rule", azure)])
	google := {"source_ranges": ["0.0.0.0/0"], "allow": [{"protocol": "tcp", "ports": ["20-30"]}]}
	count(deny) == 1 with input as _plan([_to("google_compute_firewall", google)])
	rule := {"ip_protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_ipv4": "0.0.0.0/0"}
	count(deny) == 1 with input as _plan([_to("aws_vpc_security_group_ingress_rule", rule)])
}

test_public_data if {
	count(deny) == 1 with input as _plan([_to("aws_db_instance", {"publicly_accessible": true})])
	count(deny) == 1 with input as _plan([_to("aws_s3_bucket_acl", {"acl": "public-read"})])
	count(deny) == 1 with input as _plan([_to("aws_s3_bucket_public_access_block", {"block_public_acls": false})])
	count(deny) == 0 with input as _plan([_to("aws_s3_bucket_acl", {"acl": "private"})])
}

test_untouched_resources_are_not_judged if {
	untouched := object.union(_group({"cidr_blocks": ["0.0.0.0/0"]}), {"change": {"actions": ["no-op"]}})
	count(deny) == 0 with input as _plan([untouched])
	count(deny) == 0 with input as {"format_version": "1.2"}
}

test_removing_much if {
	count(warn) == 1 with input as _plan(_gone(6))
	count(warn) == 0 with input as _plan(_gone(5))
}
