# METADATA
# title: No administration port open to the world (AWS)
# description: |
#   No ingress from anywhere to SSH (22) or RDP (3389) unless the change comes through the approved pipeline.
#   Blocks inside a security group, separate rules of both generations, IPv6, port ranges and "all protocols" alike.
package trueup.aws.open_admin_ports

import data.trueup.lib.network

ports := data.trueup.params["open-admin-ports-aws"].ports

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

# One entry for each port and each address that opens it.
openings contains {"port": port, "source": source, "path": sprintf("ingress[%d].%s", [i, key])} if {
	input.change.resource.type in {"aws_security_group", "aws_default_security_group"}
	some i, rule in input.change.after.ingress
	some port in ports
	network.lets_port(rule.protocol, rule.from_port, rule.to_port, port)
	some key in ["cidr_blocks", "ipv6_cidr_blocks"]
	some source in network.world_of(rule[key])
}

openings contains {"port": port, "source": source, "path": key} if {
	input.change.resource.type == "aws_security_group_rule"
	rule := input.change.after
	rule.type == "ingress"
	some port in ports
	network.lets_port(rule.protocol, rule.from_port, rule.to_port, port)
	some key in ["cidr_blocks", "ipv6_cidr_blocks"]
	some source in network.world_of(rule[key])
}

openings contains {"port": port, "source": rule[key], "path": key} if {
	input.change.resource.type == "aws_vpc_security_group_ingress_rule"
	rule := input.change.after
	some port in ports
	_lets_port(rule, port)
	some key in ["cidr_ipv4", "cidr_ipv6"]
	network.is_world(rule[key])
}

# With ip_protocol -1 the newer resource carries no ports at all.
_lets_port(rule, _) if network.is_every_protocol(rule.ip_protocol)

_lets_port(rule, port) if network.lets_port(rule.ip_protocol, rule.from_port, rule.to_port, port)
