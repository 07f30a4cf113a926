import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AuditEvent } from "../../../domain/index.ts";
import { readKubernetesAudit } from "./read.ts";

/** A patch of a NetworkPolicy by a person, as the API server logs its end. */
const PATCH = {
  kind: "Event",
  apiVersion: "audit.k8s.io/v1",
  level: "Request",
  auditID: "a-1",
  stage: "ResponseComplete",
  requestURI: "/apis/networking.k8s.io/v1/namespaces/edge/networkpolicies/ssh?fieldManager=kubectl-patch",
  verb: "patch",
  user: { username: "mira@example.com", groups: ["ops", "system:authenticated"] },
  sourceIPs: ["203.0.113.44", "10.0.0.1"],
  userAgent: "kubectl/v1.36.3 (linux/amd64)",
  objectRef: { apiGroup: "networking.k8s.io", resource: "networkpolicies", namespace: "edge", name: "ssh" },
  responseStatus: { metadata: {}, code: 200 },
  requestObject: { spec: { ingress: [{ from: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }] } },
  requestReceivedTimestamp: "2026-11-03T02:07:41.000001Z",
  stageTimestamp: "2026-11-03T02:07:41.055Z",
};

type Raw = Record<string, unknown>;

function read(...events: Raw[]): readonly AuditEvent[] {
  const log = readKubernetesAudit(events.map((event) => JSON.stringify(event)).join("\n"), {
    file: "audit.log",
  });
  if (!log.ok) throw new Error(log.error.message);
  return log.value.events;
}

function one(over: Raw): AuditEvent | undefined {
  return read({ ...PATCH, ...over })[0];
}

