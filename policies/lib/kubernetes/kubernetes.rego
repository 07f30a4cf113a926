# METADATA
# title: Pods wherever they are written
# description: |
#   Finds the pod specs and containers of a Kubernetes resource: the blocks of provider `kubernetes`
#   (snake case, one-element lists) and the manifests of `kubernetes_manifest` (camel case) in one form.
package trueup.lib.kubernetes

# Pod specs of the change's resource, as objects in the provider's spelling, by their path.
pod_specs[path] := spec if {
	startswith(input.change.resource.type, "kubernetes_pod")
	some i, spec in input.change.after.spec
	path := sprintf("spec[%d]", [i])
}

pod_specs[path] := spec if {
	some i, outer in input.change.after.spec
	some j, template in outer.template
	some k, spec in template.spec
	path := sprintf("spec[%d].template[%d].spec[%d]", [i, j, k])
}

pod_specs[path] := spec if {
	some i, outer in input.change.after.spec
	some j, job in outer.job_template
	some k, inner in job.spec
	some l, template in inner.template
	some m, spec in template.spec
	path := sprintf("spec[%d].job_template[%d].spec[%d].template[%d].spec[%d]", [i, j, k, l, m])
}

pod_specs[path] := spec if {
	some path, raw in _manifest_specs
	spec := {
		"host_network": object.get(raw, "hostNetwork", false),
		"host_pid": object.get(raw, "hostPID", false),
		"host_ipc": object.get(raw, "hostIPC", false),
		"container": [_container(c) | some c in object.get(raw, "containers", [])],
		"init_container": [_container(c) | some c in object.get(raw, "initContainers", [])],
		"volume": [{"name": v.name, "host_path": [v.hostPath]} | some v in object.get(raw, "volumes", []); v.hostPath],
	}
}

_manifest := input.change.after.manifest

_manifest_specs["manifest.spec"] := _manifest.spec if _manifest.kind == "Pod"

_manifest_specs["manifest.spec.template.spec"] := _manifest.spec.template.spec

_manifest_specs["manifest.spec.jobTemplate.spec.template.spec"] := _manifest.spec.jobTemplate.spec.template.spec

_container(raw) := {"name": object.get(raw, "name", ""), "security_context": [{
	"privileged": object.get(raw, ["securityContext", "privileged"], false),
	"allow_privilege_escalation": object.get(raw, ["securityContext", "allowPrivilegeEscalation"], false),
	"capabilities": [{"add": object.get(raw, ["securityContext", "capabilities", "add"], [])}],
}]}

# Every container with the path of its spec: {"path", "name", "context"} for each security context.
contexts contains {"path": sprintf("%s.%s[%d]", [path, kind, i]), "name": container.name, "context": context} if {
	some path, spec in pod_specs
	some kind in ["container", "init_container"]
	some i, container in spec[kind]
	some context in container.security_context
}
