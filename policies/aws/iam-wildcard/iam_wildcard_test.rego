package trueup.aws.iam_wildcard_test

import data.trueup.aws.iam_wildcard
import data.trueup.lib.change_test as change

rules(type, after) := {message.rule | some message in iam_wildcard.deny with input as change.to(type, after)}

policy(statement) := {"policy": json.marshal({"Statement": [object.union({"Effect": "Allow", "Resource": "*"}, statement)]})}

test_wildcards if {
	every action in ["*", "iam:*", ["s3:GetObject", "ec2:*"], "*:*"] {
		rules("aws_iam_policy", policy({"Action": action})) == {"wildcard-action"}
	}
	rules("aws_iam_role_policy", policy({"NotAction": "iam:*"})) == {"not-action"}
}

test_named_actions_pass if {
	rules("aws_iam_policy", policy({"Action": ["s3:GetObject", "s3:List*"]})) == set()
	rules("aws_iam_policy", policy({"Action": "*", "Effect": "Deny"})) == set()
	rules("aws_iam_policy", {"policy": null}) == set()
}

test_inline_policies if {
	inline := policy({"Action": "*"}).policy
	rules("aws_iam_role", {"inline_policy": [{"name": "a", "policy": inline}]}) == {"wildcard-action"}
	rules("aws_ssoadmin_permission_set_inline_policy", {"inline_policy": inline}) == {"wildcard-action"}
}

test_trust if {
	rules("aws_iam_role", _trust({"AWS": "*"})) == {"anybody-may-assume"}
	rules("aws_iam_role", _trust({"Service": "ecs-tasks.amazonaws.com"})) == set()
}

test_managed_policies if {
	admin := "arn:aws:iam::aws:policy/AdministratorAccess"
	rules("aws_iam_role_policy_attachment", {"policy_arn": admin}) == {"broad-managed-policy"}
	rules("aws_ssoadmin_managed_policy_attachment", {"managed_policy_arn": admin}) == {"broad-managed-policy"}
	rules("aws_iam_role", {"managed_policy_arns": [admin]}) == {"broad-managed-policy"}
	rules("aws_iam_role_policy_attachment", {"policy_arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}) == set()
}

test_services_are_a_parameter if {
	params := {"iam-wildcard": {"allowed_services": ["s3"]}}
	s3 := change.to("aws_iam_policy", policy({"Action": ["s3:*"]}))
	count(iam_wildcard.deny) == 0 with input as s3 with data.trueup.params as params
	iam := change.to("aws_iam_policy", policy({"Action": ["iam:*"]}))
	count(iam_wildcard.deny) == 1 with input as iam with data.trueup.params as params
}

_trust(principal) := {"assume_role_policy": json.marshal({"Statement": [{
	"Effect": "Allow",
	"Action": "sts:AssumeRole",
	"Principal": principal,
}]})}
