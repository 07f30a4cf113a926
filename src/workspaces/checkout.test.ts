import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { okValue, problemIn } from "../testing/record.ts";
import { type CheckoutRequest, checkout, commitOf } from "./checkout.ts";

const base = mkdtempSync(join(tmpdir(), "trueup-checkout-"));
const remote = join(base, "remote");
const cache = join(base, "cache");
const options = { variables: { PATH: process.env["PATH"], HOME: base } };

function run(...args: readonly string[]): string {
  const identity = ["-c", "user.name=t", "-c", "user.email=t@t", "-c", "init.defaultBranch=main"];
  return execFileSync("git", ["-C", remote, ...identity, ...args], { encoding: "utf8" }).trim();
}

function commit(files: Readonly<Record<string, string | null>>, message = "change"): string {
  for (const [name, text] of Object.entries(files)) {
    const path = join(remote, name);
    mkdirSync(dirname(path), { recursive: true });
    if (text === null) rmSync(path);
    else writeFileSync(path, text);
  }
  run("add", "-A");
  run("commit", "-qm", message);
  return run("rev-parse", "HEAD");
}

const ask = (over: Partial<CheckoutRequest> = {}) =>
  checkout(
    cache,
    {
      workspace: "live/net",
      url: `file://${remote}`,
      ref: null,
      path: "live/net",
      protectedRefs: [],
      ...over,
    },
    options,
  );

beforeAll(() => {
  mkdirSync(remote);
  run("init", "-q");
  commit({ "live/net/main.tf": "# one\n", "live/net/old.tf": "# old\n" });
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

describe("a checkout", () => {
  it("is the default branch at its newest commit, without what is gone, keeping the tool's folder", async () => {
    const first = okValue(await ask());
    expect(first).toMatchObject({ ref: "refs/heads/main", commit: run("rev-parse", "HEAD") });
    mkdirSync(join(first.folder, ".terraform"));
    writeFileSync(join(first.folder, "plan.out"), "left behind");
    const head = commit({ "live/net/main.tf": "# two\n", "live/net/old.tf": null });
    const second = okValue(await ask());
    expect(second).toEqual({ ...first, commit: head });
    expect(readFileSync(join(second.folder, "main.tf"), "utf8")).toBe("# two\n");
    expect(existsSync(join(second.folder, "old.tf"))).toBe(false);
    expect(existsSync(join(second.folder, "plan.out"))).toBe(false);
    expect(existsSync(join(second.folder, ".terraform"))).toBe(true);
  });

  it("gives each workspace a tree of its own", async () => {
    const [one, other] = [okValue(await ask()), okValue(await ask({ workspace: "other" }))];
    expect(one.top).not.toBe(other.top);
  });

  it("runs nothing that a repository or a machine configures", async () => {
    const mark = join(base, "ran");
    writeFileSync(
      join(base, ".gitconfig"),
      `[filter "x"]\n\tsmudge = touch ${mark}; cat\n[core]\n\thooksPath = ${base}/hooks\n`,
    );
    mkdirSync(join(base, "hooks"));
    writeFileSync(join(base, "hooks", "post-checkout"), `#!/bin/sh\ntouch ${mark}\n`, { mode: 0o755 });
    commit({ ".gitattributes": "* filter=x\n", "live/net/main.tf": "# three\n" });
    okValue(await ask());
    expect(existsSync(mark)).toBe(false);
  });

  it("does not fetch pull requests", async () => {
    run("update-ref", "refs/pull/1/head", "HEAD");
    expect(problemIn(await ask({ ref: "refs/pull/1/head", protectedRefs: ["*"] })).code).toBe(
      "ref_unprotected",
    );
    okValue(await ask());
    const refs = execFileSync("git", [`--git-dir=${mirror()}`, "for-each-ref", "--format=%(refname)"], {
      encoding: "utf8",
    });
    expect(refs.trim().split("\n")).toEqual(["refs/heads/main"]);
  });

  it("plans protected refs only", async () => {
    run("branch", "-f", "release/1");
    run("tag", "-f", "v1");
    expect(problemIn(await ask({ ref: "release/1" })).code).toBe("ref_unprotected");
    expect(okValue(await ask({ ref: "release/1", protectedRefs: ["release/*"] })).ref).toBe(
      "refs/heads/release/1",
    );
    expect(okValue(await ask({ ref: "refs/tags/v1", protectedRefs: ["refs/tags/*"] })).ref).toBe(
      "refs/tags/v1",
    );
    expect(problemIn(await ask({ ref: null, protectedRefs: ["release/*"] })).code).toBe("ref_unprotected");
    expect(problemIn(await ask({ ref: "release/9", protectedRefs: ["release/*"] })).code).toBe("ref_missing");
  });

  it.each([
    ["absolute", "/etc"],
    ["upwards", "../../../../etc"],
    ["through a folder", "sub/../../../../x"],
  ])("refuses a symbolic link out of the repository: %s", async (_name, target) => {
    symlinkSync(target, join(remote, "live", "net", "link"));
    commit({});
    expect(problemIn(await ask())).toMatchObject({
      code: "checkout_outside",
      message: expect.stringContaining("`live/net/link`"),
    });
    commit({ "live/net/link": null });
    okValue(await ask());
  });

  it("refuses a symbolic link that another one leads out", async () => {
    symlinkSync("../..", join(remote, "live", "net", "a"));
    symlinkSync("a/../escaped", join(remote, "live", "net", "b"));
    // `b` reads as live/net/escaped, and is what lies beside the tree.
    commit({});
    const trees = join(cache, "trees");
    mkdirSync(join(trees, "escaped"));
    expect(problemIn(await ask()).message).toContain("`live/net/b`");
    commit({ "live/net/a": null, "live/net/b": null });
    okValue(await ask());
  });

  it.each([
    ["../..", "checkout_outside"],
    ["live/nowhere", "workspace_missing"],
    ["live/net/main.tf/x", "workspace_missing"],
  ])("refuses the path `%s`: %s", async (path, code) => {
    expect(problemIn(await ask({ path })).code).toBe(code);
  });

  it.each([
    ["ext::sh -c 'touch /tmp/x'"],
    ["http://example.com/x"],
    ["git://example.com/x"],
    ["--upload-pack=touch"],
    ["https://user:secret@example.com/x"],
    ["https://token@example.com/x"],
    ["ssh://-oProxyCommand=x/y"],
    ["relative/path"],
    ["file:///a b"],
  ])("refuses the address `%s`", async (url) => {
    expect(problemIn(await ask({ url })).code).toBe("git_url_refused");
  });

  it.each([
    "-x",
    "a..b",
    "refs/merge-requests/1/head",
    "refs/remotes/x",
    "a b",
    "x.lock",
    "",
    "a@{1}",
    "^main",
  ])("refuses the ref `%s`", async (ref) => {
    expect(problemIn(await ask({ ref, protectedRefs: ["*"] })).code).toBe("ref_unprotected");
  });

  it("tells the commit of a folder, and none outside of repositories", async () => {
    expect(await commitOf(join(remote, "live"), options)).toBe(run("rev-parse", "HEAD"));
    expect(await commitOf(base, options)).toBeNull();
  });
});

function mirror(): string {
  const mirrors = join(cache, "mirrors");
  const [name = ""] = execFileSync("ls", [mirrors], { encoding: "utf8" }).trim().split("\n");
  return join(mirrors, name);
}
