import { describe, expect, it } from "vitest";
import type { Json } from "../../../base/index.ts";
import { providerShortName, resourceRef } from "./resource-ref.ts";
import { isManaged, moduleOf, withoutKeys } from "./schema.ts";

const raw = (type: string, providerName: string | null = null) => ({
  address: `${type}.this`,
  type,
  name: "this",
  providerName,
  module: null,
  deposed: null,
});

describe("providerShortName", () => {
  it.each([
    ["registry.opentofu.org/hashicorp/aws", "aws"],
    ["registry.terraform.io/hashicorp/google-beta", "google-beta"],
    ['provider["registry.terraform.io/hashicorp/azurerm"]', "azurerm"],
    ['provider["registry.terraform.io/hashicorp/aws"].eu', "aws"],
    ["aws", "aws"],
    ["provider.aws", "aws"],
    ["", "kubernetes"],
    [null, "kubernetes"],
  ])("%s", (name, want) => {
    expect(providerShortName(name, "kubernetes_secret")).toBe(want);
  });
});

describe("resourceRef", () => {
  it.each<[string, Json, object]>([
    [
      "aws_iam_role",
      { arn: "arn:aws:iam::111122223333:role/x", id: "x" },
      { account: "111122223333", region: null, id: "x" },
    ],
    [
      "aws_s3_bucket",
      { arn: "arn:aws:s3:::b", id: "b", region: "eu-west-1" },
      { account: null, region: "eu-west-1" },
    ],
    ["aws_instance", { id: "i-1", availability_zone: "us-gov-west-1a" }, { region: "us-gov-west-1" }],
    ["aws_vpc", { id: "vpc-1", owner_id: "111122223333" }, { account: "111122223333" }],
    ["aws_x", { owner_id: "not-an-account" }, { account: null }],
    [
      "azurerm_storage_account",
      { id: "/subscriptions/ABC-1/resourceGroups/r/x", location: "West Europe" },
      { account: "abc-1", region: "westeurope" },
    ],
    [
      "google_compute_instance",
      { project: "p-1", zone: "europe-west1-b", id: "i" },
      { account: "p-1", region: "europe-west1" },
    ],
    ["google_storage_bucket", { id: "projects/p-2/b", location: "EU" }, { account: "p-2", region: "EU" }],
    [
      "kubernetes_secret",
      { metadata: [{ name: "db", namespace: "pay" }], id: "pay/db" },
      { id: "pay/db", account: null },
    ],
    ["kubernetes_namespace", { metadata: [{ name: "pay" }], id: "pay" }, { id: "pay" }],
    ["kubernetes_manifest", { manifest: { metadata: { name: "a", namespace: "n" } } }, { id: "n/a" }],
    ["aws_x", null, { account: null, region: null, id: null }],
    ["aws_x", { id: 7, arn: ["x"] }, { id: null }],
  ])("%s %j", (type, attributes, want) => {
    expect(resourceRef(raw(type), [attributes])).toMatchObject(want);
  });

  it("takes what one side does not say from the other, then from the provider", () => {
    const defaults = { region: "eu-north-1", account: "1" };
    expect(
      resourceRef(raw("aws_x"), [{ id: "a" }, { arn: "arn:aws:x:eu-west-1:111122223333:a" }], defaults),
    ).toMatchObject({
      id: "a",
      region: "eu-west-1",
      account: "111122223333",
    });
    expect(resourceRef(raw("aws_x"), [{ id: "a" }, null], defaults)).toMatchObject(defaults);
  });
});

describe("addresses", () => {
  it.each([
    ["aws_vpc.v", null, "aws_vpc.v"],
    ["module.a.aws_vpc.v[0]", "module.a", "module.a.aws_vpc.v"],
    [
      'module.a["x.y]"].module.b[1].aws_vpc.v["k"]',
      'module.a["x.y]"].module.b[1]',
      "module.a.module.b.aws_vpc.v",
    ],
  ])("%s", (address, module, plain) => {
    expect(moduleOf(address)).toBe(module);
    expect(withoutKeys(address)).toBe(plain);
  });

  it.each([
    [{ mode: "managed", address: "a.b" }, true],
    [{ mode: "data", address: "a.b" }, false],
    [{ mode: "ephemeral", address: "a.b" }, false],
    [{ address: "data.aws_ami.a" }, false],
    [{ address: 'module.m["data.x"].data.aws_ami.a[0]' }, false],
    [{ address: "module.data.aws_vpc.v" }, true],
  ])("%j is managed: %s", (entry, want) => {
    expect(isManaged(entry)).toBe(want);
  });
});
