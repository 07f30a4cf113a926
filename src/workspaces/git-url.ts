import { type Problem, problem } from "../base/index.ts";

/** Transports that a repository may be fetched by. Everything else (`ext::`, `git://`, `http://`) is refused. */
export const GIT_PROTOCOLS = ["https", "ssh", "file"] as const;

/** `git@github.com:acme/infra.git`. */
const SCP_LIKE = /^[A-Za-z0-9_][A-Za-z0-9._-]*@[A-Za-z0-9][A-Za-z0-9.-]*:[A-Za-z0-9_~/][^\s\0]*$/;

/** What is wrong with a repository's address, `null` when nothing is. Addresses with a password in them are refused. */
export function checkGitUrl(url: string): Problem | null {
  if (SCP_LIKE.test(url)) return null;
  const hint = "write https://HOST/PATH, ssh://USER@HOST/PATH, USER@HOST:PATH or file:///PATH";
  const place = { path: "source.url" };
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return problem("git_url_refused", `\`${url}\` is no address of a repository`, { place, hint });
  }
  const protocol = parsed.protocol.slice(0, -1);
  if (!(GIT_PROTOCOLS as readonly string[]).includes(protocol) || /[\s\0]/.test(url) || url.startsWith("-")) {
    return problem("git_url_refused", `\`${protocol}\` is no transport that repositories are fetched by`, {
      place,
      hint,
    });
  }
  if (parsed.password !== "" || (protocol === "https" && parsed.username !== "")) {
    const away = "leave it out; git reads it from ~/.netrc or an ssh key of the worker";
    return problem("git_url_refused", "the address must not hold credentials", { place, hint: away });
  }
  if (protocol !== "file" && (parsed.hostname === "" || parsed.hostname.startsWith("-"))) {
    return problem("git_url_refused", "the address names no host", { place, hint });
  }
  return null;
}
