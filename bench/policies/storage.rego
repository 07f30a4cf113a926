package main

import rego.v1

deny contains msg if {
	some change in resource_changes("aws_s3_bucket")
	change.change.after.acl in {"public-read", "public-read-write"}
	msg := sprintf("%s is public", [change.address])
}

deny contains msg if {
	some change in resource_changes("aws_s3_bucket")
	count(change.change.after.server_side_encryption_configuration) == 0
	msg := sprintf("%s is not encrypted", [change.address])
}

warn contains msg if {
	some change in resource_changes("aws_s3_bucket")
	some versioning in change.change.after.versioning
	versioning.enabled == false
	msg := sprintf("%s keeps no versions", [change.address])
}
