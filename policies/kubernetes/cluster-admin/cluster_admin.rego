# METADATA
# title: No cluster-admin binding
# description: |
#   Nobody is bound to cluster-admin, no role allows everything or lets its holder give itself more, and nobody
#   unauthenticated gets any role.
package trueup.kubernetes.cluster_admin

deny contains _denial("cluster-admin", path, sprintf("%s binds `%s` to `%s`", [_address, subject.name, role.name])) if {
	some place, role in role_refs
	role.name in {"cluster-admin", "system:masters"}
	some subject in subjects
	path := sprintf("%s.name", [place])
}

deny contains _denial("anybody", path, sprintf("%s binds `%s`, which is anybody", [_address, subject.name])) if {
	some path, subject in subjects
	subject.name in {"system:anonymous", "system:unauthenticated"}
}

deny contains _denial("wildcard-role", place, sprintf("%s allows every verb on every resource", [_address])) if {
	some place, rule in rules
	"*" in rule.verbs
	"*" in rule.resources
}

deny contains _denial("escalating-role", place, sprintf("%s allows `%s`, by which its holder gives itself more", [_address, verb])) if {
	some place, rule in rules
	some verb in rule.verbs
	verb in {"escalate", "bind", "impersonate"}
}

role_refs[sprintf("role_ref[%d]", [i])] := role if some i, role in input.change.after.role_ref

role_refs["manifest.roleRef"] := input.change.after.manifest.roleRef

subjects[sprintf("subject[%d].name", [i])] := subject if some i, subject in input.change.after.subject

subjects[sprintf("manifest.subjects[%d].name", [i])] := subject if {
	some i, subject in input.change.after.manifest.subjects
}

rules[sprintf("rule[%d]", [i])] := rule if some i, rule in input.change.after.rule

rules[sprintf("manifest.rules[%d]", [i])] := rule if {
	input.change.after.manifest.kind in {"Role", "ClusterRole"}
	some i, rule in input.change.after.manifest.rules
}

_address := input.change.resource.address

_denial(rule, path, what) := {
	"rule": rule,
	"severity": "critical",
	"path": path,
	"msg": sprintf("%s; name the resources and verbs that are needed", [what]),
}
