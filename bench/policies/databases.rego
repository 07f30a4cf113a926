package main

import rego.v1

deny contains msg if {
	some change in resource_changes("aws_db_instance")
	change.change.after.publicly_accessible
	msg := sprintf("%s can be reached from outside", [change.address])
}

deny contains msg if {
	some change in resource_changes("aws_db_instance")
	not change.change.after.storage_encrypted
	msg := sprintf("%s is not encrypted", [change.address])
}

deny contains msg if {
	some change in input.resource_changes
	change.type == "aws_db_instance"
	"delete" in change.change.actions
	msg := sprintf("%s must not be deleted by a plan", [change.address])
}
