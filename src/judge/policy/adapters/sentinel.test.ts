import { describe, expect, it } from "vitest";
import type { Json } from "../../../base/index.ts";
import type { HostAnswers, HostRequest } from "../host.ts";
import { loadPolicySet } from "../load-set.ts";
import { isSuspended } from "../policy-engine.ts";
import { judgeThrough, policyEngineContract } from "./contract.ts";
import { sentinelEngine } from "./sentinel.ts";

const file = (name: string, text: string) => ({ path: `${name}.sentinel`, text });

policyEngineContract(sentinelEngine, {
  denies: file(
    "denies",
    'import "trueup"\nr = rule { (trueup.change.after.open else false) is not true }\nmain = rule { r }\n',
  ),
  broken: file("broken", "main = rule {\n  true and\n}\n"),
  parametrised: file(
    "parametrised",
    'import "trueup"\nparam max\nmain = rule { trueup.change.after.limit <= max }\n',
  ),
  endless: file(
    "endless",
    "f = func() {\n  for range(4000000) as i { for range(4000000) as j { x = i * j } }\n  return true\n}\nmain = rule { f() }\n",
  ),
  absent: file(
    "absent",
    'import "trueup"\nmain = rule { (trueup.change.after.nowhere.at.all else false) is false }\n',
  ),
  entryOf: (policy) => policy.path,
});

const PLAN: Json = {
  format_version: "1.2",
  resource_changes: [
    {
      address: "aws_s3_bucket.a",
      mode: "managed",
      type: "aws_s3_bucket",
      name: "a",
      provider_name: "registry.terraform.io/hashicorp/aws",
      change: { actions: ["create"], before: null, after: { acl: "public-read" }, after_unknown: {} },
    },
  ],
};
const BOUNDS = { now: 0, monotonic: () => 0, timeoutMs: 1_000 };

const HCL = `import "module" "report" {
  source = "./modules/report.sentinel"
}
policy "no-public-acl" {
  source = "./no-public-acl.sentinel"
  enforcement_level = "hard-mandatory"
}
policy "unlevelled" {
  source = "./unlevelled.sentinel"
}
`;
const FILES = [
  { path: "sentinel.hcl", text: HCL },
  { path: "modules/report.sentinel", text: "say = func(text) {\n  print(text)\n  return true\n}\n" },
  {
    path: "no-public-acl.sentinel",
    text: `import "tfplan/v2" as tfplan
import "report"
buckets = filter tfplan.resource_changes as _, rc { rc.type is "aws_s3_bucket" and report.say(rc.address) }
private = rule { all buckets as _, b { b.change.after.acl is not "public-read" } }
main = rule { private }
`,
  },
  { path: "unlevelled.sentinel", text: "main = rule { undefined }\n" },
];

