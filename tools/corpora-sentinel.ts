/**
 * Two measurements over public Sentinel repositories in TRUEUP_CORPORA (or a folder given):
 *   fmt     how many files the formatter leaves as they are, and that formatting twice changes nothing more
 *   traces  how many rule lines of the traces published with the FSBP and CIS sets equal ours (order, description, value)
 * Usage: node --import tsx tools/corpora-sentinel.ts fmt|traces [DIR]
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { format } from "../src/engines/sentinel/fmt/format.ts";
import { nodeHost } from "../src/engines/sentinel/host/node-host.ts";
import { testsOf } from "../src/engines/sentinel/test-runner/find-tests.ts";
import { runTests } from "../src/engines/sentinel/test-runner/run-tests.ts";
import { ruleDescription } from "../src/engines/sentinel/trace/descriptions.ts";
import { valueLines } from "../src/engines/sentinel/trace/value-lines.ts";

const SETS = ["FSBP", "CIS"].map((name) => `hashicorp/policy-library-${name}-Policy-Set-for-AWS-Terraform`);
const WANTED_TRACES = 0.95;

function filesBelow(folder: string, end: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(end))
    .sort()
    .map((name) => join(folder, name));
}

function percent(part: number, whole: number): string {
  return `${part} of ${whole} (${whole === 0 ? "0.0" : ((part / whole) * 100).toFixed(1)} %)`;
}

function measureFormat(corpora: string): boolean {
  let unchanged = 0;
  let restless = 0;
  const paths = filesBelow(corpora, ".sentinel");
  for (const path of paths) {
    const text = readFileSync(path, "utf8");
    const once = format({ name: path, text });
    if (!once.ok) {
      console.log(once.error.text);
      continue;
    }
    unchanged += once.value === text ? 1 : 0;
    const twice = format({ name: path, text: once.value });
    if (!twice.ok || twice.value !== once.value) {
      restless += 1;
      console.log(`formatting twice changes ${path}`);
    }
  }
  console.log(`${percent(unchanged, paths.length)} files unchanged, ${restless} changed by formatting twice`);
  return restless === 0;
}

/** One rule of a trace. Lines and columns are left out: those published are often stale. */
interface RuleLine {
  readonly name: string;
  readonly description: string;
  readonly value: string;
}

interface PublishedTrace {
  readonly policy: string;
  readonly passes: boolean;
  readonly rules: readonly RuleLine[];
}

function oneLine(text: string): string {
  return text.split(/\s+/).join(" ").trim();
}

function publishedTraces(markdown: string): PublishedTrace[] {
  return [...markdown.matchAll(/(Pass|Fail) - (\S+\.sentinel)\n([\s\S]*?)```/g)].map(
    ([, verdict, policy, body]) => ({
      policy: policy as string,
      passes: verdict === "Pass",
      rules: [...(body as string).matchAll(/:\d+:\d+ - Rule "(\w+)"\n([\s\S]*?)Value:\s*\n\s*(\S.*)/g)].map(
        ([, name, above, value]) => ({
          name: name as string,
          description: oneLine((above as string).replace("Description:", "")),
          value: (value as string).trim(),
        }),
      ),
    }),
  );
}

/** Traces of all cases of a policy. */
function ourTraces(path: string): { readonly passes: boolean; readonly rules: readonly RuleLine[] }[] {
  const host = nodeHost();
  return runTests([testsOf(host, path)], host)
    .policies.flatMap((report) => report.cases)
    .map((one) => ({
      passes: one.evaluation?.status === "pass",
      rules: one.rules.map((rule) => ({
        name: rule.name,
        description:
          one.program === null ? "" : oneLine(ruleDescription(one.program.compiled, rule.pos).join(" ")),
        value: (valueLines(rule.value)[0] ?? "").trim(),
      })),
    }));
}

function measureTraces(corpora: string): boolean {
  let lines = 0;
  let equal = 0;
  for (const repository of SETS.map((set) => join(corpora, set)).filter(existsSync)) {
    const policies = new Map(
      filesBelow(join(repository, "policies"), ".sentinel").map((path) => [basename(path), path]),
    );
    for (const document of filesBelow(join(repository, "docs/policies"), ".md")) {
      for (const published of publishedTraces(readFileSync(document, "utf8"))) {
        const path = policies.get(published.policy);
        if (path === undefined) {
          continue;
        }
        lines += published.rules.length;
        // The documents do not say which case they show: the best of those with the same verdict counts.
        const matches = ourTraces(path)
          .filter((ours) => ours.passes === published.passes)
          .map((ours) => matching(ours.rules, published.rules));
        equal += Math.max(0, ...matches);
      }
    }
  }
  console.log(`${percent(equal, lines)} published rule lines equal ours`);
  return lines > 0 && equal / lines >= WANTED_TRACES;
}

function matching(ours: readonly RuleLine[], theirs: readonly RuleLine[]): number {
  if (ours.map((rule) => rule.name).join() !== theirs.map((rule) => rule.name).join()) {
    return 0;
  }
  return ours.filter(
    (rule, i) => rule.description === theirs[i]?.description && rule.value === theirs[i]?.value,
  ).length;
}

function main(): void {
  const [what, given] = process.argv.slice(2);
  const corpora = given ?? process.env["TRUEUP_CORPORA"];
  if (corpora === undefined || !existsSync(corpora)) {
    console.log("skipped: TRUEUP_CORPORA names no folder with public repositories");
    return;
  }
  if (what !== "fmt" && what !== "traces") {
    console.log("Usage: node --import tsx tools/corpora-sentinel.ts fmt|traces [DIR]");
    process.exitCode = 2;
    return;
  }
  const good = what === "fmt" ? measureFormat(corpora) : measureTraces(corpora);
  process.exitCode = good ? 0 : 1;
}

main();
