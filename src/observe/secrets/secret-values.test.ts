import { describe, expect, it } from "vitest";
import { isSecretValue, passwordOfUrl } from "./secret-values.ts";

describe("isSecretValue", () => {
  it.each([
    ["postgres://app:pa55word@db/x", "pa55word"],
    ["see amqps://u:p%40ss@mq.internal:5671 for more", "p%40ss"],
    ["https://user:token@github.com/acme/x.git", "token"],
    ["-----BEGIN PRIVATE KEY-----\nMII", null],
    ["-----BEGIN RSA PRIVATE KEY-----\nMII", null],
    ["-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl", null],
  ])("%j is one", (text, password) => {
    expect(isSecretValue(text)).toBe(true);
    expect(passwordOfUrl(text)).toBe(password);
  });

  it.each([
    "https://example.com/a:b@c",
    "https://example.com:8443/path",
    "https://user@example.com/",
    "arn:aws:iam::111122223333:role/x",
    "-----BEGIN CERTIFICATE-----\nMII",
    "-----BEGIN PUBLIC KEY-----\nMII",
    "a://b:c",
    "",
  ])("%j is none", (text) => {
    expect(isSecretValue(text)).toBe(false);
  });
});
