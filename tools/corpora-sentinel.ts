/**
 * Three measurements over public Sentinel repositories in TRUEUP_CORPORA (or a folder given):
 *   fmt     how many files the formatter leaves as they are, what it changes in the others, and that formatting twice
 *           changes nothing more
 *   traces  how many rule lines of the traces published with the FSBP and CIS sets equal ours (order, description, value)
 *   prints  how many of their printed texts equal ours
 * Usage: node --import tsx tools/corpora-sentinel.ts fmt|traces|prints [--verbose] [DIR]
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { format } from "../src/engines/sentinel/fmt/format.ts";
import { nodeHost } from "../src/engines/sentinel/host/node-host.ts";
import { testsOf } from "../src/engines/sentinel/test-runner/find-tests.ts";
import { runTests } from "../src/engines/sentinel/test-runner/run-tests.ts";
import { ruleDescription } from "../src/engines/sentinel/trace/descriptions.ts";
import { valueLines } from "../src/engines/sentinel/trace/value-lines.ts";

const SETS = ["FSBP", "CIS"].map((name) => `hashicorp/policy-library-${name}-Policy-Set-for-AWS-Terraform`);
const WANTED_TRACES = 0.95;
const WANTED_PRINTS = 0.9;

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
  const reasons = new Map<string, number>();
  const paths = filesBelow(corpora, ".sentinel");
  for (const path of paths) {
    const text = readFileSync(path, "utf8");
    const once = format({ name: path, text });
    if (!once.ok) {
      console.log(once.error.text);
      continue;
    }
    if (once.value === text) {
      unchanged += 1;
    } else {
      const reason = reasonFor(text, once.value);
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
    const twice = format({ name: path, text: once.value });
    if (!twice.ok || twice.value !== once.value) {
      restless += 1;
      console.log(`formatting twice changes ${path}`);
    }
  }
  console.log(`${percent(unchanged, paths.length)} files unchanged, ${restless} changed by formatting twice`);
  for (const [reason, count] of reasons) {
    console.log(`${String(count).padStart(5)} changed: ${reason}`);
  }
  return restless === 0;
}

/** Which rule of the format a file breaks; the first that applies. */
function reasonFor(text: string, formatted: string): string {
  if (`${text}\n` === formatted) {
    return "no line end at the end of the file";
  }
  if (/^\t* +[^\s*]/m.test(text)) {
    return "indented by blanks instead of tabs";
  }
  const withoutAlignment = (source: string): string => source.replace(/^(\t*"[^"\n]*":)\s+/gm, "$1 ");
  return withoutAlignment(text) === withoutAlignment(formatted)
    ? "values of neighbouring map entries not aligned"
    : "other";
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
  /** What it printed, as one line without colours; null where the document shows none. */
  readonly printed: string | null;
}

/** Documents indent what was printed and show no colours. */
function printedText(text: string): string {
  return oneLine(text.replaceAll(COLOUR, ""));
}

const SILENT_REPORT = "/modules/mocks/report/";
const REPORT = "/modules/report/";
const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g");

function oneLine(text: string): string {
  return text.split(/\s+/).join(" ").trim();
}

function publishedTraces(markdown: string): PublishedTrace[] {
  return [...markdown.matchAll(/(Pass|Fail) - (\S+\.sentinel)\n([\s\S]*?)```/g)].map(
    ([, verdict, policy, body]) => ({
      policy: policy as string,
      passes: verdict === "Pass",
      printed: printedIn(body as string),
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

/** What stands between "Print messages:" and the first rule. */
function printedIn(body: string): string | null {
  const text = /Print messages:\s*\n([\s\S]*?)(?=\n\s*\S+:\d+:\d+ - Rule "|$)/.exec(body)?.[1];
  return text === undefined ? null : printedText(text);
}

/** Traces of all cases of a policy. */
function ourTraces(path: string): Omit<PublishedTrace, "policy">[] {
  const node = nodeHost();
  // The cases put a silent stand-in for the module that prints; the documents show what the module prints.
  const host = { ...node, readFile: (file: string) => node.readFile(file.replace(SILENT_REPORT, REPORT)) };
  return runTests([testsOf(host, path)], host)
    .policies.flatMap((report) => report.cases)
    .map((one) => ({
      passes: one.evaluation?.status === "pass",
      printed: printedText(one.prints.join("\n")),
      rules: one.rules.map((rule) => ({
        name: rule.name,
        description:
          one.program === null ? "" : oneLine(ruleDescription(one.program.compiled, rule.pos).join(" ")),
        value: (valueLines(rule.value)[0] ?? "").trim(),
      })),
    }));
}

/** Published traces of policies that the repositories hold, each with ours of the same verdict. */
function* pairsOfTraces(corpora: string): Generator<{
  readonly document: string;
  readonly published: PublishedTrace;
  readonly ours: ReturnType<typeof ourTraces>;
}> {
  for (const repository of SETS.map((set) => join(corpora, set)).filter(existsSync)) {
    const policies = new Map(
      filesBelow(join(repository, "policies"), ".sentinel").map((path) => [basename(path), path]),
    );
    for (const document of filesBelow(join(repository, "docs/policies"), ".md")) {
      for (const published of publishedTraces(readFileSync(document, "utf8"))) {
        const path = policies.get(published.policy);
        if (path !== undefined) {
          const ours = ourTraces(path).filter((one) => one.passes === published.passes);
          yield { document, published, ours };
        }
      }
    }
  }
}

function measureTraces(corpora: string): boolean {
  let lines = 0;
  let equal = 0;
  for (const { published, ours } of pairsOfTraces(corpora)) {
    lines += published.rules.length;
    // The documents do not say which case they show: the best of those with the same verdict counts.
    equal += Math.max(0, ...ours.map((one) => matching(one.rules, published.rules)));
  }
  console.log(`${percent(equal, lines)} published rule lines equal ours`);
  return lines > 0 && equal / lines >= WANTED_TRACES;
}

/** A resource's name: the documents were made from other examples than the cases. */
function withoutNames(text: string): string {
  return text.replace(/(\baws_\w+)\.[\w-]+/g, "$1.*");
}

/** The documents are older than the policies, whose messages changed since: not all texts can be equal. */
function measurePrints(corpora: string, verbose: boolean): boolean {
  let texts = 0;
  let equal = 0;
  let same = 0;
  for (const { document, published, ours } of pairsOfTraces(corpora)) {
    if (published.printed === null) {
      continue;
    }
    texts += 1;
    const wanted = withoutNames(published.printed);
    equal += ours.some((one) => one.printed === published.printed) ? 1 : 0;
    if (ours.some((one) => withoutNames(one.printed ?? "") === wanted)) {
      same += 1;
    } else if (verbose) {
      console.log(`${basename(document)}: ${published.policy}, ${published.passes ? "pass" : "fail"}`);
      console.log(`  published  ${published.printed}`);
      console.log(`  ours       ${ours[0]?.printed ?? "no case with this verdict"}`);
    }
  }
  console.log(`${percent(equal, texts)} published printed texts equal ours`);
  console.log(`${percent(same, texts)} do, names of resources aside`);
  return texts > 0 && same / texts >= WANTED_PRINTS;
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
  const { values, positionals } = parseArgs({
    options: { verbose: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  const [what, given] = positionals;
  const corpora = given ?? process.env["TRUEUP_CORPORA"];
  if (corpora === undefined || !existsSync(corpora)) {
    console.log("skipped: TRUEUP_CORPORA names no folder with public repositories");
    return;
  }
  switch (what) {
    case "fmt":
      process.exitCode = measureFormat(corpora) ? 0 : 1;
      break;
    case "traces":
      process.exitCode = measureTraces(corpora) ? 0 : 1;
      break;
    case "prints":
      process.exitCode = measurePrints(corpora, values.verbose) ? 0 : 1;
      break;
    default:
      console.log("Usage: node --import tsx tools/corpora-sentinel.ts fmt|traces|prints [--verbose] [DIR]");
      process.exitCode = 2;
  }
}

main();
