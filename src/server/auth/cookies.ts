import type { HttpCall } from "../caller.ts";

/**
 * Cookies of ours. Over TLS their names begin with `__Host-` (RFC 6265bis §4.1.3.2), so that no other host or path can set them; a
 * browser takes that name over TLS only, so that on plain http of this machine they have none.
 */
export type CookieName = "trueup_session" | "trueup_flow";

export function readCookie(call: HttpCall, name: CookieName, secure: boolean): string | null {
  return call.cookie(secure ? `__Host-${name}` : name);
}

/** `sameSite` is `Lax` only for what must be there when the identity provider sends the browser back. */
export function setCookie(
  name: CookieName,
  value: string,
  {
    secure,
    maxAgeMs,
    sameSite,
  }: { readonly secure: boolean; readonly maxAgeMs: number; readonly sameSite: "Strict" | "Lax" },
): string {
  const age = Math.max(0, Math.floor(maxAgeMs / 1_000));
  const common = `Path=/; Max-Age=${age}; HttpOnly; SameSite=${sameSite}`;
  return secure ? `__Host-${name}=${value}; ${common}; Secure` : `${name}=${value}; ${common}`;
}

export function clearCookie(name: CookieName, secure: boolean): string {
  return setCookie(name, "", { secure, maxAgeMs: 0, sameSite: "Strict" });
}
