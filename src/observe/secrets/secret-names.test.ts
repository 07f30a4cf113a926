import { describe, expect, it } from "vitest";
import { isSecretName } from "./secret-names.ts";

describe("isSecretName", () => {
  it.each([
    "password",
    "master_password",
    "masterUserPassword",
    "DB_PASSWORD",
    "db-passwd",
    "secret",
    "client_secret",
    "clientSecret",
    "secretString",
    "userData",
    "user_data_base64",
    "token",
    "GITHUB_TOKEN",
    "private_key",
    "privateKey",
    "primary_connection_string",
    "api_key",
    "apiKey",
    "secret_access_key",
  ])("%s names a secret", (name) => {
    expect(isSecretName(name)).toBe(true);
  });

  it.each([
    "secret_name",
    "secret_arn",
    "token_ttl",
    "password_length",
    "max_password_age",
    "kms_key_id",
    "key",
    "public_key",
    "tokenizer",
    "secretary",
    "mytoken",
    "user",
    "__proto__",
    "",
    "password".repeat(100),
  ])("%s does not", (name) => {
    expect(isSecretName(name)).toBe(false);
  });
});
