import { err, ok, type Problem, problem, type Result } from "../../../base/index.ts";
import type { IdentitySettings } from "../../config/identity.ts";
import { readSecret } from "../notify/secrets.ts";

/** The secret of our client at the identity provider; `null` for a public client. Problem: `provider_unreachable`. */
export async function clientSecretOf(
  { oidc }: IdentitySettings,
  variables: Readonly<Record<string, string | undefined>>,
  fromRoot: (path: string) => string,
): Promise<Result<string | null, Problem>> {
  if (oidc === null || oidc.clientSecret === null) return ok(null);
  const secret = await readSecret(oidc.clientSecret, variables, fromRoot);
  if (secret.ok) return secret;
  return err(problem("provider_unreachable", "the secret for the identity provider cannot be read"));
}
