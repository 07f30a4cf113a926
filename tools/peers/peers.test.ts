import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { buildPeer, peerState, writeTofuConfig } from "./build.ts";
import { findPeer, findPeers, programsOf } from "./find.ts";
import { builtPath, goPlatform, PROJECT_ROOT, peersFolder } from "./places.ts";
import { RECIPES, type Recipe } from "./recipes.ts";

let folder = "";
let peers = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "trueup-peers-test-"));
  peers = join(folder, "peers");
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

describe("recipes", () => {
  test("names and programs are unique", () => {
    const names = RECIPES.map((r) => r.name);
    const programs = RECIPES.flatMap(programsOf);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(programs).size).toBe(programs.length);
  });

  test.each(RECIPES.filter((r) => r.from.kind === "go" && !r.from.shared))(
    "$name is pinned to $version in its own go.mod, sums included",
    (recipe) => {
      if (recipe.from.kind !== "go") throw new Error("not a Go recipe");
      const module = join(PROJECT_ROOT, "tools/peers/modules", recipe.from.module);
      expect(readFileSync(join(module, "go.mod"), "utf8")).toContain(` v${recipe.version}`);
      expect(existsSync(join(module, "go.sum"))).toBe(true);
      const tools = readFileSync(join(module, "tools.go"), "utf8");
      for (const build of recipe.from.builds) expect(tools).toContain(`"${build.package}"`);
    },
  );
});

describe("places", () => {
  test.each([
    [{ TRUEUP_PEERS: "/a/b" }, "/a/b"],
    [{ XDG_CACHE_HOME: "/c" }, "/c/trueup/peers"],
    [{ TRUEUP_PEERS: "", XDG_CACHE_HOME: "/c" }, "/c/trueup/peers"],
  ])("%j", (env, want) => {
    expect(peersFolder(env)).toBe(want);
  });

  test("a provider lies where tofu's mirror has it", () => {
    const build = { name: "terraform-provider-x", provider: { name: "x", version: "1.2.3" } };
    expect(builtPath("/p", build)).toBe(
      `/p/mirror/registry.opentofu.org/hashicorp/x/1.2.3/${goPlatform()}/terraform-provider-x_v1.2.3`,
    );
  });

  test("tofu's configuration names the mirror alone", () => {
    writeTofuConfig(peers);
    const text = readFileSync(join(peers, "tofurc"), "utf8");
    expect(text).toContain(JSON.stringify(join(peers, "mirror")));
    expect(text).not.toContain("direct");
  });
});

describe("finding", () => {
  test("what is missing comes with the command that builds it", () => {
    const env = { TRUEUP_PEERS: peers, PATH: "" };
    expect(findPeer("tofu", env)).toEqual({
      found: false,
      reason: "`tofu` is not built: run `npm run peers tofu`",
    });
    expect(findPeer("nosuch", env)).toEqual({ found: false, reason: "no recipe builds `nosuch`" });
    expect(findPeers(["tofu", "conftest"], env)).toMatchObject({
      found: false,
      reason: expect.stringMatching(/`tofu` is not built.*`conftest` is not built/),
    });
  });

  test("a Debian program is taken from PATH, a built one never", () => {
    const bin = join(folder, "bin");
    fakeProgram(join(bin, "etcd"), "exit 0");
    fakeProgram(join(bin, "tofu"), "exit 0");
    const env = { TRUEUP_PEERS: peers, PATH: bin };
    expect(findPeer("etcd", env)).toEqual({ found: true, path: join(bin, "etcd") });
    expect(findPeer("tofu", env)).toMatchObject({ found: false });
  });
});

describe("building", () => {
  const recipe: Recipe = {
    name: "opa",
    version: "1.0.0",
    what: "a stand-in",
    from: { kind: "go", module: "opa", builds: [{ name: "opa", package: "example.test/opa" }] },
  };

  /** Stands in for the Go toolchain: writes what it was asked to build, counts its calls. */
  function fakeGo(build: string): string {
    const bin = join(folder, "toolchain");
    fakeProgram(
      join(bin, "go"),
      `echo "$1" >> "${folder}/calls"\ncase "$1" in list) ${build === "old" ? "echo too old >&2; exit 1" : "exit 0"};;` +
        ` build) while [ "$1" != -o ]; do shift; done; ${build === "broken" ? "echo no such package >&2; exit 1" : 'echo "#!/bin/sh" > "$2"; chmod +x "$2"'};; esac`,
    );
    vi.stubEnv("PATH", [bin, "/usr/bin", "/bin"].join(delimiter));
    return bin;
  }
  const calls = (): string =>
    existsSync(join(folder, "calls")) ? readFileSync(join(folder, "calls"), "utf8") : "";

  test("builds once; a second run finds it fresh; another version builds again", async () => {
    fakeGo("works");
    expect(await buildPeer(recipe, peers)).toEqual({ kind: "built" });
    expect(peerState(recipe, peers)).toBe("built");
    const after = calls();
    expect(await buildPeer(recipe, peers)).toEqual({ kind: "fresh" });
    expect(calls()).toBe(after);
    expect(await buildPeer({ ...recipe, version: "1.0.1" }, peers)).toEqual({ kind: "built" });
    expect(calls().length).toBeGreaterThan(after.length);
  });

  test("a stamp without its program is not believed", async () => {
    fakeGo("works");
    await buildPeer(recipe, peers);
    rmSync(join(peers, "bin/opa"));
    expect(await buildPeer(recipe, peers)).toEqual({ kind: "built" });
  });

  test("a failed build says what failed and leaves no program and no stamp", async () => {
    fakeGo("broken");
    expect(await buildPeer(recipe, peers)).toMatchObject({
      kind: "failed",
      reason: expect.stringContaining("no such package"),
    });
    expect(existsSync(join(peers, "bin/opa"))).toBe(false);
    expect(existsSync(join(peers, "stamps/opa"))).toBe(false);
  });

  test("without a toolchain, or with one that does not fit, it is skipped with the reason", async () => {
    vi.stubEnv("PATH", join(folder, "empty"));
    expect(await buildPeer(recipe, peers)).toMatchObject({
      kind: "skipped",
      reason: expect.stringContaining("not on PATH"),
    });
    fakeGo("old");
    expect(await buildPeer(recipe, peers)).toMatchObject({
      kind: "skipped",
      reason: expect.stringContaining("too old"),
    });
  });

  test("a recipe whose source is shared is skipped where the shared folder is absent", async () => {
    vi.stubEnv("TRUEUP_SHARED", join(folder, "nowhere"));
    const oracle = RECIPES.find((r) => r.name === "rego-oracle");
    if (oracle === undefined) throw new Error("there is no oracle");
    expect(await buildPeer(oracle, peers)).toMatchObject({
      kind: "skipped",
      reason: expect.stringContaining("TRUEUP_SHARED"),
    });
  });

  test("a Debian recipe without apt is skipped with the reason", async () => {
    vi.stubEnv("PATH", join(folder, "empty"));
    const etcd = RECIPES.find((r) => r.from.kind === "debian");
    if (etcd === undefined) throw new Error("there is no Debian recipe");
    expect(await buildPeer(etcd, peers)).toMatchObject({
      kind: "skipped",
      reason: expect.stringContaining("no apt"),
    });
  });
});

function fakeProgram(path: string, body: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
}
