import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { isJsonObject, type Json, type Problem, problemText } from "../src/base/index.ts";
import { detectWithNoise, makeScrubber, redact } from "../src/observe/changes/index.ts";
import { readPlanJson, readStateJson, redactPlan } from "../src/observe/sources/tofu/index.ts";

/**
 * Reads every plan and state that others wrote (JSON files below `TRUEUP_CORPORA` that look like one) through
 * the reader, `detect` and the redaction. Fails when one crashes; lists each that is refused, with the
 * reason, so that a person can tell whether it is a true one.
 */
const ROOT = process.env["TRUEUP_CORPORA"];
const KEY = "corpora";

interface Tally {
  files: number;
  plans: number;
  states: number;
  changes: number;
  drift: number;
  noise: number;
  readonly gaps: Map<string, number>;
  readonly refused: string[];
  readonly crashed: string[];
  slowest: { readonly file: string; readonly ms: number };
}

function main(): void {
  if (ROOT === undefined || !statSync(ROOT, { throwIfNoEntry: false })?.isDirectory()) {
    console.log("corpora:plans: skipped, TRUEUP_CORPORA names no folder");
    console.log("0 passed, 0 failed");
    return;
  }
  const tally: Tally = {
    files: 0,
    plans: 0,
    states: 0,
    changes: 0,
    drift: 0,
    noise: 0,
    gaps: new Map(),
    refused: [],
    crashed: [],
    slowest: { file: "", ms: 0 },
  };
  for (const file of filesBelow(ROOT)) tryFile(ROOT, file, tally);
  report(tally);
  if (tally.crashed.length > 0) process.exitCode = 1;
}

function* filesBelow(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile() && /\.(?:json|tfstate|tfplan)$/.test(entry.name)) yield path;
  }
}

function tryFile(root: string, file: string, tally: Tally): void {
  const bytes = readFileSync(file);
  const kind = guess(bytes);
  tally.files++;
  if (kind === null) return;
  const name = relative(root, file);
  const start = performance.now();
  try {
    const refused = kind === "plan" ? tryPlan(bytes, name, tally) : tryState(bytes, name, tally);
    if (refused !== null) tally.refused.push(`${name}: ${problemText(refused)}`);
  } catch (error) {
    tally.crashed.push(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
  const ms = performance.now() - start;
  if (ms > tally.slowest.ms) tally.slowest = { file: name, ms };
}

/** A plan or state by its own members, or by its bytes and name where it cannot be parsed. */
function guess(bytes: Buffer): "plan" | "state" | null {
  const text = bytes.toString("utf8");
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch {
    return /"(?:resource_changes|planned_values)"/.test(text) ? "plan" : null;
  }
  if (!isJsonObject(value)) return null;
  if (Object.hasOwn(value, "resource_changes") || Object.hasOwn(value, "planned_values")) return "plan";
  if (Object.hasOwn(value, "terraform_version"))
    return Object.hasOwn(value, "configuration") ? "plan" : "state";
  return null;
}

function tryPlan(bytes: Buffer, file: string, tally: Tally): Problem | null {
  const plan = readPlanJson(bytes, { file });
  if (!plan.ok) return plan.error;
  tally.plans++;
  const scrubber = makeScrubber(plan.value.secrets, KEY);
  const options = { workspace: file, estateKey: KEY };
  const planned = detectWithNoise(plan.value.planned, options);
  const drift = detectWithNoise(plan.value.drift, options);
  const all = [...planned.changes, ...drift.changes, ...drift.quiet];
  tally.changes += planned.changes.length;
  tally.drift += drift.changes.length;
  for (const change of all) tally.noise += redact(change, scrubber).noise.length;
  redactPlan(plan.value.plan, scrubber);
  for (const { code } of plan.value.gaps) tally.gaps.set(code, (tally.gaps.get(code) ?? 0) + 1);
  return plan.value.declared.some(({ resource }) => resource.type === "")
    ? { code: "empty_type", message: file }
    : null;
}

function tryState(bytes: Buffer, file: string, tally: Tally): Problem | null {
  const state = readStateJson(bytes, { file });
  if (!state.ok) return state.error;
  tally.states++;
  return null;
}

function report(tally: Tally): void {
  const { files, plans, states, changes, drift, noise, refused, crashed, slowest } = tally;
  console.log(`${files} files looked at, ${plans} plans and ${states} states read`);
  console.log(`${changes} planned changes, ${drift} observed changes, ${noise} false differences removed`);
  console.log(`gaps: ${[...tally.gaps].map(([code, count]) => `${code} ${count}`).join(", ") || "none"}`);
  console.log(`slowest: ${slowest.file} ${slowest.ms.toFixed(0)} ms`);
  for (const line of refused) console.log(`refused: ${line}`);
  for (const line of crashed) console.log(`crashed: ${line}`);
  console.log(`${plans + states} passed, ${crashed.length} failed`);
}

main();
