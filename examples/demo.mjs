// The story of the open port, told by the program itself on the example estate. Nothing outside a temporary folder is touched.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";

const root = join(import.meta.dirname, "..");
const program = join(root, "dist/bin/trueup.cjs");
const folder = mkdtempSync(join(tmpdir(), "trueup-demo-"));
const interactive = process.stdin.isTTY === true && process.stdout.isTTY === true && !process.env.CI;
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
process.on("SIGINT", () => process.exit(130));

cpSync(join(root, "examples/estate"), folder, { recursive: true });

const bold = (text) => (process.stdout.isTTY ? `\u001b[1m${text}\u001b[0m` : text);
const say = (text = "") => console.log(text);
let step = 0;

async function chapter(title, text) {
  if (step > 0 && interactive) {
    const input = createInterface({ input: process.stdin, output: process.stdout });
    await input.question("\n— press Enter to go on —");
    input.close();
  }
  step++;
  say(`\n${bold(`${step}. ${title}`)}`);
  say(text);
}

/** Runs a command of the story as a person would type it; anything but the expected exit code ends the demo. */
function trueup(args, { expected, quiet = false } = {}) {
  say(`\n  $ trueup ${args.join(" ")}\n`);
  const done = spawnSync(process.execPath, [program, ...args], {
    cwd: folder,
    env: { ...process.env, XDG_CONFIG_HOME: join(folder, ".keys") },
    stdio: ["ignore", quiet ? "pipe" : "inherit", quiet ? "pipe" : "inherit"],
    encoding: "utf8",
  });
  if (done.status !== expected) {
    if (quiet) console.error(done.stdout, done.stderr);
    console.error(`demo: expected exit code ${expected}, got ${done.status}`);
    process.exit(1);
  }
  say(`\n  (exit code ${done.status})`);
  return quiet ? done.stdout : "";
}

say(bold("Trueup: the story of the open port"));
say(`
A payments company keeps its infrastructure in code. On Saturday, 31 October 2026, at 02:13 UTC, incident INC-4711 is
open: Mira opens SSH to the world from the console to get in. The incident ends. The port stays open, and the code
knows nothing of it.`);

await chapter(
  "The pipeline refuses what nobody should merge",
  "A pull request wants to open the same port for good. The gate judges the plan before it is applied:",
);
trueup(["check", "captured/plan-bad.json"], { expected: 1 });

await chapter("A good change passes", "The same gate, the same policies, a change that only touches what it may:");
trueup(["check", "captured/plan-good.json"], { expected: 0 });

await chapter(
  "Three weeks later, a scan",
  "The scan reads what is there, removes the false drift, asks the recorded audit logs who did it, and judges every\ndifference with the same policies: known and allowed, violation, or waiting for review.",
);
trueup(["scan"], { expected: 1 });

const findings = JSON.parse(trueup(["findings", "list", "--format", "json"], { expected: 0, quiet: true })).findings;
const port = findings.find((finding) => finding.change.resource.address === "aws_security_group.bastion");
if (port === undefined) {
  console.error("demo: the open port was not found");
  process.exit(1);
}
await chapter("The open port, in full", "Who, when, from where, what the rule says, and what to do about it:");
trueup(["findings", "show", port.id], { expected: 0 });

await chapter(
  "Months later, an auditor",
  "The record is exported with its public key, and verified on any machine, offline. Then somebody edits one line.",
);
const checkpoint = trueup(["audit", "checkpoint"], { expected: 0, quiet: true });
writeFileSync(join(folder, "kept-elsewhere.txt"), checkpoint);
trueup(["audit", "export", "-o", "record.jsonl"], { expected: 0 });
trueup(["audit", "verify", "record.jsonl", "--checkpoint", "kept-elsewhere.txt"], { expected: 0 });
const record = readFileSync(join(folder, "record.jsonl"), "utf8");
writeFileSync(join(folder, "edited.jsonl"), record.replace("mira", "nobody"));
say("\n  $ sed 's/mira/nobody/' record.jsonl > edited.jsonl     # the first occurrence");
trueup(["audit", "verify", "edited.jsonl", "--checkpoint", "kept-elsewhere.txt"], { expected: 1 });

say(`\n${bold("That is the main job: observe, judge, govern, enforce, and write all of it down.")}`);
say("Try it on your own estate: trueup init --plan drift.json && trueup scan");
