import { join } from "node:path";
import { CLUSTER_ADMIN, type Cluster, type ClusterUser } from "./cluster.ts";

/** HCL of the payments company's cluster and of its gateway host's files. */
export const CLUSTER_ESTATE = "examples/captured/payments-cluster/workspace";
export const FILES_ESTATE = "examples/captured/payments-files/workspace";

/** Values that may appear in no output, store, log or record of Trueup. */
export const CANARIES: readonly string[] = [
  "canary-ledger-db-7f3a91c2",
  "canary-ledger-db-rotated-e2d50b18",
  "canary-card-vault-b04de8f6",
  "canary-gateway-key-5c19e7d0",
];

export const PIPELINE_USER = "ci-tofu";
export const MIRA = "mira@payments.example";
const JONAS = "jonas@payments.example";
const PRIYA = "priya@payments.example";
const LEO = "leo@payments.example";
const AUTOSCALER = "system:serviceaccount:kube-system:horizontal-pod-autoscaler";

export const USERS: readonly ClusterUser[] = [
  { name: PIPELINE_USER, groups: ["ci"] },
  { name: MIRA, groups: ["sre"] },
  { name: JONAS, groups: ["developers"] },
  { name: PRIYA, groups: ["platform"] },
  { name: LEO, groups: ["interns"] },
  { name: AUTOSCALER, groups: ["system:serviceaccounts", "system:serviceaccounts:kube-system"] },
];

/** One command typed by hand, or by a controller, past the pipeline. */
export interface HandChange {
  readonly user: string;
  readonly says: string;
  /** When it happens in the captured example, where the whole story takes three weeks. */
  readonly at: string;
  readonly kubectl: readonly string[];
  /** `refused` and `dry run` leave the cluster as it was; `undone` is taken back by the next step. */
  readonly effect: "changes" | "refused" | "dry run" | "undone";
}

/** A property that must be reported after the story, by whom it was changed last. */
export interface ExpectedDrift {
  readonly address: string;
  readonly action: "update" | "delete";
  /** Paths as `pathText` writes them; a deleted object has none of its own. */
  readonly paths: readonly string[];
  readonly user: string;
}

