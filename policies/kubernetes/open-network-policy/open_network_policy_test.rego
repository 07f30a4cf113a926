package trueup.kubernetes.open_network_policy_test

import data.trueup.kubernetes.open_network_policy
import data.trueup.lib.change_test as change

policy(from) := change.to("kubernetes_network_policy", {"spec": [{"ingress": [{"from": from, "ports": []}]}]})

block(cidr) := [{"ip_block": [{"cidr": cidr, "except": []}], "namespace_selector": [], "pod_selector": []}]

found(document) := [message.path | some message in open_network_policy.deny with input as document]

test_openings if {
	found(policy(block("0.0.0.0/0"))) == ["spec[0].ingress[0].from[0].ip_block[0].cidr"]
	found(policy(block("::/0"))) == ["spec[0].ingress[0].from[0].ip_block[0].cidr"]
	found(policy([])) == ["spec[0].ingress[0]"]
	found(policy(null)) == ["spec[0].ingress[0]"]
}

test_closed_policies_pass if {
	found(policy(block("10.0.0.0/8"))) == []
	found(policy([{"ip_block": [], "pod_selector": [{"match_labels": {"app": "web"}}]}])) == []
	found(change.to("kubernetes_network_policy", {"spec": [{"ingress": []}]})) == []
}

test_manifests if {
	count(found(manifest({"from": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}))) == 1
	count(found(manifest({}))) == 1
	count(found(manifest({"from": [{"podSelector": {}}]}))) == 0
}

test_approved_pipeline_may if {
	found(change.approved(policy(block("0.0.0.0/0")))) == []
}

manifest(rule) := change.to("kubernetes_manifest", {"manifest": {"kind": "NetworkPolicy", "spec": {"ingress": [rule]}}})
