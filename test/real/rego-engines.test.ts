import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { policyHost } from "../../src/app/policy-host/policy-host.ts";
import { judgeThrough, policyEngineContract } from "../../src/judge/policy/adapters/contract.ts";
import { opaServerEngine } from "../../src/judge/policy/adapters/opa-server.ts";
import { opaWasmEngine } from "../../src/judge/policy/adapters/opa-wasm.ts";
import { regoEngine } from "../../src/judge/policy/adapters/rego.ts";
import type { OpaServer, PolicyHost } from "../../src/judge/policy/host.ts";
import {
  type PolicyDefinition,
  type PolicyEngine,
  type PolicyFile,
  SILENT,
} from "../../src/judge/policy/policy-engine.ts";
import { mustRun } from "./command.ts";
import { describeWithPeers } from "./skip.ts";

const TOKEN = "real-tier-token";

/** The same policies for all: in data where a bundle holds parameters, in the input where a server gets them. */
const POLICIES: Readonly<Record<string, string>> = {
  denies: `deny contains {"msg": "it is open", "rule": "r", "path": "open"} if input.change.after.open
warn_size contains sprintf("size %d", [input.change.after.size]) if input.change.after.size > 3`,
  parametrised: `max := input.trueup.params.p.max
max := data.trueup.params.p.max
deny contains "above" if input.change.after.limit > max`,
  endless: `deny contains "end" if {
	some a in numbers.range(1, 100000)
	some b in numbers.range(1, 100000)
	some c in numbers.range(1, 100000)
	a + b + c < 0
}`,
  absent: 'deny contains "gone" if input.change.after.nowhere.at.all == true',
};

const sourceOf = (name: string): string => `package contract.${name}\n\n${POLICIES[name] ?? ""}\n`;

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  return typeof address === "object" && address !== null ? address.port : 0;
}

const AUTHZ = `package system.authz

default allow := false

allow if input.identity == "${TOKEN}"

allow if input.path == ["health"]
`;

describeWithPeers("policies judged by OPA itself", ["opa"], (peers) => {
  const folder = mkdtempSync(join(tmpdir(), "trueup-opa-"));
  let server: ChildProcess;
  let url = "";
  let bundle: Uint8Array = new Uint8Array();

  beforeAll(async () => {
    const names = Object.keys(POLICIES);
    for (const name of names) writeFileSync(join(folder, `${name}.rego`), sourceOf(name));
    const points = names.flatMap((name) => ["-e", `contract/${name}`]);
    const files = names.map((name) => `${name}.rego`);
    await mustRun(peers.opa, ["build", "-t", "wasm", ...points, "-o", "bundle.tar.gz", ...files], {
      cwd: folder,
    });
    bundle = readFileSync(join(folder, "bundle.tar.gz"));
    writeFileSync(join(folder, "authz.rego"), AUTHZ);
    url = `http://127.0.0.1:${await freePort()}`;
    const flags = ["--authentication=token", "--authorization=basic", "--disable-telemetry", "-l", "error"];
    server = spawn(
      peers.opa,
      ["run", "--server", "-a", url.slice("http://".length), ...flags, ...files, "authz.rego"],
      { cwd: folder, stdio: "ignore" },
    );
    for (let i = 0; i < 200; i++) {
      const healthy = await fetch(`${url}/health`).then(
        (answer) => answer.ok,
        () => false,
      );
      if (healthy) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error("opa run --server did not come up");
  }, 120_000);

  afterAll(() => {
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  const at: OpaServer = {
    get url() {
      return url;
    },
    token: { env: "OPA_TOKEN" },
    ca: null,
    timeoutMs: null,
  };
  const host = policyHost({ folder, hosts: [], variables: { OPA_TOKEN: TOKEN }, monotonic: () => 0 });

  const held = (name: string): PolicyFile => ({ path: name, text: "" });
  const entryOf = (file: PolicyFile): string => `contract.${file.path.replace(".tar.gz", "")}`;
  policyEngineContract(
    opaServerEngine(at),
    {
      denies: held("denies"),
      broken: null,
      parametrised: held("parametrised"),
      endless: held("endless"),
      absent: held("absent"),
      entryOf,
    },
    { host },
  );

  const bundled = (name: string): PolicyFile => ({
    path: `${name}.tar.gz`,
    text: "",
    get bytes() {
      return bundle;
    },
  });
  policyEngineContract(
    opaWasmEngine,
    {
      denies: bundled("denies"),
      broken: { path: "broken.tar.gz", text: "", bytes: Buffer.from("x") },
      parametrised: bundled("parametrised"),
      endless: bundled("endless"),
      absent: bundled("absent"),
      entryOf,
    },
    { host },
  );

  test("the three that run Rego say the same of the same document", async () => {
    const policy: PolicyDefinition = {
      name: "p",
      description: "",
      level: "soft-mandatory",
      document: "change",
      entry: "contract.denies",
      parameters: {},
      applies: {},
    };
    const document = { change: { after: { open: true, size: 7 } } };
    const bounds = { now: 0, monotonic: () => 0, timeoutMs: 20_000 };
    const judge = async (engine: PolicyEngine, files: readonly PolicyFile[], by: PolicyHost | null) => {
      const compiled = engine.compile({ set: engine.name, files, policies: [policy] });
      if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
      return judgeThrough(by, compiled.value, policy, document, bounds);
    };
    const source = { path: "denies.rego", text: sourceOf("denies") };
    const ours = await judge(regoEngine(), [source], null);
    expect(await judge(opaServerEngine(at), [], host)).toEqual(ours);
    expect(await judge(opaWasmEngine, [bundled("denies")], host)).toEqual(ours);
    expect(ours).not.toEqual(SILENT);
  });

  test("a server that does not know the token refuses, and the policy is an error", async () => {
    const stranger = policyHost({ folder, hosts: [], variables: { OPA_TOKEN: "no" }, monotonic: () => 0 });
    const policy = { ...({} as PolicyDefinition), name: "p", entry: "contract.denies", parameters: {} };
    const compiled = opaServerEngine(at).compile({ set: "s", files: [], policies: [policy] });
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
    const bounds = { now: 0, monotonic: () => 0, timeoutMs: 20_000 };
    const judgement = await judgeThrough(stranger, compiled.value, policy, {}, bounds);
    expect(judgement.error?.code).toBe("opa_server_failed");
  });
});
