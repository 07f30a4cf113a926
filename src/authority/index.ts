export { authorize, permissionsOf, visibleWorkspaces } from "./authorize.ts";
export {
  type BindingScope,
  type Bound,
  bindsTo,
  EVERYWHERE,
  isEverywhere,
  type RoleBinding,
  scopeHolds,
  type WorkspaceFacts,
} from "./binding.ts";
export { authorityTables } from "./describe.ts";
export { PERMISSIONS, type Permission } from "./permissions.ts";
export type {
  Account,
  AccountStore,
  KeptBinding,
  SignedIn,
  SingleUse,
  SingleUseKind,
  Token,
} from "./ports.ts";
export { canBeNarrowed, type Reach, reachOf } from "./reach.ts";
export { ROLE_DEFINITIONS, ROLES, type Role, type RoleDefinition, roleAllows, rolesWith } from "./roles.ts";
export {
  isTokenScope,
  PERSONS_ONLY,
  SCOPE_DEFINITIONS,
  scopesAllow,
  TOKEN_SCOPES,
  type TokenScope,
} from "./scopes.ts";
