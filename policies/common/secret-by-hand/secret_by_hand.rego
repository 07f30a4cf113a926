# METADATA
# title: A secret changed by hand is looked at
# description: |
#   A secret value changed outside the approved pipeline goes to the review queue, on any type: somebody may have rotated
#   it in an incident, or somebody may have planted one. Never shows the value.
package trueup.common.secret_by_hand

review contains {
	"rule": "secret-changed-by-hand",
	"severity": "high",
	"path": property.path,
	"msg": sprintf("a secret of %s was changed outside the pipeline; rotate it from code, or adopt it", [input.change.resource.address]),
} if {
	input.change.origin in {"observed", "attempted"}
	not input.pipeline.approved
	some property in input.change.properties
	property.sensitive
}
