import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type RunTofuOptions, runTofu } from "./run.ts";

const FAKE = fileURLToPath(new URL("./run/fixtures/fake-tofu.mjs", import.meta.url));
const KILLED = fileURLToPath(new URL("./run/fixtures/run-until-killed.ts", import.meta.url));

interface Call {
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly dataFolder: string;
  readonly providers: string | null;
  readonly hasBackend: boolean;
  readonly tempMode: number;
  readonly cwd: string;
}

let folder = "";
let dir = "";
let log = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "trueup-run-test-"));
  dir = join(folder, "workspace");
  log = join(folder, "calls.jsonl");
  mkdirSync(join(dir, ".terraform", "providers"), { recursive: true });
  writeFileSync(join(dir, ".terraform", "terraform.tfstate"), "{}");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function environment(mode: string, more: Record<string, string> = {}): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: folder,
    TF_VAR_fake_log: log,
    TF_VAR_fake_mode: mode,
    AWS_SECRET_ACCESS_KEY: "canary-secret-key-1",
    ...more,
  };
}

function run(mode: string, over: Partial<RunTofuOptions> = {}) {
  return runTofu({ dir, binary: FAKE, timeoutMs: 30_000, env: environment(mode), ...over });
}

function calls(): Call[] {
  return readFileSync(log, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

function leftovers(): string[] {
  return calls()
    .map((call) => dirname(call.dataFolder))
    .filter((path) => existsSync(path));
}

describe("runTofu", () => {
  it("plans and shows, and nothing else", async () => {
    const lines: string[] = [];
    const result = await run("", { varFiles: ["prod.tfvars"], onProgress: ({ line }) => lines.push(line) });
    expect(result).toMatchObject({ ok: true, value: { degraded: null, binary: FAKE } });
    expect(result.ok && result.value.planJson.toString()).toBe(
      '{"format_version":"1.2","resource_changes":[]}',
    );
    const [plan, show] = calls();
    const planFile = join(dirname(plan?.dataFolder ?? ""), "plan.tfplan");
    expect(calls().map((call) => call.args)).toEqual([
      ["plan", "-lock=false", "-input=false", "-no-color", "-var-file=prod.tfvars", `-out=${planFile}`],
      ["show", "-no-color", "-json", planFile],
    ]);
    expect(show?.cwd).toBe(dir);
    // What the tool prints besides its progress are values.
    expect(lines).toEqual(["aws_vpc.v: Refreshing state... [id=vpc-1]"]);
    expect(leftovers()).toEqual([]);
  });

  it("borrows the workspace's data folder and leaves it as it was", async () => {
    await run("");
    const [plan] = calls();
    expect(plan).toMatchObject({
      providers: join(dir, ".terraform", "providers"),
      hasBackend: true,
      tempMode: 0o700,
    });
    expect(plan?.dataFolder.startsWith(dir)).toBe(false);
    expect(readdirSync(dir)).toEqual([".terraform"]);
    expect(readdirSync(join(dir, ".terraform")).sort()).toEqual(["providers", "terraform.tfstate"]);
  });

  it("takes the data folder that the environment names as the one to borrow", async () => {
    mkdirSync(join(dir, "elsewhere", "providers"), { recursive: true });
    await run("", { env: environment("", { TF_DATA_DIR: "elsewhere" }) });
    expect(calls()[0]?.providers).toBe(join(dir, "elsewhere", "providers"));
  });

  it("hands on credentials and variables, and no way to change the command", async () => {
    const hostile = {
      TF_CLI_ARGS: "-destroy",
      TF_CLI_ARGS_plan: "-destroy",
      TF_REATTACH_PROVIDERS: "{}",
      TF_LOG: "trace",
      TF_LOG_PATH: "x",
      LD_PRELOAD: "",
      NODE_OPTIONS: "",
      RANDOM_SECRET: "x",
      ACME_TOKEN: "x",
    };
    await run("", { env: environment("", hostile), passEnv: ["ACME_TOKEN", "TF_CLI_ARGS", "LD_PRELOAD"] });
    const names = calls()[0]?.env ?? [];
    expect(names).toEqual(
      expect.arrayContaining([
        "AWS_SECRET_ACCESS_KEY",
        "TF_VAR_fake_log",
        "PATH",
        "ACME_TOKEN",
        "TF_DATA_DIR",
      ]),
    );
    expect(names.filter((name) => Object.hasOwn(hostile, name))).toEqual(["ACME_TOKEN"]);
  });

  it("falls back to a refresh-only plan where the code does not plan", async () => {
    const result = await run("fail-plan");
    expect(result).toMatchObject({ ok: true, value: { degraded: { code: "tofu_failed" } } });
    expect(calls().map((call) => call.args.includes("-refresh-only"))).toEqual([false, true, false]);
  });

  it("tells what the tool said, without colours and credentials, and what to do", async () => {
    const result = await run("fail");
    if (result.ok) throw new Error("expected a problem");
    expect(result.error).toMatchObject({ code: "tofu_failed", place: { file: dir } });
    expect(result.error.message).toContain("Error: no valid credential for (sensitive)");
    expect(JSON.stringify(result.error)).not.toContain("canary-secret-key-1");
    expect(JSON.stringify(result.error)).not.toContain("\\u001b");
    expect(result.error.hint).toContain("init");
    expect(leftovers()).toEqual([]);
  });

  it("ends the tool when it takes too long, even one that does not want to end", async () => {
    const result = await run("hang", { timeoutMs: 1_500 });
    expect(result).toMatchObject({ ok: false, error: { code: "tofu_timeout" } });
    expect(leftovers()).toEqual([]);
  }, 20_000);

  it("can be cancelled", async () => {
    const control = new AbortController();
    const result = await run("hang", { signal: control.signal, onProgress: () => control.abort() });
    expect(result).toMatchObject({ ok: false, error: { code: "tofu_cancelled" } });
    expect(leftovers()).toEqual([]);
  }, 20_000);

  it("does not start for a signal that is aborted already", async () => {
    const result = await run("", { signal: AbortSignal.abort() });
    expect(result).toMatchObject({ ok: false, error: { code: "tofu_cancelled" } });
    expect(existsSync(log)).toBe(false);
  });

  it("refuses more JSON than allowed", async () => {
    const result = await run("large", { maxOutputBytes: 1000 });
    expect(result).toMatchObject({ ok: false, error: { code: "plan_too_large" } });
  });

  it.each([
    ["a program that is not there", { binary: "no-such-tofu" }, "tofu_missing"],
    ["a path that is not there", { binary: "/no/such/tofu" }, "tofu_missing"],
    ["a workspace that is not there", { dir: "/no/such/workspace" }, "workspace_missing"],
  ])("refuses %s", async (_note, over, code) => {
    expect(await run("", over)).toMatchObject({ ok: false, error: { code } });
  });

  it.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)(
    "leaves no plan file behind when ended by %s",
    async (signal) => {
      const child = spawn(process.execPath, ["--import", "tsx", KILLED, dir, FAKE], {
        env: environment("hang"),
        stdio: ["ignore", "pipe", "inherit"],
      });
      await new Promise((resolve) => child.stdout.once("data", resolve));
      expect(leftovers()).toHaveLength(1);
      const ended = new Promise((resolve) => child.once("exit", (_code, by) => resolve(by)));
      child.kill(signal);
      expect(await ended).toBe(signal);
      expect(leftovers()).toEqual([]);
    },
    30_000,
  );

  it("removes what a killed process left behind", async () => {
    const abandoned = join(tmpdir(), "trueup-tofu-999999999-x");
    mkdirSync(abandoned, { recursive: true });
    const own = join(tmpdir(), `trueup-tofu-${process.pid}-x`);
    mkdirSync(own, { recursive: true });
    await run("");
    expect(existsSync(abandoned)).toBe(false);
    expect(statSync(own).isDirectory()).toBe(true);
    rmSync(own, { recursive: true });
  });
});
