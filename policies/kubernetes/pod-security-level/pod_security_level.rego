# METADATA
# title: Namespaces keep their Pod Security level
# description: |
#   The label that Pod Security admission enforces does not become `privileged` and does not go away.
package trueup.kubernetes.pod_security_level

_label := "pod-security.kubernetes.io/enforce"

_path := sprintf(`metadata[0].labels["%s"]`, [_label])

deny contains {
	"rule": "privileged-namespace",
	"severity": "high",
	"path": _path,
	"msg": sprintf("%s enforces the Pod Security level `privileged`; enforce `baseline` or `restricted`", [input.change.resource.address]),
} if {
	_level(input.change.after) == "privileged"
}

deny contains {
	"rule": "level-removed",
	"severity": "high",
	"path": _path,
	"msg": sprintf("%s no longer enforces the Pod Security level `%s`; put the label back", [input.change.resource.address, before]),
} if {
	before := _level(input.change.before)
	not _level(input.change.after)
}

_level(state) := state.metadata[0].labels[_label]

_level(state) := state.manifest.metadata.labels[_label]
