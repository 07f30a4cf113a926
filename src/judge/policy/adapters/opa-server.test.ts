import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MAX_ANSWER_BYTES } from "../../../app/policy-host/http-exchange.ts";
import { policyHost } from "../../../app/policy-host/policy-host.ts";
import type { Json, JsonObject } from "../../../base/index.ts";
import { compile, type Program } from "../../../engines/rego/index.ts";
import type { OpaServer, PolicyHost } from "../host.ts";
import type { Judgement, PolicyDefinition, PolicyFile } from "../policy-engine.ts";
import { judgeThrough, policyEngineContract } from "./contract.ts";
import { checkServer, opaServerEngine } from "./opa-server.ts";

const RULES: Readonly<Record<string, string>> = {
  denies: 'deny contains {"msg": "it is open", "rule": "r", "path": "open"} if input.change.after.open',
  parametrised: 'deny contains "above" if input.change.after.limit > input.trueup.params.p.max',
  absent: 'deny contains "gone" if input.change.after.nowhere.at.all == true',
};

/** What the stand-in does at a path that no policy of it holds. */
const MISCHIEF: Readonly<Record<string, (response: ServerResponse, url: string) => void>> = {
  endless: () => {},
  garbage: (response) => response.end("<html>"),
  latin1: (response) => response.end(Buffer.from([0x22, 0xe9, 0x22])),
  list: (response) => response.end('{"result": []}'),
  text: (response) => response.end('"result"'),
  fails: (response) => {
    response.writeHead(500).end('{"code": "internal_error", "message": "\\u001b[2J"}');
  },
  refuses: (response) => {
    response.writeHead(401).end('{"code": "unauthorized"}');
  },
  moves: (response, url) => {
    response.writeHead(302, { location: `${url}/v1/data/nice/denies` }).end();
  },
  floods: (response) => {
    response.write('{"result": {"deny": ["');
    const more = Buffer.alloc(1 << 20, 0x61);
    const pour = (): void => {
      if (!response.destroyed) response.write(more, pour);
    };
    pour();
  },
  drops: (response) => {
    response.write('{"result"');
    response.destroy();
  },
  warns: (response) => response.end('{"result": {"deny": []}, "warning": {"code": "api_usage_warning"}}'),
};

let server: Server;
let url = "";
let program: Program;
const seen: { path: string; authorization: string | undefined }[] = [];

