package trueup.google.open_admin_ports_test

import data.trueup.google.open_admin_ports
import data.trueup.lib.change_test as change

firewall(extra) := change.to("google_compute_firewall", object.union(
	{
		"direction": "INGRESS",
		"disabled": false,
		"source_ranges": ["10.0.0.0/8"],
		"source_tags": null,
		"source_service_accounts": null,
		"allow": [{"protocol": "tcp", "ports": ["22"]}],
	},
	extra,
))

found(extra) := count([message | some message in open_admin_ports.deny with input as firewall(extra)])

test_denies_the_world if {
	found({"source_ranges": ["10.0.0.0/8", "0.0.0.0/0"]}) == 1
	found({"source_ranges": ["::/0"]}) == 1
	found({"source_ranges": ["0.0.0.0/0"], "allow": [{"protocol": "tcp", "ports": ["20-30"]}]}) == 1
	found({"source_ranges": ["0.0.0.0/0"], "allow": [{"protocol": "tcp", "ports": []}]}) == 2
	found({"source_ranges": ["0.0.0.0/0"], "allow": [{"protocol": "all"}]}) == 2
	found({"source_ranges": []}) == 1
	found({"source_ranges": null}) == 1
}

test_lets_the_rest if {
	found({}) == 0
	found({"source_ranges": ["0.0.0.0/0"], "allow": [{"protocol": "tcp", "ports": ["443"]}]}) == 0
	found({"source_ranges": ["0.0.0.0/0"], "allow": [{"protocol": "icmp"}]}) == 0
	found({"source_ranges": ["0.0.0.0/0"], "disabled": true}) == 0
	found({"source_ranges": ["0.0.0.0/0"], "direction": "EGRESS"}) == 0
	found({"source_ranges": null, "source_tags": ["bastion"]}) == 0
}

test_approved_pipeline_may if {
	document := change.approved(firewall({"source_ranges": ["0.0.0.0/0"]}))
	count(open_admin_ports.deny) == 0 with input as document
}
