# No public data: no plan gives a database a public address, or opens a bucket.
package main

deny contains msg if {
	some resource in changing
	resource.change.after.publicly_accessible == true
	msg := sprintf("%s gets a public address", [resource.address])
}

deny contains msg if {
	some resource in changing
	resource.type in {"aws_s3_bucket", "aws_s3_bucket_acl"}
	resource.change.after.acl in {"public-read", "public-read-write", "authenticated-read"}
	msg := sprintf("%s gets the ACL %s", [resource.address, resource.change.after.acl])
}

deny contains msg if {
	some resource in changing
	resource.type == "aws_s3_bucket_public_access_block"
	some guard in ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"]
	resource.change.after[guard] == false
	msg := sprintf("%s switches %s off", [resource.address, guard])
}