/** In the order in which it happened. */
export const STORY: readonly HandChange[] = [
  {
    user: MIRA,
    says: "opens SSH on the bastion to the world in the middle of the night, to get in from a hotel",
    at: "2026-11-03T02:07:41Z",
    kubectl: patch("edge", "networkpolicy/bastion-ssh", {
      spec: {
        ingress: [{ ports: [{ port: 22, protocol: "TCP" }], from: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }],
      },
    }),
    effect: "changes",
  },
  {
    user: JONAS,
    says: "tries how it would look to close it again; a server-side dry run changes nothing",
    at: "2026-11-03T09:15:20Z",
    kubectl: [
      ...patch("edge", "networkpolicy/bastion-ssh", { metadata: { labels: { note: "close-me" } } }),
      "--dry-run=server",
    ],
    effect: "dry run",
  },
  {
    user: LEO,
    says: "tries to widen the database policy and is refused",
    at: "2026-11-04T14:32:07Z",
    kubectl: patch("ledger", "networkpolicy/db-from-payments", { spec: { ingress: [] } }),
    effect: "refused",
  },
  {
    user: JONAS,
    says: "switches strong customer authentication to optional while chasing a bug",
    at: "2026-11-05T16:48:55Z",
    kubectl: patch("payments", "configmap/feature-flags", { data: { three_d_secure: "optional" } }),
    effect: "changes",
  },
  {
    user: JONAS,
    says: "runs the API container privileged to attach a debugger",
    at: "2026-11-09T11:20:33Z",
    kubectl: patch("payments", "deployment/payments-api", {
      spec: {
        template: {
          spec: {
            containers: [
              { name: "api", securityContext: { privileged: true, allowPrivilegeEscalation: true } },
            ],
          },
        },
      },
    }),
    effect: "changes",
  },
  {
    user: AUTOSCALER,
    says: "scales the API to the evening's load",
    at: "2026-11-09T18:02:10Z",
    kubectl: ["-n", "payments", "scale", "deployment/payments-api", "--replicas=5"],
    effect: "changes",
  },
  {
    user: MIRA,
    says: "lowers the namespace's pod security so that the privileged container is let in",
    at: "2026-11-10T07:18:02Z",
    kubectl: patch(null, "namespace/payments", {
      metadata: { labels: { "pod-security.kubernetes.io/enforce": "privileged" } },
    }),
    effect: "changes",
  },
  {
    user: MIRA,
    says: "gives the payments API an address outside the cluster",
    at: "2026-11-10T15:41:26Z",
    kubectl: patch("payments", "service/payments-api", { spec: { type: "NodePort" } }),
    effect: "changes",
  },
  {
    user: MIRA,
    says: "rotates the ledger database password in the cluster only",
    at: "2026-11-11T23:54:09Z",
    kubectl: patch("ledger", "secret/ledger-db", {
      stringData: { password: "canary-ledger-db-rotated-e2d50b18" },
    }),
    effect: "changes",
  },
  {
    user: PRIYA,
    says: "corrects a description",
    at: "2026-11-12T08:26:44Z",
    kubectl: patch(null, "namespace/ledger", {
      metadata: { annotations: { description: "Double-entry ledger, settlement and booking" } },
    }),
    effect: "changes",
  },
  {
    user: PRIYA,
    says: "puts a label on the retention settings",
    at: "2026-11-12T08:31:05Z",
    kubectl: ["-n", "ledger", "label", "configmap/retention", "reviewed=yes"],
    effect: "undone",
  },
  {
    user: PRIYA,
    says: "and takes it off again",
    at: "2026-11-12T08:33:50Z",
    kubectl: ["-n", "ledger", "label", "configmap/retention", "reviewed-"],
    effect: "undone",
  },
  {
    user: PRIYA,
    says: "removes the auditors' access, taking it for a leftover",
    at: "2026-11-16T10:05:12Z",
    kubectl: ["delete", "clusterrolebinding/auditors-view"],
    effect: "changes",
  },
  {
    user: MIRA,
    says: "binds herself to cluster-admin, an object that no code declares",
    at: "2026-11-18T01:37:28Z",
    kubectl: ["create", "clusterrolebinding", "night-shift", "--clusterrole=cluster-admin", `--user=${MIRA}`],
    effect: "changes",
  },
];

/** What a scan of the workspace must report after the story: this and nothing else. */
export const EXPECTED_DRIFT: readonly ExpectedDrift[] = [
  {
    address: "kubernetes_cluster_role_binding.auditors_view",
    action: "delete",
    paths: [],
    user: PRIYA,
  },
  {
    address: "kubernetes_config_map.feature_flags",
    action: "update",
    paths: ["data.three_d_secure"],
    user: JONAS,
  },
  {
    address: "kubernetes_deployment.payments_api",
    action: "update",
    paths: [
      "spec[0].replicas",
      "spec[0].template[0].spec[0].container[0].security_context[0].allow_privilege_escalation",
      "spec[0].template[0].spec[0].container[0].security_context[0].privileged",
    ],
    // The autoscaler wrote later, and must not hide who made the container privileged.
    user: JONAS,
  },
  {
    address: "kubernetes_namespace.ledger",
    action: "update",
    paths: ["metadata[0].annotations.description"],
    user: PRIYA,
  },
  {
    address: "kubernetes_namespace.payments",
    action: "update",
    paths: ['metadata[0].labels["pod-security.kubernetes.io/enforce"]'],
    user: MIRA,
  },
  {
    address: "kubernetes_network_policy.bastion_ssh",
    action: "update",
    paths: ["spec[0].ingress[0].from[0].ip_block[0].cidr"],
    user: MIRA,
  },
  {
    address: "kubernetes_secret.ledger_db",
    action: "update",
    paths: ["data.password"],
    user: MIRA,
  },
  {
    address: "kubernetes_service.payments_api",
    action: "update",
    // The port number and the traffic policy that the API server then filled in are listed as noise.
    paths: ["spec[0].type"],
    user: MIRA,
  },
];

