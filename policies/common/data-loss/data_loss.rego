# METADATA
# title: Losing data is looked at
# description: |
#   Deleting or replacing what holds data goes to the review queue, whatever its origin. Which types hold data, the set
#   says in `applies.types`; deletions reach this policy because `applies.actions` names them.
package trueup.common.data_loss

review contains {
	"rule": "data-loss",
	"severity": "critical",
	"path": "",
	"msg": sprintf("%s of %s loses what it holds; say where the backup is", [input.change.action, input.change.resource.address]),
} if {
	input.change.action in {"delete", "replace"}
}