/** Answers as `opa run --server` does, with this project's own engine behind it. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? "").replace("/v1/data/", "");
  seen.push({ path, authorization: request.headers.authorization });
  const mischief = MISCHIEF[path.replace("bad/", "")];
  if (mischief !== undefined) return mischief(response, url);
  let text = "";
  for await (const chunk of request) text += String(chunk);
  const { input } = JSON.parse(text) as { input: Json };
  const found = program.rules.some((rule) => rule.path.startsWith(`data.${path.replaceAll("/", ".")}.`));
  const result = found ? program.evaluate(path, input) : null;
  response.end(JSON.stringify(result?.ok ? { result: result.value.value } : {}));
}

beforeAll(async () => {
  const modules = Object.entries(RULES).map(([name, rule]) => ({
    name: `${name}.rego`,
    source: `package nice.${name}\n\n${rule}\n`,
  }));
  const compiled = compile({ modules });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  program = compiled.value;
  server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const place = (): OpaServer => ({ url, token: null, ca: null, timeoutMs: null });
const hostWith = (variables: Readonly<Record<string, string>> = {}): PolicyHost =>
  policyHost({ folder: "/nowhere", hosts: [], variables, monotonic: () => 0 });

// The address is known when the tests run, not when they are listed.
const lazily: OpaServer = {
  get url() {
    return url;
  },
  token: null,
  ca: null,
  timeoutMs: null,
};
const held = (name: string): PolicyFile => ({ path: name, text: "" });
policyEngineContract(
  opaServerEngine(lazily),
  {
    denies: held("nice.denies"),
    broken: null,
    parametrised: held("nice.parametrised"),
    endless: held("bad.endless"),
    absent: held("nice.absent"),
    entryOf: (file) => file.path,
  },
  { host: hostWith() },
);

const policyOf = (entry: string): PolicyDefinition => ({
  name: "p",
  description: "",
  level: "soft-mandatory",
  document: "change",
  entry,
  parameters: {},
  applies: {},
});

async function judge(
  entry: string,
  document: JsonObject = {},
  from: Partial<OpaServer> = {},
  host = hostWith(),
  timeoutMs = 20_000,
): Promise<Judgement> {
  const policy = policyOf(entry);
  const compiled = opaServerEngine({ ...place(), ...from }).compile({
    set: "s",
    files: [],
    policies: [policy],
  });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  return judgeThrough(host, compiled.value, policy, document, { now: 0, monotonic: () => 0, timeoutMs });
}

describe("an OPA server that does not behave", () => {
  it.each([
    ["garbage", "bad.garbage", "opa_answer_invalid"],
    ["text that is not UTF-8", "bad.latin1", "opa_answer_invalid"],
    ["a result that is no package", "bad.list", "opa_answer_invalid"],
    ["JSON that is no answer", "bad.text", "opa_answer_invalid"],
    ["a warning that it saw no input", "bad.warns", "opa_answer_invalid"],
    ["500", "bad.fails", "opa_server_failed"],
    ["401", "bad.refuses", "opa_server_failed"],
    ["a redirect, even to itself", "bad.moves", "opa_server_redirect"],
    ["an answer without end", "bad.floods", "opa_server_too_large"],
    ["half of an answer", "bad.drops", "opa_server_unreachable"],
    ["an unknown package", "nice.unknown", "policy_missing"],
  ])("gives an error, never a pass: %s", async (_note, entry, code) => {
    const judgement = await judge(entry);
    expect([judgement.deny, judgement.error?.code]).toEqual([[], code]);
    expect(judgement.error?.message).not.toContain("\u001b");
  });

  it("is not waited for longer than the policy may take", async () => {
    expect((await judge("bad.endless", {}, {}, hostWith(), 50)).error?.code).toBe("opa_server_timeout");
    expect((await judge("bad.endless", {}, { timeoutMs: 50 })).error?.code).toBe("opa_server_timeout");
  });

  it("is left alone for a while after three failures in a row", async () => {
    let now = 0;
    const host = policyHost({ folder: "/nowhere", hosts: [], variables: {}, monotonic: () => now });
    const before = seen.length;
    for (let i = 0; i < 5; i++) await judge("bad.drops", { i }, {}, host);
    expect(seen.length - before).toBe(3);
    now = 60_000;
    expect((await judge("nice.denies", { change: { after: { open: true } } }, {}, host)).deny).toHaveLength(
      1,
    );
  });

  it("bounds what an answer may hold", () => {
    expect(MAX_ANSWER_BYTES).toBeLessThanOrEqual(64 * 1024 * 1024);
  });
});

describe("the token of an OPA server", () => {
  const from = { token: { env: "TRUEUP_POLICY_TOKEN" } };

  it("is taken from where the manifest points", async () => {
    await judge("nice.denies", {}, from, hostWith({ TRUEUP_POLICY_TOKEN: "canary-token\n" }));
    expect(seen.at(-1)?.authorization).toBe("Bearer canary-token");
  });

  it.each([
    ["a variable that is not set", from],
    ["a file that is not there", { token: { file: "token" } }],
    ["an authority that is not there", { ca: "ca.pem" }],
  ])("asks nothing where it is missing: %s", async (_note, server) => {
    const before = seen.length;
    expect((await judge("nice.denies", {}, server)).error?.code).toBe("opa_secret_missing");
    expect(seen.length).toBe(before);
  });
});

describe("checkServer", () => {
  const at = (address: string): OpaServer => ({ url: address, token: null, ca: null, timeoutMs: null });

  it.each([
    ["https on an allowed host", "https://opa.example.com/prefix", ["opa.example.com"], []],
    ["http on this machine", "http://127.0.0.1:8181", ["127.0.0.1:8181"], []],
    ["a host that is not allowed", "https://evil.example.com", ["opa.example.com"], ["policy_host_denied"]],
    [
      "a port that is not allowed",
      "https://opa.example.com:8443",
      ["opa.example.com"],
      ["policy_host_denied"],
    ],
    ["a name that only ends alike", "https://xopa.example.com", ["opa.example.com"], ["policy_host_denied"]],
    ["http over the network", "http://opa.example.com", ["opa.example.com"], ["manifest_invalid"]],
    ["a password in the address", "https://u:p@opa.example.com", ["opa.example.com"], ["manifest_invalid"]],
    ["another scheme", "file:///etc/passwd", [""], ["manifest_invalid"]],
    ["no address", "opa", [], ["manifest_invalid"]],
  ])("%s", (_note, address, hosts, codes) => {
    const checked = checkServer(at(address), hosts, "m.yaml");
    expect(checked.ok ? [] : checked.error.map((found) => found.code)).toEqual(codes);
  });
});
