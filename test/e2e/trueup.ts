import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

const PROGRAM = join(import.meta.dirname, "../../dist/bin/trueup.cjs");

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** An empty folder with a home of its own; removed when the file's tests are over. */
export function workbench(): Workbench {
  const folder = mkdtempSync(join(tmpdir(), "trueup-e2e-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return {
    folder,
    path: (name) => join(folder, name),
    write(name, content) {
      writeFileSync(join(folder, name), content);
      return name;
    },
    run: (...args) => run(folder, args),
  };
}

export interface Workbench {
  readonly folder: string;
  path(name: string): string;
  /** Writes a file of the folder and gives its name. */
  write(name: string, content: string | Uint8Array): string;
  /** Runs the built program in the folder, as a person would, without a terminal. */
  run(...args: readonly string[]): Promise<Ran>;
}

function run(cwd: string, args: readonly string[]): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      cwd,
      env: { PATH: process.env["PATH"] ?? "", HOME: cwd, XDG_CONFIG_HOME: join(cwd, ".keys"), NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** A plan as `tofu show -json` prints it, with one security group rule. */
export function planWith(cidr: string, extra: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    format_version: "1.2",
    terraform_version: "1.12.6",
    resource_changes: [
      {
        address: "aws_security_group_rule.ssh",
        mode: "managed",
        type: "aws_security_group_rule",
        name: "ssh",
        provider_name: "registry.opentofu.org/hashicorp/aws",
        change: {
          actions: ["create"],
          before: null,
          after: { type: "ingress", from_port: 22, to_port: 22, protocol: "tcp", cidr_blocks: [cidr] },
          after_unknown: { id: true },
          before_sensitive: false,
          after_sensitive: { cidr_blocks: [false] },
        },
      },
    ],
    ...extra,
  });
}

/** The same rule found open after the fact. */
export function driftWith(from: string, to: string): string {
  const rule = (cidr: string) => ({
    type: "ingress",
    from_port: 22,
    to_port: 22,
    protocol: "tcp",
    cidr_blocks: [cidr],
    id: "sgr-1",
  });
  return JSON.stringify({
    format_version: "1.2",
    terraform_version: "1.12.6",
    resource_drift: [
      {
        address: "aws_security_group_rule.ssh",
        mode: "managed",
        type: "aws_security_group_rule",
        name: "ssh",
        provider_name: "registry.opentofu.org/hashicorp/aws",
        change: {
          actions: ["update"],
          before: rule(from),
          after: rule(to),
          after_unknown: {},
          before_sensitive: {},
          after_sensitive: {},
        },
      },
    ],
  });
}
