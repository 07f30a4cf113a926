import { globMatches, type PropertyPath } from "../../../base/index.ts";

/** Places of secrets that the tool does not mark, or marks only in newer provider versions. */
interface SecretTypeRule {
  /** Globs over type names. */
  readonly types: readonly string[];
  readonly paths: readonly PropertyPath[];
}

/** `kubectl apply` keeps the whole object here, values of a Secret included. */
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

const SECRET_TYPE_RULES: readonly SecretTypeRule[] = [
  {
    types: ["kubernetes_secret", "kubernetes_secret_v1", "kubernetes_secret_v1_data"],
    paths: [["data"], ["binary_data"], ["string_data"], ["metadata", "annotations", LAST_APPLIED]],
  },
  {
    types: ["kubectl_manifest"],
    paths: [["sensitive_fields"], ["yaml_incluster"], ["live_manifest_incluster"]],
  },
  { types: ["helm_release"], paths: [["set_sensitive", "value"], ["repository_password"]] },
  { types: ["random_password"], paths: [["result"], ["bcrypt_hash"]] },
  {
    types: ["tls_private_key"],
    paths: [["private_key_pem"], ["private_key_openssh"], ["private_key_pem_pkcs8"]],
  },
  { types: ["tls_*_cert*", "tls_cert_request"], paths: [["private_key_pem"], ["ca_private_key_pem"]] },
  { types: ["aws_secretsmanager_secret_version"], paths: [["secret_string"], ["secret_binary"]] },
  { types: ["aws_iam_access_key"], paths: [["secret"], ["ses_smtp_password_v4"], ["encrypted_secret"]] },
  { types: ["aws_iam_user_login_profile"], paths: [["password"], ["encrypted_password"]] },
  {
    types: ["aws_db_instance", "aws_rds_cluster", "aws_redshift_cluster", "aws_docdb_cluster"],
    paths: [["master_password"]],
  },
  {
    types: ["aws_elasticache_replication_group", "aws_elasticache_user"],
    paths: [["auth_token"], ["passwords"]],
  },
  { types: ["aws_ssm_parameter"], paths: [["value"]] },
  { types: ["aws_mq_broker"], paths: [["user", "password"]] },
  { types: ["aws_directory_service_directory"], paths: [["password"]] },
  { types: ["aws_lightsail_key_pair", "aws_key_pair"], paths: [["private_key"]] },
  { types: ["aws_acm_certificate", "aws_iam_server_certificate"], paths: [["private_key"]] },
  { types: ["aws_cognito_identity_provider"], paths: [["provider_details", "client_secret"]] },
  { types: ["aws_dms_endpoint"], paths: [["password"], ["kafka_settings", "sasl_password"]] },
  {
    types: ["aws_vpn_connection"],
    paths: [["tunnel1_preshared_key"], ["tunnel2_preshared_key"], ["customer_gateway_configuration"]],
  },
  { types: ["aws_datasync_location_*"], paths: [["password"]] },
  { types: ["aws_appsync_api_key", "aws_api_gateway_api_key"], paths: [["key"], ["value"]] },
  { types: ["aws_kinesis_firehose_delivery_stream"], paths: [["http_endpoint_configuration", "access_key"]] },
  { types: ["azurerm_key_vault_secret"], paths: [["value"]] },
  {
    types: ["azurerm_key_vault_certificate"],
    paths: [
      ["certificate", "contents"],
      ["certificate", "password"],
    ],
  },
  {
    types: ["azurerm_cosmosdb_account"],
    paths: [["primary_key"], ["secondary_key"], ["primary_readonly_key"], ["secondary_readonly_key"]],
  },
  { types: ["azurerm_storage_account"], paths: [["primary_access_key"], ["secondary_access_key"]] },
  {
    types: ["azurerm_kubernetes_cluster"],
    paths: [["kube_config"], ["kube_admin_config"], ["kube_config_raw"], ["kube_admin_config_raw"]],
  },
  {
    types: ["azurerm_*"],
    paths: [["administrator_login_password"], ["primary_shared_key"], ["secondary_shared_key"]],
  },
  {
    types: ["azurerm_app_service", "azurerm_*_web_app", "azurerm_*_function_app"],
    paths: [
      ["site_credential", "password"],
      ["connection_string", "value"],
    ],
  },
  { types: ["azuread_application_password", "azuread_service_principal_password"], paths: [["value"]] },
  { types: ["google_secret_manager_secret_version"], paths: [["secret_data"]] },
  { types: ["google_service_account_key"], paths: [["private_key"]] },
  { types: ["google_sql_user"], paths: [["password"]] },
  { types: ["google_sql_database_instance"], paths: [["root_password"], ["server_ca_cert"]] },
  {
    types: ["google_container_cluster"],
    paths: [
      ["master_auth", "client_key"],
      ["master_auth", "password"],
    ],
  },
  { types: ["google_compute_ssl_certificate"], paths: [["private_key"]] },
  {
    types: ["google_compute_instance*"],
    paths: [["metadata_startup_script"], ["metadata", "startup-script"], ["metadata", "user-data"]],
  },
  { types: ["google_compute_vpn_tunnel"], paths: [["shared_secret"]] },
  {
    types: ["vault_generic_secret", "vault_kv_secret", "vault_kv_secret_v2"],
    paths: [["data_json"], ["data"]],
  },
  {
    types: ["github_actions_*secret", "github_dependabot_*secret"],
    paths: [["plaintext_value"], ["encrypted_value"]],
  },
  { types: ["gitlab_*_variable"], paths: [["value"]] },
  { types: ["local_sensitive_file"], paths: [["content"], ["content_base64"]] },
  { types: ["local_file"], paths: [["sensitive_content"]] },
  { types: ["postgresql_role", "mysql_user"], paths: [["password"], ["plaintext_password"]] },
  { types: ["cloudinit_config", "template_cloudinit_config"], paths: [["rendered"], ["part", "content"]] },
];

const byType = new Map<string, readonly PropertyPath[]>();

/** Secret path patterns of a type. */
export function secretTypePaths(type: string): readonly PropertyPath[] {
  const known = byType.get(type);
  if (known !== undefined) return known;
  const rules = SECRET_TYPE_RULES.filter(({ types }) => types.some((glob) => globMatches(glob, type)));
  const paths = rules.flatMap((rule) => rule.paths);
  if (byType.size < 10_000) byType.set(type, paths);
  return paths;
}
