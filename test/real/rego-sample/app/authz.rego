package app.authz

import data.lib.net
import data.roles

default allow := false

allow if {
	some role in roles[input.user]
	role == "admin"
}

allow if net.internal(input.ip)

deny contains msg if {
	not allow
	msg := sprintf("%s may not", [input.user])
}

limits[name] := limit if {
	some name, given in input.limits
	limit := given * 1.5
}

labels := {{"set", 1, null}, {1: "one"}}
