package main

import rego.v1

deny contains msg if {
	some change in resource_changes("aws_instance")
	some options in change.change.after.metadata_options
	options.http_tokens != "required"
	msg := sprintf("%s answers metadata requests without a token", [change.address])
}

deny contains msg if {
	some change in resource_changes("aws_instance")
	some disk in change.change.after.root_block_device
	not disk.encrypted
	msg := sprintf("%s has a root disk that is not encrypted", [change.address])
}

deny contains msg if {
	some change in resource_changes("aws_lambda_function")
	regex.match(`^(nodejs(4|6|8|10|12)|python(2|3\.[0-7]$))`, change.change.after.runtime)
	msg := sprintf("%s uses the retired runtime %s", [change.address, change.change.after.runtime])
}

deny contains msg if {
	some change in resource_changes("aws_cloudwatch_log_group")
	change.change.after.retention_in_days < 90
	msg := sprintf("%s keeps logs for %d days only", [change.address, change.change.after.retention_in_days])
}
