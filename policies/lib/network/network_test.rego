package trueup.lib.network_test

import data.trueup.lib.network

test_world_in_every_spelling if {
	every address in [
		"0.0.0.0/0", "::/0", "0::/0", "0:0:0:0:0:0:0:0/0", "203.0.113.7/0", "0.0.0.0/1", "128.0.0.0/1", "::/1",
		"2000::/3", "*", "Any", "Internet", "<nw>/0", "0.0.0.0/0.0.0.0",
	] {
		network.is_world(address)
	}
}

test_networks_are_not_the_world if {
	every address in [
		"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "203.0.113.0/24", "54.0.0.0/8", "fd00::/8", "fc00::/7",
		"2001:db8::/32", "sg-1", "VirtualNetwork", "", "a/b/c", "x/y",
	] {
		not network.is_world(address)
	}
}

test_ports if {
	network.lets_port("tcp", 20, 30, 22)
	network.lets_port("-1", 0, 0, 22)
	network.lets_port(6, 22, 22, 22)
	not network.lets_port("tcp", 443, 443, 22)
	not network.lets_port("icmp", 0, 255, 22)
}

test_port_ranges if {
	network.range_holds("*", 22)
	network.range_holds("22", 22)
	network.range_holds("0-65535", 22)
	not network.range_holds("443", 22)
	not network.range_holds("1000-2000", 22)
}
