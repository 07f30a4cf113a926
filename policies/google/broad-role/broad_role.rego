# METADATA
# title: No broad role (Google Cloud)
# description: Nobody gets owner, editor or security admin on a project, a folder or the organisation.
package trueup.google.broad_role

params := data.trueup.params["broad-role-google"]

default params := {}

broad := {role |
	some role in object.get(params, "roles", [
		"roles/owner", "roles/editor", "roles/iam.securityAdmin", "roles/resourcemanager.organizationAdmin",
	])
}

deny contains {
	"rule": "broad-role",
	"severity": "critical",
	"path": "role",
	"msg": sprintf("%s gives `%s`; give a narrower role", [input.change.resource.address, role]),
} if {
	input.change.resource.type in {
		"google_project_iam_member", "google_project_iam_binding", "google_folder_iam_member",
		"google_folder_iam_binding", "google_organization_iam_member", "google_organization_iam_binding",
	}
	role := input.change.after.role
	role in broad
}
