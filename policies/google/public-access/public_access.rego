# METADATA
# title: Nothing is granted to everybody (Google Cloud)
# description: No role for allUsers or allAuthenticatedUsers, on buckets or anything else; no bucket ACL for them.
package trueup.google.public_access

_everybody := {"allUsers", "allAuthenticatedUsers"}

deny contains _denial("everybody", key, sprintf("gives `%s` to `%s`", [object.get(input.change.after, "role", "access"), someone])) if {
	_grants
	some key in ["member", "members", "entity"]
	some someone in _listed(input.change.after[key])
	someone in _everybody
}

deny contains _denial("everybody", sprintf("role_entity[%d]", [i]), sprintf("gives `%s`", [entry])) if {
	some i, entry in input.change.after.role_entity
	[_, someone] := split(entry, ":")
	someone in _everybody
}

deny contains _denial("everybody", "predefined_acl", sprintf("has the ACL `%s`", [acl])) if {
	acl := input.change.after.predefined_acl
	acl in {"publicRead", "publicReadWrite", "authenticatedRead"}
}

deny contains _denial("everybody", sprintf("access[%d].special_group", [i]), sprintf("gives access to `%s`", [entry.special_group])) if {
	input.change.resource.type == "google_bigquery_dataset"
	some i, entry in input.change.after.access
	entry.special_group in _everybody
}

_grants if contains(input.change.resource.type, "_iam_")

_grants if contains(input.change.resource.type, "access_control")

_listed(value) := value if is_array(value)

_listed(value) := [value] if is_string(value)

_denial(rule, path, what) := {
	"rule": rule,
	"severity": "critical",
	"path": path,
	"msg": sprintf("%s %s; name groups or service accounts", [input.change.resource.address, what]),
}
