# METADATA
# title: No privileged pod
# description: |
#   No container has the node: privileged, dangerous capabilities, the node's network,
#   processes, memory or files. Reads pods, every workload that makes pods, and manifests.
package trueup.kubernetes.privileged_pod

import data.trueup.lib.kubernetes

params := data.trueup.params["privileged-pod"]

default params := {}

# Capabilities that give a container the node or its network.
dangerous := {capability |
	some capability in object.get(params, "capabilities", [
		"ALL", "SYS_ADMIN", "NET_ADMIN", "SYS_PTRACE", "SYS_MODULE", "DAC_READ_SEARCH", "BPF", "SYS_RAWIO",
	])
}

# Folders of the node that a pod may mount.
allowed_paths := {path | some path in object.get(params, "allowed_host_paths", [])}

deny contains _denial("privileged", path, sprintf("container `%s` of %s runs privileged", [found.name, _address])) if {
	some found in kubernetes.contexts
	found.context.privileged == true
	path := sprintf("%s.security_context[0].privileged", [found.path])
}

# Off is the safer choice, but on is what Kubernetes does when nobody says: advice, not a failure.
warn contains _denial("privilege-escalation", path, sprintf("container `%s` of %s may get more rights than its parent", [found.name, _address])) if {
	some found in kubernetes.contexts
	found.context.allow_privilege_escalation == true
	path := sprintf("%s.security_context[0].allow_privilege_escalation", [found.path])
}

deny contains _denial("capability", path, sprintf("container `%s` of %s has the capability `%s`", [found.name, _address, name])) if {
	some found in kubernetes.contexts
	some capabilities in found.context.capabilities
	some name in capabilities.add
	trim_prefix(upper(name), "CAP_") in dangerous
	path := sprintf("%s.security_context[0].capabilities[0].add", [found.path])
}

deny contains _denial("host-namespace", sprintf("%s.%s", [path, key]), sprintf("%s sets `%s`", [_address, key])) if {
	some path, spec in kubernetes.pod_specs
	some key in ["host_network", "host_pid", "host_ipc"]
	spec[key] == true
}

# A path that is missing or not known yet is no allowed one.
deny contains _denial("host-path", sprintf("%s.volume[%d].host_path", [path, i]), sprintf("%s mounts `%s` of the node", [_address, mounted])) if {
	some path, spec in kubernetes.pod_specs
	some i, volume in spec.volume
	some mount in volume.host_path
	mounted := object.get(mount, "path", "an unknown path")
	not mounted in allowed_paths
}

_address := input.change.resource.address

_denial(rule, path, what) := {
	"rule": rule,
	"severity": "critical",
	"path": path,
	"msg": sprintf("%s; take it out, or run it where privileged pods are meant to run", [what]),
}
