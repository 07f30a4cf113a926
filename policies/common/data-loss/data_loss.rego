# METADATA
# title: Losing data is looked at
# description: |
#   Deleting or replacing a database, a disk, a bucket, a key or a zone goes to the review queue, whatever its origin.
#   This policy judges deletions: see `applies.actions` in the set.
package trueup.common.data_loss

keepers := data.trueup.params["data-loss"].types

default keepers := [
	"aws_db_instance", "aws_rds_cluster", "aws_dynamodb_table", "aws_s3_bucket", "aws_efs_file_system",
	"aws_ebs_volume", "aws_kms_key", "aws_route53_zone", "aws_elasticache_replication_group", "aws_redshift_cluster",
	"azurerm_mssql_database", "azurerm_postgresql_flexible_server", "azurerm_cosmosdb_account",
	"azurerm_storage_account", "azurerm_key_vault", "azurerm_managed_disk", "google_sql_database_instance",
	"google_storage_bucket", "google_bigquery_dataset", "google_spanner_database", "google_kms_crypto_key",
	"google_compute_disk", "kubernetes_namespace", "kubernetes_namespace_v1", "kubernetes_persistent_volume_claim",
	"kubernetes_persistent_volume_claim_v1", "kubernetes_stateful_set", "kubernetes_stateful_set_v1",
]

review contains {
	"rule": "data-loss",
	"severity": "critical",
	"path": "",
	"msg": sprintf("%s of %s loses what it holds; say where the backup is", [input.change.action, input.change.resource.address]),
} if {
	input.change.action in {"delete", "replace"}
	input.change.resource.type in keepers
}
