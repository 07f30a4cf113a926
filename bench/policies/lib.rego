package main

import rego.v1

# Resources of one type that will exist after this plan with a content that the plan sets.
resource_changes(type) := [change |
	some change in input.resource_changes
	change.type == type
	writes(change)
]

writes(change) if {
	some action in change.change.actions
	action in {"create", "update"}
}
