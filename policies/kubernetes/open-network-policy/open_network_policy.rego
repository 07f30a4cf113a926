# METADATA
# title: No network policy opened to the world
# description: |
#   No network policy lets in the whole internet, or every peer by naming none, unless the change comes through the
#   approved pipeline.
package trueup.kubernetes.open_network_policy

import data.trueup.lib.network

deny contains {
	"rule": "open-network-policy",
	"severity": "critical",
	"path": opening.path,
	"msg": sprintf("%s lets in %s; name the peers, or bring the change through the approved pipeline", [input.change.resource.address, opening.who]),
} if {
	not input.pipeline.approved
	some opening in openings
}

openings contains {"path": path, "who": sprintf("`%s`", [block.cidr])} if {
	some i, spec in input.change.after.spec
	some j, rule in spec.ingress
	some k, peer in rule.from
	some block in peer.ip_block
	network.is_world(block.cidr)
	path := sprintf("spec[%d].ingress[%d].from[%d].ip_block[0].cidr", [i, j, k])
}

openings contains {"path": sprintf("spec[%d].ingress[%d]", [i, j]), "who": "every peer, because it names none"} if {
	_is_policy
	some i, spec in input.change.after.spec
	some j, rule in spec.ingress
	_is_empty(object.get(rule, "from", null))
}

openings contains {"path": sprintf("manifest.spec.ingress[%d].from[%d].ipBlock.cidr", [i, j]), "who": sprintf("`%s`", [peer.ipBlock.cidr])} if {
	some i, rule in _manifest.spec.ingress
	some j, peer in rule.from
	network.is_world(peer.ipBlock.cidr)
}

openings contains {"path": sprintf("manifest.spec.ingress[%d]", [i]), "who": "every peer, because it names none"} if {
	some i, rule in _manifest.spec.ingress
	_is_empty(object.get(rule, "from", null))
}

_manifest := input.change.after.manifest if input.change.after.manifest.kind == "NetworkPolicy"

_is_policy if startswith(input.change.resource.type, "kubernetes_network_policy")

_is_empty(null)

_is_empty([])
