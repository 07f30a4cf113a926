package trueup.google.public_access_test

import data.trueup.google.public_access
import data.trueup.lib.change_test as change

found(type, after) := count([message | some message in public_access.deny with input as change.to(type, after)])

test_everybody if {
	found("google_storage_bucket_iam_member", {"role": "roles/storage.objectViewer", "member": "allUsers"}) == 1
	found("google_storage_bucket_iam_binding", {"members": ["user:a@b.c", "allAuthenticatedUsers"]}) == 1
	found("google_cloud_run_v2_service_iam_member", {"role": "roles/run.invoker", "member": "allUsers"}) == 1
	found("google_storage_bucket_access_control", {"entity": "allUsers"}) == 1
	found("google_storage_bucket_acl", {"role_entity": ["READER:allUsers", "OWNER:user-a@b.c"]}) == 1
	found("google_storage_bucket_acl", {"predefined_acl": "publicRead"}) == 1
	found("google_bigquery_dataset", {"access": [{"special_group": "allAuthenticatedUsers"}]}) == 1
}

test_named_people_pass if {
	found("google_storage_bucket_iam_member", {"member": "group:team@example.com"}) == 0
	found("google_storage_bucket_iam_binding", {"members": []}) == 0
	found("google_storage_bucket_acl", {"role_entity": ["OWNER:user-a@b.c"], "predefined_acl": "private"}) == 0
	found("google_monitoring_dashboard", {"member": "allUsers"}) == 0
}
