/** As much of `oidc-provider` as the test of this folder uses; the package brings no types along. */
declare module "oidc-provider" {
  import type { IncomingMessage, ServerResponse } from "node:http";

  interface ProviderConfiguration {
    readonly clients: readonly object[];
    readonly claims: Readonly<Record<string, readonly string[]>>;
    readonly scopes: readonly string[];
    readonly pkce: { readonly required: () => boolean };
    readonly features: object;
    readonly findAccount: (
      context: unknown,
      id: string,
    ) => { readonly accountId: string; claims(): Promise<object> };
  }

  class Provider {
    constructor(issuer: string, configuration: ProviderConfiguration);
    callback(): (request: IncomingMessage, response: ServerResponse) => void;
  }

  // biome-ignore lint/style/noDefaultExport: what the package exports.
  export { Provider as default };
}
