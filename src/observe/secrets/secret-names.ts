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
 * Endings of names that hold a secret (`db_password`, `DB_PASSWORD`, `primaryConnectionString`); names that
 * only speak about one (`secret_name`, `token_ttl`, `password_length`) do not end so.
 */
const SECRET_ENDING =
  /(?:^|_)(?:passw(?:or)?d|passphrase|secret|private_?key|secret_?key|secret_?access_?key|api_?key|token|connection_?string)$/;

const answers = new Map<string, boolean>();

/**
 * In any spelling: snake_case, camelCase, SCREAMING_CASE, kebab-case. Remembered: a plan has few names, many
 * times.
 */
export function isSecretName(name: string): boolean {
  const known = answers.get(name);
  if (known !== undefined) return known;
  const snake = name.length > 128 ? "" : snakeCase(name);
  const answer = SECRET_NAMES.has(snake) || SECRET_ENDING.test(snake);
  if (answers.size < 10_000) answers.set(name, answer);
  return answer;
}

function snakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/[^A-Za-z0-9]+/g, "_")
    .toLowerCase();
}
