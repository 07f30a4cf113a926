import { isSecretName } from "../../../secrets/index.ts";

/**
 * What a tool and its providers need to find their programs, network and credentials. Everything else stays
 * out.
 */
const NAMES: ReadonlySet<string> = new Set([
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "LANG",
  "TZ",
  "SHELL",
  "SSH_AUTH_SOCK",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "http_proxy",
  "https_proxy",
  "no_proxy",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "KUBECONFIG",
  "CLOUDSDK_CONFIG",
  "TF_CLI_CONFIG_FILE",
  "TF_PLUGIN_CACHE_DIR",
  "TF_WORKSPACE",
  "TF_ENCRYPTION",
  "TF_HTTP_ADDRESS",
  "TF_HTTP_USERNAME",
  "TF_HTTP_PASSWORD",
  "SystemRoot",
  "USERPROFILE",
  "APPDATA",
]);

const PREFIXES: readonly string[] = [
  "LC_",
  "AWS_",
  "ARM_",
  "AZURE_",
  "GOOGLE_",
  "GCLOUD_",
  "KUBE_",
  "HELM_",
  "GITHUB_",
  "GITLAB_",
  "CLOUDFLARE_",
  "DIGITALOCEAN_",
  "HCLOUD_",
  "VAULT_",
  "CONSUL_",
  "NOMAD_",
  "DATADOG_",
  "DD_",
  "OKTA_",
  "PG",
  "OS_",
  "ALICLOUD_",
  "OCI_",
  "TF_VAR_",
  "TF_TOKEN_",
];

/**
 * The environment of the tool. Left out on purpose: `TF_CLI_ARGS*` (would add arguments to ours),
 * `TF_DATA_DIR` (ours), `TF_REATTACH_PROVIDERS` (would hand the plan to any process), `TF_LOG*` (prints
 * requests with their secrets), and loader settings. `pass` names further variables of a provider that the
 * list does not know.
 */
export function toolEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  own: { readonly dataFolder: string; readonly tempFolder: string },
  pass: readonly string[],
): Record<string, string> {
  const chosen: Record<string, string> = {};
  const extra = new Set(pass.filter((name) => !isForbidden(name)));
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || name === "__proto__") continue;
    if (NAMES.has(name) || extra.has(name) || PREFIXES.some((prefix) => name.startsWith(prefix)))
      chosen[name] = value;
  }
  return {
    ...chosen,
    TF_DATA_DIR: own.dataFolder,
    TMPDIR: own.tempFolder,
    TF_IN_AUTOMATION: "1",
    TF_INPUT: "0",
    CHECKPOINT_DISABLE: "1",
  };
}

function isForbidden(name: string): boolean {
  return /^(?:TF_CLI_ARGS|TF_LOG|TF_DATA_DIR$|TF_REATTACH_PROVIDERS$|LD_|DYLD_)/.test(name);
}

/** Values that must not come back in the tool's own words. */
export function environmentSecrets(env: Readonly<Record<string, string>>): string[] {
  return Object.entries(env)
    .filter(
      ([name]) =>
        isSecretName(name.toLowerCase()) || /SECRET|PASSWORD|TOKEN|PRIVATE_KEY|CREDENTIALS$/.test(name),
    )
    .map(([, value]) => value);
}
