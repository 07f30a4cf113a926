package trueup.kubernetes.cluster_admin_test

import data.trueup.kubernetes.cluster_admin
import data.trueup.lib.change_test as change

found(type, after) := {message.rule | some message in cluster_admin.deny with input as change.to(type, after)}

binding(role, someone) := {"role_ref": [{"name": role}], "subject": [{"kind": "User", "name": someone}]}

test_bindings if {
	every type in ["kubernetes_cluster_role_binding", "kubernetes_cluster_role_binding_v1", "kubernetes_role_binding"] {
		found(type, binding("cluster-admin", "mira")) == {"cluster-admin"}
		found(type, binding("view", "mira")) == set()
		found(type, binding("view", "system:unauthenticated")) == {"anybody"}
	}
}

test_roles if {
	found("kubernetes_cluster_role", {"rule": [{"verbs": ["*"], "resources": ["*"], "api_groups": ["*"]}]}) == {"wildcard-role"}
	found("kubernetes_cluster_role", {"rule": [{"verbs": ["get", "impersonate"], "resources": ["users"]}]}) == {"escalating-role"}
	found("kubernetes_role", {"rule": [{"verbs": ["get", "list"], "resources": ["pods"]}]}) == set()
	found("kubernetes_role", {"rule": [{"verbs": ["*"], "resources": ["pods"]}]}) == set()
}

test_manifests if {
	manifest := {"kind": "ClusterRoleBinding", "roleRef": {"name": "cluster-admin"}, "subjects": [{"name": "ops"}]}
	found("kubernetes_manifest", {"manifest": manifest}) == {"cluster-admin"}
	role := {"kind": "ClusterRole", "rules": [{"verbs": ["*"], "resources": ["*"]}]}
	found("kubernetes_manifest", {"manifest": role}) == {"wildcard-role"}
}
