package main

import rego.v1

as_list(value) := value if is_array(value)

as_list(value) := [value] if is_string(value)

deny contains msg if {
	some change in resource_changes("aws_iam_policy")
	document := json.unmarshal(change.change.after.policy)
	some statement in document.Statement
	statement.Effect == "Allow"
	some action in as_list(statement.Action)
	action == "*"
	some resource in as_list(statement.Resource)
	resource == "*"
	msg := sprintf("%s allows everything on everything", [change.address])
}

deny contains msg if {
	some change in resource_changes("aws_iam_role")
	document := json.unmarshal(change.change.after.assume_role_policy)
	some statement in document.Statement
	statement.Principal == "*"
	msg := sprintf("%s can be assumed by anyone", [change.address])
}

deny contains msg if {
	some change in resource_changes("aws_iam_role_policy_attachment")
	endswith(change.change.after.policy_arn, "/AdministratorAccess")
	msg := sprintf("%s makes an administrator of %s", [change.address, change.change.after.role])
}