/** Gives the pipeline and the people their rights; by the administrator, whom the audit log leaves out. */
export async function grantRights(cluster: Cluster): Promise<void> {
  const bind = (name: string, role: string, group: string): Promise<unknown> =>
    cluster.kubectl(CLUSTER_ADMIN, [
      "create",
      "clusterrolebinding",
      name,
      `--clusterrole=${role}`,
      `--group=${group}`,
    ]);
  await bind("ci-cluster-admin", "cluster-admin", "ci");
  await bind("sre-cluster-admin", "cluster-admin", "sre");
  await bind("platform-cluster-admin", "cluster-admin", "platform");
  await cluster.kubectl(CLUSTER_ADMIN, ["create", "-f", "-"], JSON.stringify(DEVELOPER_ROLE));
  await bind("developers-edit", "developer", "developers");
  await bind("interns-read", "reader", "interns");
  await cluster.kubectl(CLUSTER_ADMIN, ["create", "-f", "-"], JSON.stringify(READER_ROLE));
  await cluster.kubectl(CLUSTER_ADMIN, ["create", "-f", "-"], JSON.stringify(AUTOSCALER_ROLE));
  await cluster.kubectl(CLUSTER_ADMIN, [
    "create",
    "clusterrolebinding",
    "horizontal-pod-autoscaler",
    "--clusterrole=horizontal-pod-autoscaler",
    "--serviceaccount=kube-system:horizontal-pod-autoscaler",
  ]);
}

/** Plays the steps; a step that must be refused and is not, or the other way round, is an error. */
export async function playStory(cluster: Cluster, steps: readonly HandChange[] = STORY): Promise<void> {
  for (const step of steps) {
    const result = await cluster.tryKubectl(step.user, step.kubectl);
    const refused = result.code !== 0;
    if (refused !== (step.effect === "refused")) {
      throw new Error(`${step.user} ${step.says}: kubectl ended with ${result.code}\n${result.stderr}`);
    }
  }
}

/** What somebody does to the gateway host's files by hand; the paths are relative to the workspace. */
export const FILE_EDITS: readonly { readonly path: string; readonly content: string | null }[] = [
  {
    path: "etc/gateway.conf",
    content:
      "environment = prod\nlisten      = 8443\nupstream    = payments-api.payments.svc:443\ntls_min     = 1.0\n",
  },
  { path: "etc/allow-list.txt", content: "0.0.0.0/0\n" },
  { path: "etc/partners/north-bank.conf", content: null },
];

/** The provider drops a file that is changed or gone from the state: both look like a deletion. */
export const EXPECTED_FILE_DRIFT: readonly string[] = [
  "local_file.allow_list",
  "local_file.gateway",
  'local_file.partner["north-bank"]',
];

/** Where the pipeline's kubeconfig is expected by the estate's provider block. */
export function kubeconfigPlace(workspace: string): string {
  return join(workspace, "kubeconfig");
}

function patch(namespace: string | null, object: string, body: unknown): readonly string[] {
  const scope = namespace === null ? [] : ["-n", namespace];
  return [...scope, "patch", object, "-p", JSON.stringify(body)];
}

function clusterRole(name: string, rules: readonly unknown[]): unknown {
  return { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name }, rules };
}

const DEVELOPER_ROLE = clusterRole("developer", [
  {
    apiGroups: ["", "apps", "networking.k8s.io"],
    resources: ["configmaps", "services", "deployments", "networkpolicies"],
    verbs: ["get", "list", "watch", "create", "update", "patch", "delete"],
  },
]);

const READER_ROLE = clusterRole("reader", [
  {
    apiGroups: ["", "apps", "networking.k8s.io"],
    resources: ["configmaps", "services", "deployments", "networkpolicies"],
    verbs: ["get", "list", "watch"],
  },
]);

const AUTOSCALER_ROLE = clusterRole("horizontal-pod-autoscaler", [
  { apiGroups: ["apps"], resources: ["deployments", "deployments/scale"], verbs: ["get", "update", "patch"] },
]);