describe("readKubernetesAudit", () => {
  it("reads a patch", () => {
    expect(one({})).toEqual({
      id: "a-1",
      source: "kubernetes-audit",
      time: "2026-11-03T02:07:41.055Z",
      actor: {
        kind: "human",
        principal: "mira@example.com",
        person: "mira@example.com",
        personRule: "username",
        groups: ["ops", "system:authenticated"],
        sourceIp: "203.0.113.44",
        userAgent: "kubectl/v1.36.3 (linux/amd64)",
        session: null,
      },
      channel: "kubernetes",
      action: "patch networking.k8s.io/networkpolicies",
      write: true,
      outcome: "succeeded",
      account: null,
      region: null,
      types: [
        "kubernetes_network_policy",
        "kubernetes_network_policy_v1",
        "kubernetes_manifest",
        "kubectl_manifest",
      ],
      identifiers: ["edge/ssh", "/apis/networking.k8s.io/v1/namespaces/edge/networkpolicies/ssh"],
      parameters: PATCH.requestObject,
    });
  });

  it.each<[string, Raw, Partial<AuditEvent>]>([
    ["a denied request", { responseStatus: { code: 403 } }, { outcome: "denied" }],
    ["an unauthenticated one", { responseStatus: { code: 401 } }, { outcome: "denied" }],
    ["a conflict", { responseStatus: { code: 409 } }, { outcome: "failed" }],
    ["a read", { verb: "list" }, { write: false }],
    ["a dry run", { requestURI: "/x?dryRun=All" }, { write: false }],
    ["a status", { objectRef: { ...PATCH.objectRef, subresource: "status" } }, { write: false }],
    [
      "a scale",
      {
        objectRef: {
          apiGroup: "apps",
          resource: "deployments",
          namespace: "n",
          name: "d",
          subresource: "scale",
        },
      },
      { write: true, action: "patch apps/deployments/scale" },
    ],
    ["a Terraform provider", { userAgent: "HashiCorp/1.0 Terraform/1.9.5" }, { channel: "iac" }],
    [
      "a namespace, which some servers put into itself",
      {
        objectRef: { resource: "namespaces", namespace: "pay", name: "pay" },
        requestURI: "/api/v1/namespaces/pay",
      },
      { identifiers: ["pay", "/api/v1/namespaces/pay"] },
    ],
    [
      "a created object",
      {
        verb: "create",
        requestURI: "/api/v1/namespaces/n/pods",
        objectRef: { resource: "pods", namespace: "n" },
        responseObject: { kind: "Pod", metadata: { name: "p-x1", uid: "u-1" } },
      },
      { identifiers: ["n/p-x1", "/api/v1/namespaces/n/pods/p-x1", "u-1"] },
    ],
    [
      "a collection",
      {
        verb: "deletecollection",
        requestURI: "/api/v1/namespaces/n/pods",
        objectRef: { resource: "pods", namespace: "n" },
      },
      { identifiers: ["n/*"] },
    ],
    [
      "a custom resource",
      { objectRef: { apiGroup: "acme.io", resource: "things", namespace: "n", name: "t" } },
      { types: ["kubernetes_manifest", "kubectl_manifest"] },
    ],
  ])("reads %s", (_note, over, want) => {
    expect(one(over)).toMatchObject(want);
  });

  it.each([
    ["system:serviceaccount:kube-system:horizontal-pod-autoscaler", [], "service"],
    ["system:node:worker-1", ["system:nodes"], "service"],
    ["system:kube-controller-manager", [], "service"],
    ["system:serviceaccount:argocd:application-controller", [], "agent"],
    ["system:anonymous", [], "unknown"],
    ["ci-tofu", ["ci"], "human"],
  ])("%s is %s %s", (username, groups, kind) => {
    expect(one({ user: { username, groups } })?.actor.kind).toBe(kind);
  });

  it("keeps who impersonates as the principal", () => {
    expect(one({ impersonatedUser: { username: "admin" } })?.actor).toMatchObject({
      principal: "mira@example.com",
      session: "impersonating admin",
    });
  });

  it("hides every value of a Secret and keeps its names", () => {
    const objectRef = { resource: "secrets", namespace: "n", name: "db" };
    const annotations = {
      "kubectl.kubernetes.io/last-applied-configuration": '{"data":{"p":"canary"}}',
      a: "b",
    };
    const requestObject = {
      kind: "Secret",
      metadata: { annotations },
      data: { p: "canary" },
      stringData: { q: "canary" },
    };
    const event = one({ objectRef, requestObject, responseObject: { data: { p: "canary" } } });
    expect(JSON.stringify(event)).not.toContain("canary");
    expect(event?.parameters).toMatchObject({ data: { p: "(sensitive)" }, stringData: { q: "(sensitive)" } });
    const patch = one({ objectRef, requestObject: [{ op: "replace", path: "/data/p", value: "canary" }] });
    expect(patch?.parameters).toEqual([{ op: "replace", path: "/data/p", value: "(sensitive)" }]);
  });

  it("hides secrets in environments of containers", () => {
    const requestObject = { spec: { containers: [{ env: [{ name: "DB_PASSWORD", value: "canary" }] }] } };
    expect(JSON.stringify(one({ requestObject }))).not.toContain("canary");
  });

  it("takes the end of a request only, and an EventList as its events", () => {
    const stages = ["RequestReceived", "ResponseStarted", "ResponseComplete"].map((stage) => ({
      ...PATCH,
      stage,
    }));
    expect(read(...stages)).toHaveLength(1);
    const list = {
      kind: "EventList",
      apiVersion: "audit.k8s.io/v1",
      items: [PATCH, { ...PATCH, auditID: "a-2" }],
    };
    expect(read(list).map((event) => event.id)).toEqual(["a-1", "a-2"]);
  });

  it("leaves requests about no resource out", () => {
    expect(read({ ...PATCH, objectRef: undefined }, { ...PATCH, auditID: "a-2" })).toHaveLength(1);
  });

  it.each([
    ["nothing", "", "log_empty"],
    ["words", "hello", "log_not_json"],
    ["another log", '{"level":"info","msg":"x"}', "not_a_kubernetes_audit_log"],
  ])("refuses %s", (_note, text, code) => {
    expect(readKubernetesAudit(text, { file: "f" })).toMatchObject({ ok: false, error: { code } });
  });

  it("reads what a real API server wrote", () => {
    const log = readKubernetesAudit(
      readFileSync(new URL("./fixtures/audit.jsonl", import.meta.url), "utf8"),
      { file: "f" },
    );
    expect(log.ok && log.value.events).toMatchObject([
      {
        action: "create configmaps",
        outcome: "succeeded",
        actor: { person: "alice" },
        identifiers: [
          "default/dev",
          "/api/v1/namespaces/default/configmaps/dev",
          "dc867d25-e5cd-4b96-b210-645e8bf209da",
        ],
      },
      { action: "patch configmaps", outcome: "denied", parameters: { data: { a: "2" } } },
    ]);
  });

  it("reads or refuses events of any shape, never throws", () => {
    const name = fc.constantFrom(
      "kind",
      "apiVersion",
      "auditID",
      "verb",
      "objectRef",
      "resource",
      "namespace",
      "name",
      "user",
      "username",
      "groups",
      "requestObject",
      "data",
      "metadata",
      "annotations",
      "items",
      "__proto__",
    );
    const value = fc.letrec<{ any: unknown }>((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom("secrets", "audit.k8s.io/v1", "patch", null, 1, true),
        fc.array(tie("any"), { maxLength: 3 }),
        fc.dictionary(name, tie("any")),
      ),
    })).any;
    fc.assert(
      fc.property(value, (over) => {
        const record = typeof over === "object" && over !== null ? { ...PATCH, ...over } : over;
        expect(readKubernetesAudit(JSON.stringify(record), { file: "f" })).toHaveProperty("ok");
      }),
    );
  });

  it("reads a log that is still being written", () => {
    const log = readKubernetesAudit(`${JSON.stringify(PATCH)}\n{"kind":"Ev`, { file: "f" });
    expect(log).toMatchObject({ ok: true, value: { gaps: [{ code: "unreadable" }] } });
  });
});
