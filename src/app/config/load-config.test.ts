import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { problemText } from "../../base/index.ts";
import { loadConfig } from "./load-config.ts";

let root: string;

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), "trueup-config-")));
  await mkdir(join(root, "a", "b"), { recursive: true });
});

afterEach(() => rm(root, { recursive: true }));

describe("loadConfig", () => {
  it("finds the nearest file upwards", async () => {
    await writeFile(join(root, "trueup.yaml"), "version: 1\nworkspace: outer\n");
    const outer = await loadConfig(join(root, "a", "b"), {});
    expect(outer.ok && outer.value).toMatchObject({ file: join(root, "trueup.yaml"), root });
    await writeFile(join(root, "a", "trueup.yaml"), "version: 1\nworkspace: inner\n");
    const inner = await loadConfig(join(root, "a", "b"), {});
    expect(inner.ok && inner.value.config.environment.workspace).toBe("inner");
  });

  it("names the file as seen from the working directory", async () => {
    await writeFile(join(root, "trueup.yaml"), "version: 3\n");
    const result = await loadConfig(join(root, "a"), {});
    expect(!result.ok && problemText(result.error[0] ?? { code: "", message: "" })).toMatch(
      /^\.\.\/trueup\.yaml:1:10/,
    );
  });

  it("never takes the defaults for a file that cannot be used", async () => {
    await mkdir(join(root, "a", "trueup.yaml"));
    const folder = await loadConfig(join(root, "a"), {});
    expect(!folder.ok && folder.error[0]?.code).toBe("config_unreadable");
    await writeFile(join(root, "trueup.yaml"), Buffer.from([0xff, 0xfe, 0x41]));
    const bytes = await loadConfig(root, {});
    expect(!bytes.ok && bytes.error[0]?.message).toBe("the file is not valid UTF-8");
    const missing = await loadConfig(root, {}, "other.yaml");
    expect(!missing.ok && missing.error[0]?.code).toBe("config_missing");
  });
});
