/** What each peer is built from. A recipe is data: changing a version here changes its digest and so rebuilds it. */

/** A program built by the Go toolchain, from a module of `modules/` or from the folder shared with the project. */
export interface GoRecipe {
  readonly kind: "go";
  /** Folder with go.mod, under `modules/`, or under the shared folder when `shared` is set. */
  readonly module: string;
  readonly shared?: true;
  readonly builds: readonly GoBuild[];
}

export interface GoBuild {
  readonly name: string;
  readonly package: string;
  /** Linker settings beyond `-s -w`: what the program says its version is. */
  readonly ldflags?: string;
  /** Set for a provider: its place in the mirror that tofu installs from. */
  readonly provider?: { readonly name: string; readonly version: string };
}

/** A program taken from PATH, or else unpacked from a Debian package into the cache (nothing is installed). */
export interface DebianRecipe {
  readonly kind: "debian";
  readonly package: string;
  readonly binaries: readonly string[];
}

export interface Recipe {
  readonly name: string;
  readonly version: string;
  readonly what: string;
  readonly from: GoRecipe | DebianRecipe;
}

const KUBERNETES_VERSION = "1.36.3";
// Once for what the program says of itself, once for what it tells the server it talks to (and so the audit log).
const kubernetesVersionFlags = ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"]
  .flatMap((module) => [
    `-X ${module}.gitVersion=v${KUBERNETES_VERSION}`,
    `-X ${module}.gitMajor=1`,
    `-X ${module}.gitMinor=36`,
    `-X ${module}.gitCommit=unknown`,
  ])
  .join(" ");

/** In build order: what other tiers wait for comes first, the longest last. */
export const RECIPES: readonly Recipe[] = [
  {
    name: "opa",
    version: "1.22.2",
    what: "Open Policy Agent, the reference for Rego",
    from: go("opa", { name: "opa", package: "github.com/open-policy-agent/opa" }),
  },
  {
    name: "rego-oracle",
    version: "1.22.2",
    what: "OPA's engine behind JSON lines, for differential tests",
    from: {
      kind: "go",
      module: "peers/rego-oracle",
      shared: true,
      builds: [{ name: "rego-oracle", package: "." }],
    },
  },
  {
    name: "conftest",
    version: "0.71.1",
    what: "conftest, whose decisions on plans Trueup's are compared with",
    from: go("conftest", { name: "conftest", package: "github.com/open-policy-agent/conftest" }),
  },
  {
    name: "etcd",
    version: "any 3.4 or later",
    what: "etcd, the store of the Kubernetes API server",
    from: { kind: "debian", package: "etcd-server", binaries: ["etcd"] },
  },
  {
    name: "tofu",
    version: "1.12.6",
    what: "OpenTofu",
    from: go("tofu", {
      name: "tofu",
      package: "github.com/opentofu/opentofu/cmd/tofu",
      // Without this a build from the module calls itself a development build.
      ldflags: "-X github.com/opentofu/opentofu/version.dev=no",
    }),
  },
  {
    name: "provider-local",
    version: "1.4.0",
    what: "tofu's provider for local files",
    from: go("provider-local", {
      name: "terraform-provider-local",
      package: "github.com/terraform-providers/terraform-provider-local",
      provider: { name: "local", version: "1.4.0" },
    }),
  },
  {
    name: "provider-kubernetes",
    version: "1.13.4",
    what: "tofu's provider for Kubernetes",
    from: go("provider-kubernetes", {
      name: "terraform-provider-kubernetes",
      package: "github.com/hashicorp/terraform-provider-kubernetes",
      provider: { name: "kubernetes", version: "1.13.4" },
    }),
  },
  {
    name: "kubernetes",
    version: KUBERNETES_VERSION,
    what: "kube-apiserver and kubectl",
    from: go(
      "kubernetes",
      {
        name: "kube-apiserver",
        package: "k8s.io/kubernetes/cmd/kube-apiserver",
        ldflags: kubernetesVersionFlags,
      },
      { name: "kubectl", package: "k8s.io/kubernetes/cmd/kubectl", ldflags: kubernetesVersionFlags },
    ),
  },
];

function go(module: string, ...builds: readonly GoBuild[]): GoRecipe {
  return { kind: "go", module, builds };
}
