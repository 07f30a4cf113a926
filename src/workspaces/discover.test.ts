import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { okValue, problemIn } from "../testing/record.ts";
import { checkSettings } from "./check-settings.ts";
import { discoverWorkspaces } from "./discover.ts";
import { WORKSPACE_DEFAULTS, type WorkspaceSettings } from "./workspace.ts";

const top = mkdtempSync(join(tmpdir(), "trueup-discover-"));
afterAll(() => rmSync(top, { recursive: true, force: true }));

beforeAll(() => {
  for (const path of [
    "live/prod/network/main.tf",
    "live/prod/my app/main.tofu",
    "live/dev/network/main.tf.json",
    "live/dev/.terraform/modules/x/main.tf",
    "live/dev/readme/README.md",
    "modules/vpc/main.tf",
    "main.tf",
    ...Array.from({ length: 400 }, (_, n) => `many/w${String(n).padStart(3, "0")}/main.tf`),
  ]) {
    mkdirSync(dirname(join(top, path)), { recursive: true });
    writeFileSync(join(top, path), "");
  }
  symlinkSync("/", join(top, "live", "loop"));
});

const discover = async (include: readonly string[], exclude: readonly string[] = []) =>
  okValue(await discoverWorkspaces(top, { name: "mono", include, exclude }));

describe("discovery", () => {
  it.each([
    ["every level", ["live/**"], [], ["live/dev/network", "live/prod/my app", "live/prod/network"]],
    ["one level", ["live/*/network"], [], ["live/dev/network", "live/prod/network"]],
    ["without what is excluded", ["live/**"], ["live/prod/**"], ["live/dev/network"]],
    ["the top itself", ["."], [], ["."]],
    ["nothing", ["nowhere/**"], [], []],
  ])("finds %s", async (_name, include, exclude, paths) => {
    expect((await discover(include, exclude)).map(({ path }) => path)).toEqual(paths);
  });

  it("names the same folders the same each time, hundreds of them", async () => {
    const first = await discover(["many/*"]);
    expect(first).toHaveLength(400);
    expect(first[7]).toEqual({ name: "mono/many/w007", path: "many/w007" });
    expect(await discover(["many/*"])).toEqual(first);
    expect((await discover(["live/prod/my*"])).map(({ name }) => name)).toEqual(["mono/live/prod/my_app"]);
  });

  it("says so where there is nothing to look through", async () => {
    const lost = await discoverWorkspaces(join(top, "lost"), { name: "x", include: ["**"], exclude: [] });
    expect(problemIn(lost).code).toBe("discovery_unreadable");
  });
});

describe("settings", () => {
  const settings: WorkspaceSettings = {
    ...WORKSPACE_DEFAULTS,
    name: "live/net",
    source: { kind: "directory", path: "/srv/net" },
  };
  const git = { kind: "git", url: "git@github.com:acme/infra.git", ref: null, path: "live" } as const;

  it.each<[string, Partial<WorkspaceSettings>]>([
    ["a folder", {}],
    ["a repository", { source: git }],
    ["a tag", { source: { ...git, ref: "refs/tags/v1.2" } }],
    ["a credential", { credentials: [{ variable: "AWS_PROFILE", from: "env", name: "PROD_PROFILE" }] }],
  ])("with %s are fine", (_name, over) => {
    expect(checkSettings({ ...settings, ...over })).toEqual([]);
  });

  it.each<[string, Partial<WorkspaceSettings>]>([
    ["a name with a space", { name: "a b" }],
    ["a name that climbs", { name: "a/../b" }],
    ["a path that climbs", { source: { ...git, path: "a/../../b" } }],
    ["an absolute path in a repository", { source: { ...git, path: "/etc" } }],
    ["a pull request", { source: { ...git, ref: "refs/pull/1/merge" } }],
    ["variables of elsewhere", { tool: { ...settings.tool, varFiles: ["../../secrets.tfvars"] } }],
    ["arguments for the tool", { credentials: [{ variable: "TF_CLI_ARGS_plan", from: "env", name: "X" }] }],
    ["another PATH", { credentials: [{ variable: "PATH", from: "env", name: "X" }] }],
    ["a loader's setting", { credentials: [{ variable: "LD_PRELOAD", from: "env", name: "X" }] }],
    ["a relative file", { credentials: [{ variable: "TOKEN", from: "file", path: "token" }] }],
  ])("with %s are refused", (_name, over) => {
    expect(checkSettings({ ...settings, ...over })).toHaveLength(1);
  });
});
