import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CommandResult, command, mustRun } from "./command.ts";
import { freePorts, type Service, startService, waitUntil } from "./service.ts";

/** Somebody whom the API server knows; the groups carry the rights. */
export interface ClusterUser {
  readonly name: string;
  readonly groups: readonly string[];
}

export interface ClusterPrograms {
  readonly etcd: string;
  readonly "kube-apiserver": string;
  readonly kubectl: string;
}

/** A real Kubernetes API server on the loopback address, empty at the start, with an audit log. */
export interface Cluster {
  readonly url: string;
  /** Audit events, one JSON object a line, written before the request is answered. */
  readonly auditLog: string;
  /** Path of a kubeconfig for one of the users. */
  kubeconfig(user: string): string;
  /** Runs kubectl as one of the users; any exit code is returned. */
  tryKubectl(user: string, args: readonly string[], input?: string): Promise<CommandResult>;
  /** Runs kubectl as one of the users; throws unless it exits with 0. */
  kubectl(user: string, args: readonly string[], input?: string): Promise<CommandResult>;
  stop(): Promise<void>;
}

/** Who may do everything; the tests' own hand, left out of the audit log. */
export const CLUSTER_ADMIN = "cluster-admin";

/**
 * Starts etcd and kube-apiserver in a temporary folder that is removed with the cluster.
 * There is no controller manager: aggregated roles stay empty, deployments get no pods, quotas no status.
 */
export async function startCluster(
  programs: ClusterPrograms,
  users: readonly ClusterUser[],
): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), "trueup-cluster-"));
  const services: Service[] = [];
  const stop = async (): Promise<void> => {
    // The API server first: it would complain about a store that is gone.
    for (const service of services.reverse()) await service.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    return await start(programs, users, folder, services, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  programs: ClusterPrograms,
  users: readonly ClusterUser[],
  folder: string,
  services: Service[],
  stop: () => Promise<void>,
): Promise<Cluster> {
  const [clientPort = 0, peerPort = 0, securePort = 0] = await freePorts(3);
  const client = `http://127.0.0.1:${clientPort}`;
  const peer = `http://127.0.0.1:${peerPort}`;
  const url = `https://127.0.0.1:${securePort}`;
  const auditLog = join(folder, "audit.log");

  const etcd = startService(
    "etcd",
    programs.etcd,
    [
      `--data-dir=${join(folder, "etcd")}`,
      `--listen-client-urls=${client}`,
      `--advertise-client-urls=${client}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=default=${peer}`,
      // The folder lives as long as a test: durability would only cost time.
      "--unsafe-no-fsync",
    ],
    join(folder, "etcd.log"),
  );
  services.push(etcd);
  await waitUntil(etcd, 30, async () => (await fetch(`${client}/health`)).ok);

  const all: readonly ClusterUser[] = [{ name: CLUSTER_ADMIN, groups: ["system:masters"] }, ...users];
  const tokens = new Map(all.map((user) => [user.name, randomBytes(16).toString("hex")]));
  const signingKey = join(folder, "sa.key");
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  writeFileSync(signingKey, privateKey.export({ type: "pkcs1", format: "pem" }), { mode: 0o600 });
  writeFileSync(join(folder, "tokens.csv"), tokenLines(all, tokens), { mode: 0o600 });
  writeFileSync(join(folder, "audit.yaml"), AUDIT_POLICY);

  const server = startService(
    "kube-apiserver",
    programs["kube-apiserver"],
    [
      `--etcd-servers=${client}`,
      "--bind-address=127.0.0.1",
      "--advertise-address=127.0.0.1",
      "--endpoint-reconciler-type=none",
      `--secure-port=${securePort}`,
      `--cert-dir=${join(folder, "certs")}`,
      `--service-account-issuer=${url}`,
      `--service-account-key-file=${signingKey}`,
      `--service-account-signing-key-file=${signingKey}`,
      "--service-cluster-ip-range=10.0.0.0/24",
      "--authorization-mode=RBAC",
      `--token-auth-file=${join(folder, "tokens.csv")}`,
      "--disable-admission-plugins=ServiceAccount",
      "--allow-privileged=true",
      `--audit-policy-file=${join(folder, "audit.yaml")}`,
      `--audit-log-path=${auditLog}`,
      "--audit-log-mode=blocking",
    ],
    join(folder, "kube-apiserver.log"),
  );
  services.push(server);
  await waitUntil(server, 90, () => isReady(securePort));

  const authority = readFileSync(join(folder, "certs/apiserver.crt"));
  const kubeconfigs = new Map<string, string>();
  for (const [index, user] of all.entries()) {
    const path = join(folder, `kubeconfig-${index}`);
    const text = kubeconfigText(url, authority, user.name, tokens.get(user.name) ?? "");
    writeFileSync(path, text, { mode: 0o600 });
    kubeconfigs.set(user.name, path);
  }
  const kubeconfig = (user: string): string => {
    const path = kubeconfigs.get(user);
    if (path === undefined) throw new Error(`the cluster has no user ${user}`);
    return path;
  };
  const kubectlCall = (user: string, args: readonly string[], input: string | undefined) =>
    [
      programs.kubectl,
      ["--kubeconfig", kubeconfig(user), ...args],
      { env: { PATH: "", HOME: folder }, ...(input === undefined ? {} : { input }) },
    ] as const;
  return {
    url,
    auditLog,
    kubeconfig,
    tryKubectl: (user, args, input) => command(...kubectlCall(user, args, input)),
    kubectl: (user, args, input) => mustRun(...kubectlCall(user, args, input)),
    stop,
  };
}

/** What companies record: writes in full, but secrets without their content; nothing that the server does itself. */
const AUDIT_POLICY = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
omitManagedFields: true
rules:
  - level: None
    users: ["system:apiserver", "system:anonymous", "${CLUSTER_ADMIN}"]
  - level: Metadata
    verbs: [create, update, patch, delete, deletecollection]
    resources: [{ group: "", resources: [secrets] }]
  - level: RequestResponse
    verbs: [create, update, patch, delete, deletecollection]
  - level: None
`;

function tokenLines(users: readonly ClusterUser[], tokens: ReadonlyMap<string, string>): string {
  return users
    .map((user, index) => {
      const groups = user.groups.length === 0 ? "" : `,"${user.groups.join(",")}"`;
      return `${tokens.get(user.name)},"${user.name}",${index + 1}${groups}\n`;
    })
    .join("");
}

function kubeconfigText(url: string, authority: Buffer, user: string, token: string): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: "cluster",
        cluster: { server: url, "certificate-authority-data": authority.toString("base64") },
      },
    ],
    users: [{ name: user, user: { token } }],
    contexts: [{ name: "context", context: { cluster: "cluster", user } }],
    "current-context": "context",
  });
}

function isReady(port: number): Promise<boolean> {
  return new Promise((done) => {
    // Its own certificate is not known yet: this asks for readiness alone and sends nothing secret.
    const call = request(
      { host: "127.0.0.1", port, path: "/readyz", rejectUnauthorized: false },
      (response) => {
        response.resume();
        done(response.statusCode === 200);
      },
    );
    call.once("error", () => done(false));
    call.end();
  });
}
