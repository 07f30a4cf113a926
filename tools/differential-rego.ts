/**
 * Asks real OPA (rego-oracle) and the engine the same questions: modules of the suite and of the probes, mutated.
 * Usage: node --import tsx tools/differential-rego.ts [--cases N] [--seed N] [--show N]
 * The oracle is looked for in TRUEUP_PEERS and ~/.cache/trueup/peers/bin; without it the run says that it is skipped.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseDocument } from "yaml";
import { generate } from "./rego-generate.ts";
import { mutate, Random } from "./rego-mutate.ts";
import { compareReply, type OracleReply, type OracleRequest } from "./rego-oracle.ts";

interface Options {
  readonly cases: number;
  readonly seed: number;
  readonly show: number;
}

function parseArguments(args: readonly string[]): Options {
  const value = (name: string, otherwise: number): number => {
    const i = args.indexOf(name);
    return i < 0 ? otherwise : Number(args[i + 1]);
  };
  return { cases: value("--cases", 20_000), seed: value("--seed", 1), show: value("--show", 20) };
}

function findOracle(): string | undefined {
  const folders = [process.env["TRUEUP_PEERS"], join(homedir(), ".cache/trueup/peers/bin")];
  return folders
    .filter((f) => f !== undefined)
    .map((f) => join(f, "rego-oracle"))
    .find(existsSync);
}

/** Requests to start from. */
function seeds(shared: string): OracleRequest[] {
  const out: OracleRequest[] = [];
  const folder = join(shared, "conformance/rego");
  if (!existsSync(folder)) return out;
  const probes = JSON.parse(readFileSync(join(folder, "probes.json"), "utf8")) as {
    request: OracleRequest;
  }[];
  out.push(...probes.map((p) => p.request));
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".yaml")) continue;
    const document = parseDocument(readFileSync(join(folder, name), "utf8"), {
      version: "1.2",
      uniqueKeys: false,
    });
    const file = document.toJS({ maxAliasCount: -1 }) as { cases?: Record<string, unknown>[] } | null;
    for (const c of file?.cases ?? []) {
      const modules = c["modules"] as string[] | undefined;
      if (modules === undefined || c["input_term"] !== undefined || modules.join("").length > 3000) continue;
      out.push({
        rego_version: name.startsWith("v0") ? 0 : 1,
        modules,
        query: String(c["query"]),
        data: c["data"] ?? {},
        input: c["input"],
        strict_error: c["strict_error"] === true,
      });
    }
  }
  return out;
}

