/**
 * Records `examples/captured/` anew from real runs: `node --import tsx test/real/capture.ts`.
 * Plans, states and audit events are what tofu and the API server wrote, but for three things that would
 * otherwise differ with every machine: paths and ports, times (the story is spread over weeks, in its true
 * order), and the loopback address from which everybody comes.
 */
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findPeers } from "../../tools/peers/find.ts";
import { PROJECT_ROOT } from "../../tools/peers/places.ts";
import { startCluster } from "./cluster.ts";
import {
  CLUSTER_ESTATE,
  FILE_EDITS,
  FILES_ESTATE,
  grantRights,
  kubeconfigPlace,
  MIRA,
  PIPELINE_USER,
  playStory,
  STORY,
  USERS,
} from "./payments-story.ts";
import { openWorkspace, type TofuPrograms, type Workspace } from "./tofu.ts";

/** From this real moment on, times are told as if it were that moment of the story. */
interface Anchor {
  readonly real: number;
  readonly story: number;
}

const CREATED = "2026-10-06T09:12:30Z";
const SCANNED = "2026-11-24T08:30:00Z";

const ADDRESSES: Readonly<Record<string, string>> = {
  [PIPELINE_USER]: "10.20.30.8",
  [MIRA]: "203.0.113.44",
};
const OFFICE = "198.51.100.20";

process.exitCode = await main();

async function main(): Promise<number> {
  const local = findPeers(["tofu", "terraform-provider-local"]);
  if (local.found) await captureFiles({ tofu: local.paths.tofu, tofuConfig: local.tofuConfig });
  else process.stderr.write(`files not captured: ${local.reason}\n`);

  const real = findPeers(["tofu", "etcd", "kube-apiserver", "kubectl", "terraform-provider-kubernetes"]);
  if (real.found) {
    const cluster = await startCluster(real.paths, USERS);
    try {
      await captureCluster({ tofu: real.paths.tofu, tofuConfig: real.tofuConfig }, cluster);
    } finally {
      await cluster.stop();
    }
  } else process.stderr.write(`cluster not captured: ${real.reason}\n`);
  return local.found && real.found ? 0 : 2;
}

async function captureCluster(
  programs: TofuPrograms,
  cluster: Awaited<ReturnType<typeof startCluster>>,
): Promise<void> {
  const anchors: Anchor[] = [];
  const out = join(PROJECT_ROOT, dirname(CLUSTER_ESTATE));
  await grantRights(cluster);
  const workspace = await openWorkspace(join(PROJECT_ROOT, CLUSTER_ESTATE), programs);
  const save = (name: string, text: string): void => saveScrubbed(out, name, text, workspace, anchors);
  try {
    copyFileSync(cluster.kubeconfig(PIPELINE_USER), kubeconfigPlace(workspace.folder));
    await anchor(anchors, CREATED);
    save("plan-create.json", await workspace.planJson());
    await workspace.apply();
    save("state.json", await workspace.stateJson());
    save("terraform.tfstate", workspace.rawState());
    save("plan-clean.json", await workspace.planJson());
    save("refresh-only-clean.json", await workspace.planJson("-refresh-only"));
    save("plan-opens-ssh.json", await workspace.planJson("-var", "bastion_cidr=0.0.0.0/0"));

    for (const step of STORY) {
      await anchor(anchors, step.at);
      await playStory(cluster, [step]);
    }
    await anchor(anchors, SCANNED);
    save("refresh-only-drift.json", await workspace.planJson("-refresh-only"));
    save("plan-after-drift.json", await workspace.planJson());
    moveCode(workspace);
    save("plan-unapplied-commit.json", await workspace.planJson());
    save("audit.jsonl", withAddresses(readFileSync(cluster.auditLog, "utf8")));
  } finally {
    workspace.remove();
  }
}

async function captureFiles(programs: TofuPrograms): Promise<void> {
  const anchors: Anchor[] = [];
  const out = join(PROJECT_ROOT, dirname(FILES_ESTATE));
  const workspace = await openWorkspace(join(PROJECT_ROOT, FILES_ESTATE), programs);
  const save = (name: string, text: string): void => saveScrubbed(out, name, text, workspace, anchors);
  try {
    await anchor(anchors, CREATED);
    save("plan-create.json", await workspace.planJson());
    await workspace.apply();
    save("state.json", await workspace.stateJson());
    save("terraform.tfstate", workspace.rawState());
    for (const edit of FILE_EDITS) {
      const path = join(workspace.folder, edit.path);
      if (edit.content === null) rmSync(path);
      else writeFileSync(path, edit.content);
    }
    await anchor(anchors, SCANNED);
    save("refresh-only-drift.json", await workspace.planJson("-refresh-only"));
    save("plan-after-drift.json", await workspace.planJson());
  } finally {
    workspace.remove();
  }
}

/** A commit that narrows who reaches the ledger's database, and that nobody applied. */
function moveCode(workspace: Workspace): void {
  const file = join(workspace.folder, "network.tf");
  const before = readFileSync(file, "utf8");
  const after = before.replace('"10.40.0.0/16"', '"10.40.8.0/21"');
  if (after === before) throw new Error("network.tf no longer has the range that the story narrows");
  writeFileSync(file, after);
}

/** Waits for a whole second, as some times are recorded without fractions, and ties it to the story's time. */
async function anchor(anchors: Anchor[], story: string): Promise<void> {
  await sleep(1000 - (Date.now() % 1000) + 5);
  anchors.push({ real: Math.floor(Date.now() / 1000) * 1000, story: Date.parse(story) });
}

function saveScrubbed(
  folder: string,
  name: string,
  text: string,
  workspace: Workspace,
  anchors: readonly Anchor[],
): void {
  const scrubbed = withStoryTimes(text, anchors)
    .replaceAll(workspace.folder, ".")
    .replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:6443");
  const leak = /\/(?:tmp|root|home|var)\/[^"\s]*/.exec(scrubbed);
  if (leak !== null) throw new Error(`${name} still holds a path of this machine: ${leak[0]}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), scrubbed.endsWith("\n") ? scrubbed : `${scrubbed}\n`);
  process.stdout.write(`captured ${name}, ${scrubbed.length} characters\n`);
}

function withStoryTimes(text: string, anchors: readonly Anchor[]): string {
  return text.replace(
    /\b(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z/g,
    (whole, seconds: string, fraction = "") => {
      const real = Date.parse(`${seconds}Z`);
      const from = anchors.findLast((one) => one.real <= real);
      if (from === undefined) return whole;
      const told = new Date(from.story + (real - from.real)).toISOString().slice(0, 19);
      return `${told}${fraction}Z`;
    },
  );
}

function withAddresses(log: string): string {
  return log.replace(/^.*$/gm, (line) => {
    const user = /"user":\{"username":"([^"]*)"/.exec(line)?.[1];
    if (user === undefined) return line;
    const address = ADDRESSES[user] ?? (user.startsWith("system:") ? "10.20.30.2" : OFFICE);
    return line.replace('"sourceIPs":["127.0.0.1"]', `"sourceIPs":["${address}"]`);
  });
}
