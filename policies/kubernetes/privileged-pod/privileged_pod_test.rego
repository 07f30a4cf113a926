package trueup.kubernetes.privileged_pod_test

import data.trueup.kubernetes.privileged_pod
import data.trueup.lib.change_test as change

found(type, after) := {message.rule | some message in privileged_pod.deny with input as change.to(type, after)}

pod(extra) := {"spec": [object.union({"container": [{"name": "app", "security_context": []}]}, extra)]}

deployment(extra) := {"spec": [{"template": [pod(extra)]}]}

container(context) := {"container": [{"name": "app", "security_context": [context]}]}

test_privileged_wherever_it_is_written if {
	privileged := container({"privileged": true})
	found("kubernetes_pod", pod(privileged)) == {"privileged"}
	found("kubernetes_pod_v1", pod(privileged)) == {"privileged"}
	every type in [
		"kubernetes_deployment", "kubernetes_deployment_v1", "kubernetes_daemonset", "kubernetes_daemon_set_v1",
		"kubernetes_stateful_set", "kubernetes_job", "kubernetes_replication_controller",
	] {
		found(type, deployment(privileged)) == {"privileged"}
	}
	cron_job := {"spec": [{"job_template": [{"spec": [{"template": [pod(privileged)]}]}]}]}
	found("kubernetes_cron_job_v1", cron_job) == {"privileged"}
	init := {"init_container": [{"name": "init", "security_context": [{"privileged": true}]}]}
	found("kubernetes_pod", pod(init)) == {"privileged"}
}

test_manifests if {
	spec := {"hostNetwork": true, "containers": [{"name": "a", "securityContext": {"privileged": true}}]}
	both := {"privileged", "host-namespace"}
	found("kubernetes_manifest", {"manifest": {"kind": "Pod", "spec": spec}}) == both
	found("kubernetes_manifest", {"manifest": {"kind": "Deployment", "spec": {"template": {"spec": spec}}}}) == both
	cron_job := {"kind": "CronJob", "spec": {"jobTemplate": {"spec": {"template": {"spec": spec}}}}}
	found("kubernetes_manifest", {"manifest": cron_job}) == both
	found("kubernetes_manifest", {"manifest": {"kind": "ConfigMap", "data": {}}}) == set()
}

test_the_other_ways if {
	found("kubernetes_pod", pod({"host_network": true})) == {"host-namespace"}
	found("kubernetes_pod", pod({"host_pid": true})) == {"host-namespace"}
	found("kubernetes_pod", pod({"host_ipc": true})) == {"host-namespace"}
	found("kubernetes_pod", pod({"volume": [{"host_path": [{"path": "/"}]}]})) == {"host-path"}
	found("kubernetes_pod", pod({"volume": [{"host_path": [{"type": "Directory"}]}]})) == {"host-path"}
	found("kubernetes_pod", pod({"volume": [{"host_path": [{"path": null}]}]})) == {"host-path"}
	found("kubernetes_pod", pod(container({"capabilities": [{"add": ["SYS_ADMIN"]}]}))) == {"capability"}
	found("kubernetes_pod", pod(container({"capabilities": [{"add": ["CAP_NET_ADMIN"]}]}))) == {"capability"}
}

test_escalation_is_advice if {
	document := change.to("kubernetes_pod", pod(container({"allow_privilege_escalation": true})))
	count(privileged_pod.deny) == 0 with input as document
	count(privileged_pod.warn) == 1 with input as document
}

test_plain_pods_pass if {
	found("kubernetes_pod", pod({})) == set()
	found("kubernetes_pod", pod({"host_network": false, "volume": [{"empty_dir": [{}], "host_path": []}]})) == set()
	found("kubernetes_pod", pod(container({"privileged": false, "capabilities": [{"add": ["NET_BIND_SERVICE"]}]}))) == set()
	found("kubernetes_deployment", {"spec": null}) == set()
}

test_parameters if {
	document := change.to("kubernetes_pod", pod({"volume": [{"host_path": [{"path": "/var/log"}]}]}))
	params := {"privileged-pod": {"allowed_host_paths": ["/var/log"]}}
	count(privileged_pod.deny) == 0 with input as document with data.trueup.params as params
}
