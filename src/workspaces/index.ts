export { checkSettings, isRefName } from "./check-settings.ts";
export { type Checkout, type CheckoutRequest, checkout, commitOf } from "./checkout.ts";
export { type DiscoveryRule, discoverWorkspaces, type FoundWorkspace } from "./discover.ts";
export { checkGitUrl } from "./git-url.ts";
export type * from "./ports.ts";
export {
  type CredentialReference,
  WORKSPACE_DEFAULTS,
  type WorkspaceSchedule,
  type WorkspaceSettings,
  type WorkspaceSource,
} from "./workspace.ts";
