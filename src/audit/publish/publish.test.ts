import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshEntry, okValue, problemIn, testSealer } from "../../testing/record.ts";
import { emptyLog } from "../sealer.ts";
import { publishToFolder } from "./file.ts";
import { publishToGit } from "./git.ts";
import { checkpointFileName } from "./published.ts";
import { publishToWebhook } from "./webhook.ts";

const folder = mkdtempSync(join(tmpdir(), "trueup-publish-"));
const sealed = okValue(testSealer().seal(emptyLog("trueup.local/log/1"), [freshEntry()]));
const checkpoint = sealed.checkpoint;
const next = okValue(testSealer().seal(sealed.state, [freshEntry()])).checkpoint;
afterAll(() => rmSync(folder, { recursive: true }));

describe("checkpointFileName", () => {
  it.each([
    ["trueup.local/log/1", 7, "trueup-local-log-1.000000000007.checkpoint"],
    ["../../etc/passwd\u0000", 0, "etc-passwd.000000000000.checkpoint"],
  ])("of %j at %i is harmless", (origin, size, name) => {
    expect(checkpointFileName({ origin, size })).toBe(name);
  });
});

describe("publishToFolder", () => {
  it("keeps each checkpoint", async () => {
    const publish = publishToFolder(join(folder, "share"));
    for (const each of [checkpoint, next, next]) {
      expect(readFileSync(okValue(await publish(each)).where, "utf8")).toBe(each.note);
    }
    expect(readdirSync(join(folder, "share"))).toHaveLength(2);
  });

  it("tells when it cannot", async () => {
    expect(problemIn(await publishToFolder("/dev/null/x")(checkpoint)).code).toBe("checkpoint_unpublished");
  });
});

const hasGit = spawnSync("git", ["--version"]).status === 0;
if (!hasGit) console.log("skipped: publishing to git, because there is no `git` here");

describe.skipIf(!hasGit)("publishToGit", () => {
  const repository = join(folder, "repository");
  const remote = join(folder, "remote.git");
  const git = (...args: string[]) => execFileSync("git", args, { encoding: "utf8" });
  beforeAll(() => {
    git("init", "-q", "-b", "main", repository);
    git("init", "-q", "--bare", "-b", "main", remote);
  });

  it("commits each checkpoint once, pushes it, and runs no hook", async () => {
    const hook = join(repository, ".git", "hooks", "pre-commit");
    mkdirSync(join(hook, ".."), { recursive: true });
    writeFileSync(hook, `#!/bin/sh\ntouch ${join(folder, "hooked")}\n`, { mode: 0o755 });
    const publish = publishToGit({ repository, remote, branch: "checkpoints" });
    for (const each of [checkpoint, next, next]) okValue(await publish(each));

    expect(git("-C", remote, "log", "--format=%s", "checkpoints").trim().split("\n")).toEqual([
      "Checkpoint of trueup.local/log/1 at 2",
      "Checkpoint of trueup.local/log/1 at 1",
    ]);
    expect(git("-C", remote, "show", `checkpoints:checkpoints/${checkpointFileName(checkpoint)}`)).toBe(
      checkpoint.note,
    );
    expect(existsSync(join(folder, "hooked"))).toBe(false);
  });

  it("leaves what else is staged alone", async () => {
    writeFileSync(join(repository, "mine"), "mine");
    git("-C", repository, "add", "mine");
    const third = { ...next, size: 3 };
    okValue(await publishToGit({ repository })(third));
    expect(git("-C", repository, "diff", "--cached", "--name-only").trim()).toBe("mine");
  });

  it("tells when there is no repository, no remote, or the folder leads out", async () => {
    const nowhere = await publishToGit({ repository: join(folder, "none") })(checkpoint);
    expect(problemIn(nowhere).code).toBe("checkpoint_unpublished");
    const unpushed = await publishToGit({ repository, remote: join(folder, "absent.git") })(next);
    expect(problemIn(unpushed).message).toContain("git push");
    symlinkSync(folder, join(repository, "out"));
    const out = await publishToGit({ repository, folder: "out" })(checkpoint);
    expect(problemIn(out).message).toContain("leads out");
  });
});

describe("publishToWebhook", () => {
  it("posts the note, and takes nothing but a 2xx answer", async () => {
    const got: { request: IncomingMessage; body: string }[] = [];
    const server = createServer(async (request, response) => {
      let body = "";
      for await (const piece of request) body += piece;
      got.push({ request, body });
      if (request.url === "/moved") response.writeHead(302, { location: "/ok" });
      else response.writeHead(request.url === "/ok" ? 204 : 500);
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const base = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
    try {
      const sent = await publishToWebhook({ url: `${base}/ok`, authorization: "Bearer s3cret" })(checkpoint);
      expect(okValue(sent).where).toBe(`${base}/ok`);
      expect(got[0]).toMatchObject({
        body: checkpoint.note,
        request: { headers: { authorization: "Bearer s3cret" } },
      });
      for (const path of ["/broken?token=s3cret", "/moved"]) {
        const refused = problemIn(
          await publishToWebhook({ url: `${base}${path}`, authorization: "s3cret" })(checkpoint),
        );
        expect(refused.code).toBe("checkpoint_unpublished");
        expect(JSON.stringify(refused)).not.toContain("s3cret");
      }
    } finally {
      server.close();
    }
  });

  it.each(["http://example.com/x", "file:///etc/passwd", "nonsense"])("refuses %s", async (url) => {
    expect(problemIn(await publishToWebhook({ url })(checkpoint)).message).toContain("`https:`");
  });
});
