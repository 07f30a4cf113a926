package trueup.google.broad_role_test

import data.trueup.google.broad_role
import data.trueup.lib.change_test as change

found(type, role) := count([m | some m in broad_role.deny with input as change.to(type, {"role": role})])

test_roles if {
	found("google_project_iam_member", "roles/owner") == 1
	found("google_organization_iam_binding", "roles/editor") == 1
	found("google_project_iam_member", "roles/viewer") == 0
	found("google_storage_bucket_iam_member", "roles/owner") == 0
}

test_roles_are_a_parameter if {
	document := change.to("google_project_iam_member", {"role": "roles/viewer"})
	params := {"broad-role-google": {"roles": ["roles/viewer"]}}
	count(broad_role.deny) == 1 with input as document with data.trueup.params as params
}
