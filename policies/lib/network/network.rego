# METADATA
# title: Addresses and ports
# description: Which address ranges mean "anyone", and which port ranges hold a port.
package trueup.lib.network

# Words by which platforms spell "everywhere".
_everywhere := {"*", "any", "internet", "<nw>/0", "/0", "0.0.0.0", "0.0.0.0/0.0.0.0", "::", "all"}

# True for a range that takes in (nearly) the whole internet: 0.0.0.0/0 and ::/0 in every spelling, and the halves
# and quarters by which both can be written. Below /8 (IPv4) and /16 (IPv6) nobody owns a range.
is_world(address) if lower(trim_space(address)) in _everywhere

is_world(address) if {
	[range, length] := split(trim_space(address), "/")
	contains(range, ".")
	not contains(range, ":")
	to_number(length) < 8
}

is_world(address) if {
	[range, length] := split(trim_space(address), "/")
	contains(range, ":")
	to_number(length) < 16
	not _private_v6(range)
}

# fc00::/7 is the one range so short that is nobody's internet.
_private_v6(range) if startswith(lower(range), "fc")

_private_v6(range) if startswith(lower(range), "fd")

# The addresses of a list (or of one address) that mean "anyone".
world_of(addresses) := {address |
	some address in _listed(addresses)
	is_string(address)
	is_world(address)
}

_listed(addresses) := addresses if is_array(addresses)

_listed(addresses) := [addresses] if is_string(addresses)

# Protocols that carry the ports of TCP and UDP, or every protocol.
_every_protocol := {"-1", "all", "*", "any"}

is_every_protocol(protocol) if lower(sprintf("%v", [protocol])) in _every_protocol

carries_ports(protocol) if is_every_protocol(protocol)

carries_ports(protocol) if lower(sprintf("%v", [protocol])) in {"tcp", "udp", "6", "17"}

# Does a rule from..to let the port through? AWS writes 0 and 0 (or -1, or nothing) for all ports of all protocols.
lets_port(protocol, _, _, _) if is_every_protocol(protocol)

lets_port(protocol, from, to, port) if {
	carries_ports(protocol)
	from <= port
	to >= port
}

# Port texts of Azure and Google Cloud: "22", "20-30", "*".
range_holds("*", _)

range_holds(text, port) if {
	not contains(text, "-")
	to_number(text) == port
}

range_holds(text, port) if {
	[low, high] := split(text, "-")
	to_number(low) <= port
	to_number(high) >= port
}