/** Answers that depend on time, chance or the host say nothing. */
const UNSTABLE =
  /time\.now_ns|rand\.|uuid\.rfc4122|http\.send|opa\.runtime|net\.lookup|print\(|trace\(|test\.sleep|parse_module/;

async function main(): Promise<number> {
  const options = parseArguments(process.argv.slice(2));
  const oracle = findOracle();
  if (oracle === undefined) {
    console.log("skipped: rego-oracle was not found (set TRUEUP_PEERS)");
    return 0;
  }
  const from = seeds(process.env["TRUEUP_SHARED"] ?? "../shared").filter(
    (r) => !UNSTABLE.test(JSON.stringify(r)),
  );
  if (from.length === 0) {
    console.log("skipped: no cases to start from (set TRUEUP_SHARED)");
    return 0;
  }
  const random = new Random(options.seed);
  const requests: OracleRequest[] = [];
  while (requests.length < options.cases) {
    const request =
      random.next() < 0.3
        ? generate(random)
        : mutate(from[random.below(from.length)] as OracleRequest, random);
    if (!UNSTABLE.test(request.modules.join(""))) requests.push({ ...request, id: requests.length });
  }
  let [agree, place, text] = [0, 0, 0];
  const groups = new Map<string, number>();
  const reasons = new Map<string, number>();
  for await (const reply of answers(oracle, requests)) {
    const request = requests[reply.id] as OracleRequest;
    if (reply.error_stage === "panic" || reply.error_stage === "request") continue;
    let verdict: ReturnType<typeof compareReply>;
    try {
      verdict = compareReply({ request, reply });
    } catch (thrown) {
      verdict = {
        place: false,
        text: false,
        want: JSON.stringify(reply).slice(0, 300),
        got: `THROWN ${String((thrown as Error).stack).slice(0, 600)}`,
      };
    }
    if (verdict.place && verdict.text) {
      agree++;
      continue;
    }
    const reason = explained(request, verdict);
    if (reason !== undefined) {
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      continue;
    }
    if (verdict.place) text++;
    else place++;
    const group = `${verdict.place ? "text" : "place"}: ${classify(verdict.want)} / ${classify(verdict.got)}`;
    const count = (groups.get(group) ?? 0) + 1;
    groups.set(group, count);
    if (count <= 1 && groups.size <= options.show) {
      console.log(
        `--- ${group} (v${request.rego_version ?? 1})\n${request.modules.join("\n----\n")}\nquery ${request.query}\n  want ${verdict.want}\n  got  ${verdict.got}`,
      );
    }
  }
  for (const [group, count] of [...groups].sort((a, b) => b[1] - a[1]).slice(0, 60))
    console.log(`${count}\t${group}`);
  for (const [reason, count] of reasons) console.log(`explained\t${count}\t${reason}`);
  console.log(`${agree} agree, ${place} differ in stage, place or result, ${text} in text only`);
  return place === 0 ? 0 : 1;
}

/** The oracle's replies. A request that takes the oracle down is left out, and the oracle is started again behind it. */
async function* answers(
  oracle: string,
  requests: readonly OracleRequest[],
): AsyncGenerator<OracleReply & { id: number }> {
  let next = 0;
  // Behind a crash requests are asked one by one for a while: replies that were not written out yet are lost with it.
  let alone = 0;
  while (next < requests.length) {
    const child = spawn(oracle, { stdio: ["pipe", "pipe", "ignore"] });
    child.stdin.on("error", () => {});
    const batch = alone > 0 ? requests.slice(next, next + 1) : requests.slice(next);
    const exited = once(child, "exit");
    void (async () => {
      for (const request of batch) {
        if (child.exitCode !== null || !child.stdin.writable) return;
        if (!child.stdin.write(`${JSON.stringify(request)}\n`))
          await Promise.race([once(child.stdin, "drain"), exited]);
      }
      child.stdin.end();
    })().catch(() => {});
    const end = next + batch.length;
    for await (const line of createInterface({ input: child.stdout })) {
      if (!line.endsWith("}")) break;
      const reply = JSON.parse(line) as OracleReply & { id: number };
      next = reply.id + 1;
      yield reply;
    }
    if (next === end) alone = Math.max(alone - 1, 0);
    else if (alone > 0) next++;
    else alone = 400;
  }
}

/** Disagreements that are known and stay. */
const EXPLAINED: readonly [
  reason: string,
  test: (request: OracleRequest, want: string, got: string) => boolean,
][] = [
  ["the source uses `__local…`, names that OPA keeps for itself", (r) => /__local/.test(r.modules.join(""))],
  [
    "OPA ends with an internal error where we refuse at compile time",
    (_, want) => /requires evaluation/.test(want),
  ],
  [
    "texts of Go's x509, PEM and JWK readers",
    (_, want, got) => /x509|PEM|jwk|JWK|asn1/.test(want) && /x509|PEM|jwk|JWK|asn1/i.test(got),
  ],
  [
    "OPA's rule index leaves out a rule whose strict error we meet",
    (r, want, got) => r.strict_error === true && !/error/.test(want) && /eval_(builtin|type)_error/.test(got),
  ],
  [
    "text of the JSON reader that OPA's JWT library uses",
    (_, want, got) => /cannot parse JSON: /.test(want) && /cannot parse JSON: /.test(got),
  ],
  [
    "go-yaml takes a key that is left out for no map at all",
    (_, want, got) =>
      /yaml: .*did not find expected key/.test(want) && /map key of type: %!s\(<nil>\)/.test(got),
  ],
  ["texts of go-yaml", (_, want, got) => /yaml: /.test(got) || (/yaml: /.test(want) && /yaml/.test(got))],
  [
    "which of several cycles a recursion error names",
    (_, want, got) => /recursion_error/.test(want) && /recursion_error/.test(got),
  ],
  [
    "Go prints a composite key of a type in its own way",
    (_, want) =>
      /(left|right|have|want).*\[[^\]]*\]: /.test(want) && /match error|invalid argument/.test(want),
  ],
];

function explained(request: OracleRequest, verdict: { want: string; got: string }): string | undefined {
  return EXPLAINED.find(([, test]) => test(request, verdict.want, verdict.got))?.[0];
}

function classify(text: string): string {
  return text
    .split("\n")[0]!
    .replace(/\d+:\d+ /g, "")
    .replace(/test-\d+\.rego:\d+: /g, "")
    .replace(/"[^"]*"/g, "S")
    .replace(/\b__local\w+\b/g, "L")
    .slice(0, 110);
}

process.exitCode = await main();
