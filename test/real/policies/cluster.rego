# Rules of a payments company for its cluster, written for conftest: they read a plan and know nothing of Trueup.
package main

import rego.v1

written contains change if {
	some change in input.resource_changes
	some action in change.change.actions
	action in {"create", "update"}
}

deny contains msg if {
	some change in written
	change.type == "kubernetes_network_policy"
	some rule in change.change.after.spec[_].ingress
	some peer in rule.from
	some block in peer.ip_block
	block.cidr == "0.0.0.0/0"
	some port in rule.ports
	msg := sprintf("%s lets everybody in on port %s", [change.address, port.port])
}

deny contains msg if {
	some change in written
	change.type == "kubernetes_deployment"
	some container in change.change.after.spec[_].template[_].spec[_].container
	some context in container.security_context
	context.privileged
	msg := sprintf("%s runs container %s privileged", [change.address, container.name])
}

deny contains msg if {
	some change in written
	change.type == "kubernetes_namespace"
	some metadata in change.change.after.metadata
	not metadata.labels["pod-security.kubernetes.io/enforce"] in {"restricted", "baseline"}
	msg := sprintf("namespace %s does not restrict its pods", [metadata.name])
}

deny contains msg if {
	some change in written
	change.type == "kubernetes_cluster_role_binding"
	some role in change.change.after.role_ref
	role.name == "cluster-admin"
	msg := sprintf("%s hands out cluster-admin", [change.address])
}

deny contains {"msg": msg, "details": {"owner": owner}} if {
	some change in written
	change.type == "kubernetes_service"
	some spec in change.change.after.spec
	spec.type in {"NodePort", "LoadBalancer"}
	some metadata in change.change.after.metadata
	owner := object.get(metadata.labels, "owner", "nobody")
	msg := sprintf("service %s/%s has an address outside the cluster", [metadata.namespace, metadata.name])
}

warn contains msg if {
	some change in input.resource_changes
	"delete" in change.change.actions
	msg := sprintf("%s is deleted", [change.address])
}

violation contains {"msg": msg} if {
	some change in written
	change.type == "kubernetes_config_map"
	change.change.after.data.three_d_secure == "optional"
	msg := sprintf("%s makes strong customer authentication optional", [change.address])
}
