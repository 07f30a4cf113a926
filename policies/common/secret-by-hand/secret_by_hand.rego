# METADATA
# title: A secret changed by hand is looked at
# description: |
#   A secret whose value was changed outside the approved pipeline goes to the review queue: somebody may have rotated
#   it in an incident, or somebody may have planted one. Never shows the value.
package trueup.common.secret_by_hand

secrets := {
	"aws_secretsmanager_secret_version", "aws_ssm_parameter", "aws_iam_access_key", "azurerm_key_vault_secret",
	"google_secret_manager_secret_version", "kubernetes_secret", "kubernetes_secret_v1", "kubernetes_secret_v1_data",
}

review contains {
	"rule": "secret-changed-by-hand",
	"severity": "high",
	"path": property.path,
	"msg": sprintf("%s was changed outside the pipeline; rotate it from code, or adopt it", [input.change.resource.address]),
} if {
	input.change.origin in {"observed", "attempted"}
	not input.pipeline.approved
	input.change.resource.type in secrets
	some property in input.change.properties
	property.sensitive
}
