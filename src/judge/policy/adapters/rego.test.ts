import { describe, expect, it } from "vitest";
import { err, type Json, ok } from "../../../base/index.ts";
import type { HostRequest, PolicyHost } from "../host.ts";
import { judgeThrough, policyEngineContract } from "./contract.ts";
import { regoEngine } from "./rego.ts";

const module = (name: string, body: string) => ({
  path: `${name}.rego`,
  text: `package trueup.${name}\n\n${body}\n`,
});

policyEngineContract(regoEngine(), {
  denies: module(
    "denies",
    'deny contains {"msg": "it is open", "rule": "r", "path": "open"} if input.change.after.open',
  ),
  broken: module("broken", "deny contains msg if {\n  msg := \n}"),
  parametrised: module(
    "parametrised",
    'deny contains "above" if input.change.after.limit > data.trueup.params.p.max',
  ),
  endless: module(
    "endless",
    'deny contains "end" if {\n  count({[a, b, c] | some a in numbers.range(1, 5000); some b in numbers.range(1, 5000); some c in numbers.range(1, 5000)}) == 1\n}',
  ),
  absent: module("absent", 'deny contains "gone" if input.change.after.nowhere.at.all == true'),
  entryOf: (file) => `trueup.${file.path.replace(".rego", "")}`,
});

/** What conftest accepts as a failing rule, and what becomes of it. */
const SPOKEN: readonly (readonly [note: string, rules: string, deny: Json])[] = [
  ["a set of strings", 'deny contains "a" if true', [[null, "a"]]],
  ["a set of objects", 'deny contains {"msg": "a", "severity": "high"} if true', [[null, "a"]]],
  ["violation", 'violation contains {"msg": "a"} if true', [[null, "a"]]],
  ["a rule with a suffix", 'deny_ssh contains "a" if true', [["ssh", "a"]]],
  ["a map of messages, as `deny[msg] if` gives in v1", 'deny[msg] if msg := "a"', [[null, "a"]]],
  ["one string", 'deny := "a"', [[null, "a"]]],
  ["true", "deny := true", [[null, "rule deny holds"]]],
  ["false", "deny := false", []],
  ["an empty set", 'deny contains "a" if false', []],
  ["a number says nothing", "deny := 7", []],
  ["a function is no rule that speaks", 'deny contains "a" if true\nviolation(x) := x', [[null, "a"]]],
];

describe("what a Rego rule says", () => {
  it.each(SPOKEN)("%s", async (_note, rules, deny) => {
    const files = [{ path: "p.rego", text: `package main\n\n${rules}\n` }];
    const engine = regoEngine();
    const discovered = engine.discover("set", files);
    if (!discovered.ok) throw new Error(JSON.stringify(discovered.error));
    const [policy] = discovered.value.policies;
    if (policy === undefined) throw new Error("no policy was found");
    const compiled = engine.compile({ set: "set", files, policies: [policy] });
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
    const bounds = { now: 0, monotonic: () => 0, timeoutMs: 1_000 };
    const judgement = await judgeThrough(null, compiled.value, policy, {}, bounds);
    const said = judgement.deny.map(({ rule, message }) => [rule, message]);
    expect(said).toEqual(deny);
  });

  it("reads a package below `trueup` as a change policy and any other as a plan policy", () => {
    const files = [
      { path: "a.rego", text: 'package trueup.a\ndeny contains "a" if true' },
      { path: "b.rego", text: 'package main\ndeny contains "b" if true' },
      { path: "lib.rego", text: "package lib\nhelper := 1" },
    ];
    const found = regoEngine().discover("set", files);
    expect(found.ok && found.value.policies.map(({ entry, document }) => [entry, document])).toEqual([
      ["main", "plan"],
      ["trueup.a", "change"],
    ]);
  });

  const sends = [
    {
      path: "p.rego",
      text: 'package main\ndeny contains "x" if http.send({"method": "get", "url": "http://127.0.0.1/"}).status_code == 200',
    },
  ];
  const bounds = { now: 0, monotonic: () => 0, timeoutMs: 1_000 };

  it("never calls out: what `http.send` needs is asked of the host, and the answer replayed", async () => {
    const discovered = regoEngine().discover("set", sends);
    if (!discovered.ok) throw new Error(JSON.stringify(discovered.error));
    const [policy] = discovered.value.policies;
    const asked: HostRequest[] = [];
    const host: PolicyHost = {
      hosts: [],
      perform(request) {
        asked.push(request);
        return Promise.resolve(ok({ status_code: 200 }));
      },
    };
    const judgement = await judgeThrough(host, discovered.value.compiled, policy!, {}, bounds);
    expect(judgement.deny.map((said) => said.message)).toEqual(["x"]);
    expect(asked).toEqual([
      expect.objectContaining({
        kind: "http_send",
        request: { method: "get", url: "http://127.0.0.1/" },
      }),
    ]);
  });

  it("takes a call that the host refuses for an error of the policy, never for a pass", async () => {
    const discovered = regoEngine().discover("set", sends);
    if (!discovered.ok) throw new Error(JSON.stringify(discovered.error));
    const refusal = { code: "policy_host_denied", message: "no" };
    const host: PolicyHost = { hosts: [], perform: () => Promise.resolve(err(refusal)) };
    const { policies, compiled } = discovered.value;
    expect((await judgeThrough(host, compiled, policies[0]!, {}, bounds)).error).toEqual(refusal);
  });
});
