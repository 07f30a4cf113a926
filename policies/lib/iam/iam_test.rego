package trueup.lib.iam_test

import data.trueup.lib.iam

test_wildcard_actions if {
	every action in ["*", "*:*", "iam:*", "iam:?*", "s*:Get"] {
		iam.wildcard_actions({"Action": action}) == {action}
	}
	every action in ["s3:GetObject", "s3:Get*", "iam:PassRole"] {
		iam.wildcard_actions({"Action": [action]}) == set()
	}
}

test_statements_of_text_and_structure if {
	document := {"Statement": {"Effect": "Allow", "Action": "*"}}
	count(iam.allowing(document)) == 1
	count(iam.allowing(json.marshal(document))) == 1
	count(iam.allowing({"Statement": [{"Effect": "Deny", "Action": "*"}]})) == 0
	count(iam.allowing("no json")) == 0
}

test_anybody if {
	iam.lets_anybody({"Principal": "*"})
	iam.lets_anybody({"Principal": {"AWS": ["arn:x", "*"]}})
	not iam.lets_anybody({"Principal": "*", "Condition": {"Bool": {"aws:SecureTransport": "true"}}})
	not iam.lets_anybody({"Principal": {"Service": "ec2.amazonaws.com"}})
	not iam.lets_anybody({})
}
