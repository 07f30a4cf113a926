/** Attribute names that hold a secret in every type, when their value is text (or a list or map of text). */
const SECRET_NAMES: ReadonlySet<string> = new Set([
  "user_data",
  "user_data_base64",
  "custom_data",
  "secret_string",
  "secret_binary",
  "private_key",
  "private_key_pem",
  "private_key_openssh",
  "client_key",
  "client_key_data",
  "secret_key",
  "secret_access_key",
  "auth_token",
  "bearer_token",
  "access_token",
  "refresh_token",
  "id_token",
  "token",
  "api_key",
  "apikey",
  "passphrase",
  "pre_shared_key",
  "preshared_key",
  "shared_key",
  "account_key",
  "sas_url",
  "kube_config_raw",
]);

/**
 * Endings of names that hold a secret (`db_password`, `DB_PASSWORD`, `primaryConnectionString`); names that only speak about one
 * (`secret_name`, `token_ttl`, `password_length`) do not end so.
 */
const SECRET_ENDING =
  /(?:^|[_.-]|(?<=[a-z0-9])(?=[A-Z]))(?:passw(?:or)?d|passphrase|secret|private_?key|privatekey|secret_?key|access_?key_?secret|secret_?access_?key|api_?key|auth_?token|access_?token|token|connection_?string|client_?secret|sas_?token)$/i;

const nameAnswers = new Map<string, boolean>();

/** Remembered by name: a plan of thousands of resources has a few hundred attribute names. */
export function isSecretName(name: string): boolean {
  const known = nameAnswers.get(name);
  if (known !== undefined) return known;
  const answer = name.length <= 128 && (SECRET_NAMES.has(name) || SECRET_ENDING.test(name));
  if (nameAnswers.size < 10_000) nameAnswers.set(name, answer);
  return answer;
}
