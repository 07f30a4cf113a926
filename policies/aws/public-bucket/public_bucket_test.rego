package trueup.aws.public_bucket_test

import data.trueup.aws.public_bucket
import data.trueup.lib.change_test as change

rules(type, after) := {message.rule | some message in public_bucket.deny with input as change.to(type, after)}

anybody := json.marshal({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}]})

own_account := json.marshal({"Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::1:root"}, "Action": "s3:GetObject"}]})

test_acl if {
	rules("aws_s3_bucket", {"acl": "public-read"}) == {"public-acl"}
	rules("aws_s3_bucket_acl", {"acl": "public-read-write"}) == {"public-acl"}
	rules("aws_s3_bucket_acl", {"acl": "private"}) == set()
}

test_grant if {
	everyone := "http://acs.amazonaws.com/groups/global/AllUsers"
	rules("aws_s3_bucket", {"grant": [{"uri": everyone}]}) == {"public-grant"}
	rules("aws_s3_bucket_acl", {"access_control_policy": [{"grant": [{"grantee": [{"uri": everyone}]}]}]}) == {"public-grant"}
	rules("aws_s3_bucket", {"grant": [{"uri": "http://acs.amazonaws.com/groups/s3/LogDelivery"}]}) == set()
}

test_policy if {
	rules("aws_s3_bucket_policy", {"policy": anybody}) == {"public-policy"}
	rules("aws_s3_bucket_policy", {"policy": own_account}) == set()
	rules("aws_s3_bucket_policy", {"policy": "broken {"}) == set()
	rules("aws_s3_bucket", {"policy": null, "acl": null, "grant": []}) == set()
}

test_public_access_block if {
	rules("aws_s3_bucket_public_access_block", {"block_public_acls": true, "block_public_policy": false}) == {"public-access-block-off"}
	rules("aws_s3_bucket_public_access_block", {"block_public_acls": true, "block_public_policy": true}) == set()
}
