package main

import rego.v1

deny contains msg if {
	some change in input.resource_changes
	change.type == "local_file"
	"create" in change.change.actions
	regex.match(`tls_min\s*=\s*1\.[01]`, object.get(change.change.after, "content", ""))
	msg := sprintf("%s allows a TLS version below 1.2", [change.address])
}

deny contains msg if {
	some change in input.resource_changes
	change.type == "local_file"
	"create" in change.change.actions
	change.change.after.file_permission == "0777"
	msg := sprintf("%s can be written by everybody", [change.address])
}
