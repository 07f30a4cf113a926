/**
 * Is this text a secret by what it says, whatever its place is called: a private key (RFC 7468 label), or a
 * URL with a password in it (RFC 3986 userinfo)?
 */
export function isSecretValue(text: string): boolean {
  if (text.length < 8) return false;
  if (text.includes("://")) return URL_WITH_PASSWORD.test(text);
  return text.includes("-----BEGIN") && PRIVATE_KEY.test(text);
}

const URL_WITH_PASSWORD = /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@?#"']{1,200}:[^\s/@"']{1,500}@/i;
const PRIVATE_KEY = /-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY-----/;

/** The password in a URL, for scrubbing it where it stands alone; `null` when there is none. */
export function passwordOfUrl(text: string): string | null {
  return /:\/\/[^\s/:@?#"']{1,200}:([^\s/@"']{1,500})@/.exec(text)?.[1] ?? null;
}