describe("a policy set of HCP Terraform", () => {
  it("is loaded from sentinel.hcl, with its levels and modules, and judges plans", async () => {
    const set = await loadPolicySet("hcp", "hcp", FILES);
    if (!set.ok) throw new Error(JSON.stringify(set.error));
    const [acl, unlevelled] = set.value.policies;
    expect([acl, unlevelled].map((policy) => [policy?.name, policy?.level, policy?.document])).toEqual([
      ["no-public-acl", "hard-mandatory", "plan"],
      ["unlevelled", "advisory", "plan"],
    ]);
    const judgement = await judgeThrough(null, set.value.compiled, acl!, PLAN, BOUNDS);
    expect(judgement.deny.map((said) => said.rule)).toEqual(["private"]);
    expect(judgement.prints).toEqual(["aws_s3_bucket.a"]);
  });

  it("never takes an undefined result for a pass", async () => {
    const set = await loadPolicySet("hcp", "hcp", FILES);
    if (!set.ok) throw new Error(JSON.stringify(set.error));
    const judgement = await judgeThrough(null, set.value.compiled, set.value.policies[1]!, PLAN, BOUNDS);
    expect(judgement.error?.code).toBe("sentinel_undefined");
  });

  it.each([
    [
      "a module that is not there: nothing is fetched",
      { "sentinel.hcl": HCL },
      ["the file `modules/report.sentinel` cannot be read", "hcp/sentinel.hcl"],
    ],
    [
      "a source elsewhere",
      { "sentinel.hcl": 'import "module" "m" { source = "https://example.com/m.sentinel" }\n' },
      ["nothing is fetched; put a copy beside the configuration", "hcp/sentinel.hcl"],
    ],
    [
      "a policy that does not compile, at its line",
      { "sentinel.hcl": 'policy "p" { source = "./p.sentinel" }\n', "p.sentinel": "main = (" },
      ["expected an expression", "hcp/p.sentinel"],
    ],
  ])("is refused with %s", async (_note, texts, [message, file]) => {
    const files = Object.entries(texts).map(([path, text]) => ({ path, text }));
    const set = await loadPolicySet("hcp", "hcp", files);
    const [found] = set.ok ? [] : set.error;
    expect(found?.message).toContain(message);
    expect(found?.place?.file).toBe(file);
  });

  it("takes settings of standard imports, parameters and overrides, and no mock", async () => {
    const files = Object.entries({
      "sentinel.hcl": `import "plugin" "time" { config = { timezone = "Australia/Brisbane" } }
mock "tfplan/v2" { data = { resource_changes = {} } }
param "limit" { value = 1 }
policy "p" { source = "./p.sentinel" }
`,
      "levels_override.hcl": 'policy "p" { enforcement_level = "hard-mandatory" }\n',
      "other.hcl": 'provider "aws" {}\n',
      "p.sentinel": `import "time"
import "tfplan/v2" as tfplan
param limit
main = rule { time.load(0).hour is 10 and length(tfplan.resource_changes) is limit }
`,
    }).map(([path, text]) => ({ path, text }));
    const set = await loadPolicySet("hcp", "hcp", files);
    if (!set.ok) throw new Error(JSON.stringify(set.error));
    const [policy] = set.value.policies;
    expect(policy?.level).toBe("hard-mandatory");
    expect(set.value.compiled.judge(policy!, PLAN, BOUNDS, new Map())).toMatchObject({
      deny: [],
      error: null,
    });
  });
});

describe("a Sentinel policy that asks over http", () => {
  const policy = `import "http"
import "json"
answer = json.unmarshal(http.client.without_certificate_verification().get("https://cmdb.example/frozen").body)
main = rule { answer.frozen is false }
`;

  async function judged(answers: HostAnswers) {
    const set = await loadPolicySet("asking", "asking", [
      { path: "sentinel.hcl", text: 'policy "asks" { source = "./asks.sentinel" }\n' },
      { path: "asks.sentinel", text: policy },
    ]);
    if (!set.ok) throw new Error(JSON.stringify(set.error));
    return set.value.compiled.judge(set.value.policies[0]!, PLAN, BOUNDS, answers);
  }

  async function request(): Promise<HostRequest> {
    const outcome = await judged(new Map());
    if (!isSuspended(outcome)) throw new Error(JSON.stringify(outcome));
    return outcome.requests[0]!;
  }

  it("says what it needs, with everything that a host may have to refuse", async () => {
    expect(await request()).toMatchObject({
      kind: "http_send",
      request: {
        method: "GET",
        url: "https://cmdb.example/frozen",
        timeout: "10s",
        tls_insecure_skip_verify: true,
      },
    });
  });

  it.each([
    ["passes", { status_code: 200, headers: { "x-a": ["1", "2"] }, raw_body: '{"frozen": false}' }, []],
    ["fails", { status_code: 200, headers: {}, raw_body: '{"frozen": true}' }, ["main"]],
  ])("%s by the answer", async (_note, answer, rules) => {
    const { key } = await request();
    const outcome = await judged(new Map([[key, { ok: true, value: answer }]]));
    expect(isSuspended(outcome) ? null : outcome.deny.map((said) => said.rule)).toEqual(rules);
  });

  it.each([
    [
      "the host refuses it",
      { ok: false, error: { code: "policy_host_denied", message: "no" } },
      "policy_host_denied",
    ],
    ["the server says no", { ok: true, value: { status_code: 500, raw_body: "" } }, "sentinel_runtime_error"],
  ] as const)("never passes when %s", async (_note, answer, code) => {
    const { key } = await request();
    const outcome = await judged(new Map([[key, answer]]));
    expect(isSuspended(outcome) ? null : outcome.error?.code).toBe(code);
  });
});
