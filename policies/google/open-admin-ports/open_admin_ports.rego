# METADATA
# title: No administration port open to the world (Google Cloud)
# description: |
#   No firewall rule lets everyone reach SSH (22) or RDP (3389) unless the change comes through the approved pipeline.
#   A rule that names no source at all means everyone.
package trueup.google.open_admin_ports

import data.trueup.lib.network

ports := data.trueup.params["open-admin-ports-google"].ports

default ports := [22, 3389]

deny contains {
	"rule": "open-admin-port",
	"severity": "critical",
	"path": "source_ranges",
	"msg": sprintf("port %d of %s is open to %s; let nobody in from everywhere, or bring the change through the approved pipeline", [
		port, input.change.resource.address,
		source,
	]),
} if {
	not input.pipeline.approved
	input.change.resource.type == "google_compute_firewall"
	input.change.after.disabled != true
	object.get(input.change.after, "direction", "INGRESS") != "EGRESS"
	some source in sources
	some port in ports
	_lets_port(port)
}

sources contains source if some source in network.world_of(input.change.after.source_ranges)

sources contains "everyone" if {
	every key in ["source_ranges", "source_tags", "source_service_accounts"] {
		_is_empty(object.get(input.change.after, key, null))
	}
}

_is_empty(null)

_is_empty([])

_lets_port(port) if {
	some allow in input.change.after.allow
	network.carries_ports(allow.protocol)
	_is_empty(object.get(allow, "ports", null))
	port
}

_lets_port(port) if {
	some allow in input.change.after.allow
	network.carries_ports(allow.protocol)
	some text in allow.ports
	network.range_holds(text, port)
}
