package main

import rego.v1

mandatory_tags := {"owner", "environment", "cost-centre"}

deny contains msg if {
	some change in input.resource_changes
	writes(change)
	tags := change.change.after.tags
	missing := mandatory_tags - object.keys(tags)
	count(missing) > 0
	msg := sprintf("%s lacks the tags %s", [change.address, concat(", ", sort(missing))])
}
