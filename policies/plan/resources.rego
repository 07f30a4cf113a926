# What a plan changes: helpers of the plan policies. The input is `tofu show -json` or `terraform show -json` of a plan.
package main

# Resources that the plan creates or changes, with the state that they will have.
changing contains resource if {
	some resource in input.resource_changes
	some action in resource.change.actions
	action in {"create", "update"}
}

deleted contains resource if {
	some resource in input.resource_changes
	"delete" in resource.change.actions
	not "create" in resource.change.actions
}

replaced contains resource if {
	some resource in input.resource_changes
	"delete" in resource.change.actions
	"create" in resource.change.actions
}

# Everyone, in each spelling and in halves.
_is_world(address) if {
	[_, length] := split(address, "/")
	contains(address, ".")
	to_number(length) < 8
}

_is_world(address) if {
	[_, length] := split(address, "/")
	contains(address, ":")
	to_number(length) < 7
}

_is_world(address) if lower(address) in {"*", "any", "internet", "0.0.0.0"}
