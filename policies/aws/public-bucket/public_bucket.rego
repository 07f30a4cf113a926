# METADATA
# title: No public bucket (AWS)
# description: |
#   No bucket is opened to everyone: by canned ACL, by grant, by bucket policy, or by switching off a public access block.
package trueup.aws.public_bucket

import data.trueup.lib.iam

_public_acls := {"public-read", "public-read-write", "authenticated-read"}

_public_groups := {
	"http://acs.amazonaws.com/groups/global/AllUsers",
	"http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
}

deny contains _denial("public-acl", "acl", sprintf("%s has the ACL `%s`", [_address, acl])) if {
	input.change.resource.type in {"aws_s3_bucket", "aws_s3_bucket_acl", "aws_s3_object"}
	acl := input.change.after.acl
	acl in _public_acls
}

deny contains _denial("public-grant", sprintf("grant[%d].uri", [i]), sprintf("%s grants to `%s`", [_address, grant.uri])) if {
	input.change.resource.type == "aws_s3_bucket"
	some i, grant in input.change.after.grant
	grant.uri in _public_groups
}

deny contains _denial("public-grant", path, sprintf("%s grants to `%s`", [_address, grantee.uri])) if {
	input.change.resource.type == "aws_s3_bucket_acl"
	some i, policy in input.change.after.access_control_policy
	some j, grant in policy.grant
	some k, grantee in grant.grantee
	grantee.uri in _public_groups
	path := sprintf("access_control_policy[%d].grant[%d].grantee[%d].uri", [i, j, k])
}

deny contains _denial("public-policy", "policy", sprintf("the policy of %s lets anybody in without a condition", [_address])) if {
	input.change.resource.type in {"aws_s3_bucket", "aws_s3_bucket_policy", "aws_s3_access_point", "aws_s3control_access_point_policy"}
	some statement in iam.allowing(input.change.after.policy)
	iam.lets_anybody(statement)
}

deny contains _denial("public-access-block-off", guard, sprintf("%s switches `%s` off", [_address, guard])) if {
	input.change.resource.type in {"aws_s3_bucket_public_access_block", "aws_s3_account_public_access_block"}
	some guard in ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"]
	input.change.after[guard] == false
}

_address := input.change.resource.address

_denial(rule, path, what) := {
	"rule": rule,
	"severity": "critical",
	"path": path,
	"msg": sprintf("%s; keep buckets private and serve the public from a distribution in front of them", [what]),
}
