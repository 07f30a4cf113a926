# METADATA
# title: No IAM wildcard (AWS)
# description: |
#   No policy allows every action of a service (`iam:*`), every action at all, or all but a few; no role is trusted by
#   anybody; nobody gets AdministratorAccess. Services that may be allowed as a whole are a parameter.
package trueup.aws.iam_wildcard

import data.trueup.lib.iam

params := data.trueup.params["iam-wildcard"]

default params := {}

# Services that a policy may allow as a whole.
allowed_services := {service | some service in object.get(params, "allowed_services", [])}

# Managed policies that nobody gets.
broad_policies := {arn |
	some arn in object.get(params, "broad_policies", [
		"arn:aws:iam::aws:policy/AdministratorAccess",
		"arn:aws:iam::aws:policy/PowerUserAccess",
		"arn:aws:iam::aws:policy/IAMFullAccess",
	])
}

deny contains {
	"rule": "wildcard-action",
	"severity": "critical",
	"path": document.path,
	"msg": sprintf("%s allows `%s`; name the actions that are needed", [input.change.resource.address, action]),
} if {
	some document in documents
	some statement in iam.allowing(document.value)
	some action in iam.wildcard_actions(statement)
	not split(action, ":")[0] in allowed_services
}

deny contains {
	"rule": "not-action",
	"severity": "critical",
	"path": document.path,
	"msg": sprintf("%s allows all but a few actions (`NotAction`); name the actions that are needed", [input.change.resource.address]),
} if {
	some document in documents
	some statement in iam.allowing(document.value)
	iam.excludes_actions(statement)
}

deny contains {
	"rule": "anybody-may-assume",
	"severity": "critical",
	"path": "assume_role_policy",
	"msg": sprintf("anybody may assume %s; name who may, or add a condition", [input.change.resource.address]),
} if {
	some statement in iam.allowing(input.change.after.assume_role_policy)
	iam.lets_anybody(statement)
}

deny contains {
	"rule": "broad-managed-policy",
	"severity": "critical",
	"path": attached.path,
	"msg": sprintf("%s attaches `%s`; attach a policy that names what is needed", [input.change.resource.address, attached.arn]),
} if {
	some attached in attachments
	attached.arn in broad_policies
}

documents contains {"path": "policy", "value": input.change.after.policy} if {
	input.change.resource.type in {
		"aws_iam_policy", "aws_iam_role_policy", "aws_iam_user_policy", "aws_iam_group_policy",
	}
}

documents contains {"path": "inline_policy", "value": input.change.after.inline_policy} if {
	input.change.resource.type == "aws_ssoadmin_permission_set_inline_policy"
}

documents contains {"path": sprintf("inline_policy[%d].policy", [i]), "value": inline.policy} if {
	input.change.resource.type == "aws_iam_role"
	some i, inline in input.change.after.inline_policy
}

attachments contains {"path": key, "arn": input.change.after[key]} if {
	some key in ["policy_arn", "managed_policy_arn"]
	is_string(input.change.after[key])
}

attachments contains {"path": "managed_policy_arns", "arn": arn} if some arn in input.change.after.managed_policy_arns
