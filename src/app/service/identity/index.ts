export { ROLES, TOKEN_SCOPES } from "../../../authority/index.ts";
export {
  accountFor,
  type BindRequest,
  bindRole,
  changeAccountState,
  unbindRole,
} from "./accounts.ts";
export { directorySource, permittedWorkspaces, serverDirectory } from "./authority.ts";
export { type Backoff, makeBackoff } from "./backoff.ts";
export { ciTokens, type VerifyCiToken } from "./ci-token.ts";
export { clientSecretOf } from "./client-secret.ts";
export type { IdentityService } from "./entries.ts";
export { makeSignInLink, useSignInLink } from "./first-sign-in.ts";
export { type OidcSignIn, oidcSignIn } from "./oidc.ts";
export { sameText } from "./secrets.ts";
export {
  csrfToken,
  isCsrfToken,
  type OpenedSession,
  openSession,
  principalOfSession,
  SESSION_LIFE_MS,
  signOut,
} from "./sessions.ts";
export {
  createToken,
  DEFAULT_TOKEN_MS,
  LONGEST_TOKEN_MS,
  listTokens,
  type NewToken,
  principalOfToken,
  revokeToken,
  type TokenRequest,
  type TokenView,
  tokenPrefix,
} from "./tokens.ts";
