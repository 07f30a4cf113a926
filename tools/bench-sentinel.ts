/**
 * Times Sentinel policies beside equivalent Rego on this engine and on `opa bench`, over plans of 100 and 5,000 resources,
 * and the load of the whole FSBP set. The managed-by policy ships with us; the seven FSBP policies need TRUEUP_CORPORA.
 * The three take turns, three rounds each, and the best median of each counts: what else the machine does then hits all alike.
 * Usage: node --import tsx tools/bench-sentinel.ts [--check] [--only NAME]
 * (--check fails when ours is slower than opa, or loading 269 policies takes 2 s; --only takes the policies whose name holds NAME)
 * opa is looked for in TRUEUP_PEERS, ~/.cache/trueup/peers/bin and PATH; what is missing is said and left out.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compile as compileRego } from "../src/engines/rego/index.ts";
import type { ImportSource, Program } from "../src/engines/sentinel/index.ts";
import { compile, terraformImports } from "../src/engines/sentinel/index.ts";

const FSBP = "hashicorp/policy-library-FSBP-Policy-Set-for-AWS-Terraform";
const LOAD_LIMIT_MS = 2000;
const ROUNDS = 3;
const TURN_MS = 700;
const SIZES = [100, 5000] as const;

interface Workload {
  readonly name: string;
  /** Path below the FSBP repository, or below this one for our own. */
  readonly source: string;
  readonly rego: string;
}

/**
 * An FSBP policy that looks at one attribute of one type, and the same rule in Rego. The policies of the set print a
 * report of their violations in every evaluation, so the rule beside them makes that text too.
 */
function attributeRule(source: string, type: string, accepts: string): Workload {
  const rego = `package bench
import rego.v1
resources contains r if {
  some r in input.planned_values.root_module.resources
  r.type == "${type}"
}
violations contains {"address": r.address, "message": "m"} if {
  some r in resources
  not accepted(r.values)
}
accepted(v) if ${accepts}
report := concat("\\n", [line |
  some violation in violations
  line := sprintf("   -> Resource Address: %s\\n     | failed\\n     | %s\\n", [violation.address, violation.message])
])
main := {"pass": count(violations) == 0, "report": report}
`;
  return { name: source.slice(source.lastIndexOf("/") + 1), source: `policies/${source}.sentinel`, rego };
}

const MANAGED_BY: Workload = {
  name: "managed-by",
  source: "policies/managed-by/managed-by-as-published.sentinel",
  rego: `package bench
import rego.v1
changed contains rc if {
  some rc in input.resource_changes
  rc.mode == "managed"
  some action in rc.change.actions
  action in {"create", "update"}
}
untagged contains rc.address if {
  some rc in changed
  not rc.change.after.tags["managed-by"]
}
main := {"pass": count(untagged) == 0}
`,
};

const FSBP_WORKLOADS: readonly Workload[] = [
  attributeRule(
    "ec2/ec2-ebs-encryption-enabled",
    "aws_ebs_volume",
    'object.get(v, "encrypted", false) == true',
  ),
  attributeRule(
    "ec2/ec2-instance-should-not-have-public-ip",
    "aws_instance",
    'object.get(v, "associate_public_ip_address", true) == false',
  ),
  attributeRule(
    "ec2/ec2-metadata-imdsv2-required",
    "aws_instance",
    'v.metadata_options[0].http_tokens == "required"',
  ),
  attributeRule(
    "rds/rds-encryption-at-rest-enabled",
    "aws_db_instance",
    'object.get(v, "storage_encrypted", false) == true',
  ),
  attributeRule(
    "rds/rds-ensure-automatic-minor-version-upgrades-enabled",
    "aws_db_instance",
    'object.get(v, "auto_minor_version_upgrade", false) == true',
  ),
  attributeRule(
    "rds/rds-ensure-multi-az-configuration",
    "aws_db_instance",
    'object.get(v, "multi_az", false) == true',
  ),
  attributeRule(
    "rds/rds-instance-should-be-private",
    "aws_db_instance",
    'object.get(v, "publicly_accessible", false) == false',
  ),
];

/** A plan as `terraform show -json` gives it; every tenth resource breaks the rules. */
function planOf(count: number): { readonly [key: string]: unknown } {
  const types = ["aws_instance", "aws_db_instance", "aws_ebs_volume", "aws_s3_bucket", "aws_security_group"];
  const resources = [];
  const changes = [];
  for (let i = 0; i < count; i += 1) {
    const type = types[i % types.length] as string;
    const good = i % 10 !== 0;
    const values = {
      tags: { Name: `r${i}`, "managed-by": "terraform" },
      encrypted: good,
      storage_encrypted: good,
      associate_public_ip_address: !good,
      metadata_options: [{ http_tokens: good ? "required" : "optional" }],
      auto_minor_version_upgrade: good,
      multi_az: good,
      publicly_accessible: !good,
      ingress: [{ from_port: 443, to_port: 443, cidr_blocks: ["10.0.0.0/8"] }],
    };
    const head = {
      address: `${type}.r${i}`,
      mode: "managed",
      type,
      name: `r${i}`,
      provider_name: "registry.terraform.io/hashicorp/aws",
    };
    resources.push({ ...head, values });
    changes.push({
      ...head,
      change: { actions: ["create"], before: null, after: values, after_unknown: { id: true } },
    });
  }
  return {
    format_version: "1.2",
    terraform_version: "1.9.0",
    planned_values: { root_module: { resources } },
    resource_changes: changes,
    configuration: { root_module: {} },
  };
}

function load(path: string): Program {
  const program = compile({ name: path, text: readFileSync(path, "utf8") });
  if (!program.ok) {
    throw new Error(program.error.map((error) => error.text).join("\n"));
  }
  return program.value;
}

/** Median milliseconds of one turn of runs, the first ones left out. */
function median(run: () => unknown): number {
  for (let i = 0; i < 5; i += 1) {
    run();
  }
  const times: number[] = [];
  const until = performance.now() + TURN_MS;
  while (performance.now() < until && times.length < 20_000) {
    const start = performance.now();
    run();
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return times[times.length >> 1] ?? Number.NaN;
}

function findOpa(): string | undefined {
  const folders = [
    process.env["TRUEUP_PEERS"],
    join(homedir(), ".cache/trueup/peers/bin"),
    ...(process.env["PATH"] ?? "").split(":"),
  ];
  return folders
    .filter((folder) => folder !== undefined && folder !== "")
    .map((folder) => join(folder as string, "opa"))
    .find(existsSync);
}

/** Something that is timed; `turn` gives the median milliseconds of one round. */
interface Contestant {
  readonly passes: boolean;
  readonly turn: () => number;
}

function sentinelContestant(program: Program, imports: Readonly<Record<string, ImportSource>>): Contestant {
  const run = (): boolean => {
    const evaluated = program.evaluate({ imports });
    if (!evaluated.ok) {
      throw new Error(evaluated.error.error.text);
    }
    return evaluated.value.status === "pass";
  };
  return { passes: run(), turn: () => median(run) };
}

function regoContestant(rego: string, input: unknown): Contestant {
  const program = compileRego({
    modules: [{ name: "bench.rego", source: rego }],
    entrypoints: ["bench/main"],
  });
  if (!program.ok) {
    throw new Error(program.error.map((error) => error.text).join("\n"));
  }
  const run = (): boolean => {
    const evaluated = program.value.evaluate("bench/main", input, {});
    if (!evaluated.ok) {
      throw new Error(evaluated.error[0]?.text);
    }
    return (evaluated.value.value as { readonly pass: boolean }).pass;
  };
  return { passes: run(), turn: () => median(run) };
}

/** The best turn of each, taken one after the other in rounds. */
function inTurns(turns: readonly (() => number)[]): number[] {
  const best = turns.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [i, turn] of turns.entries()) {
      best[i] = Math.min(best[i] as number, turn());
    }
  }
  return best;
}

function benchOpa(opa: string, folder: string, rego: string, planPath: string): number {
  writeFileSync(join(folder, "bench.rego"), rego);
  const args = ["bench", "-f", "json", "-d", "bench.rego", "-i", planPath, "data.bench.main"];
  const out = execFileSync(opa, args, {
    cwd: folder,
    env: { ...process.env, GOMAXPROCS: "1" },
    maxBuffer: 1 << 26,
  });
  const report = JSON.parse(out.toString()) as { readonly Extra?: Readonly<Record<string, number>> };
  return (report.Extra?.["histogram_timer_rego_query_eval_ns_median"] ?? Number.NaN) / 1e6;
}

/** Compiles every policy of the set; the time in milliseconds and how many. */
function loadSet(repository: string): { readonly ms: number; readonly count: number } {
  const paths = readdirSync(join(repository, "policies"), { recursive: true, encoding: "utf8" }).filter(
    (name) => name.endsWith(".sentinel") && !name.includes("/test/"),
  );
  const start = performance.now();
  for (const path of paths) {
    load(join(repository, "policies", path));
  }
  return { ms: performance.now() - start, count: paths.length };
}

function main(): void {
  const corpora = process.env["TRUEUP_CORPORA"];
  const repository = corpora === undefined ? undefined : join(corpora, FSBP);
  const present = repository !== undefined && existsSync(repository);
  const opa = findOpa();
  const failures: string[] = [];
  const { only = "" } = parseArgs({
    options: { check: { type: "boolean" }, only: { type: "string" } },
  }).values;
  if (!present) {
    console.log("the FSBP policies were skipped: TRUEUP_CORPORA names no folder that holds them");
  }
  if (opa === undefined) {
    console.log("opa was not found (set TRUEUP_PEERS): its column stays empty");
  }
  const modules: Record<string, ImportSource> = {};
  if (present) {
    const set = loadSet(repository);
    console.log(`${set.count} policies loaded and compiled in ${set.ms.toFixed(0)} ms`);
    if (set.ms > LOAD_LIMIT_MS) {
      failures.push(`loading takes longer than ${LOAD_LIMIT_MS} ms`);
    }
    for (const name of ["tfresources", "report"]) {
      modules[name] = { kind: "module", program: load(join(repository, `modules/${name}/${name}.sentinel`)) };
    }
  }
  const folder = mkdtempSync(join(tmpdir(), "trueup-bench-"));
  console.log(
    ["policy".padEnd(56), "resources", "sentinel ms", "rego ms", "opa ms", "opa/sentinel"].join("  "),
  );
  for (const size of SIZES) {
    const plan = planOf(size);
    const planPath = join(folder, `plan-${size}.json`);
    writeFileSync(planPath, JSON.stringify(plan));
    const imports = { ...modules, ...terraformImports({ plan }) };
    const workloads = [MANAGED_BY, ...(present ? FSBP_WORKLOADS : [])];
    for (const workload of workloads.filter(({ name }) => name.includes(only))) {
      const path = workload === MANAGED_BY ? workload.source : join(repository ?? "", workload.source);
      const own = sentinelContestant(load(path), imports);
      const rego = regoContestant(workload.rego, plan);
      const turnOfOpa = (): number =>
        opa === undefined ? Number.NaN : benchOpa(opa, folder, workload.rego, planPath);
      const [ownMs = 0, regoMs = 0, opaMs = 0] = inTurns([own.turn, rego.turn, turnOfOpa]);
      if (own.passes !== rego.passes) {
        failures.push(`${workload.name} and its Rego disagree over ${size} resources`);
      }
      if (ownMs > opaMs) {
        failures.push(`${workload.name} over ${size} resources is slower than opa`);
      }
      const columns = [
        String(size).padStart(9),
        ownMs.toFixed(3).padStart(11),
        regoMs.toFixed(3).padStart(7),
        opaMs.toFixed(3).padStart(6),
        (opaMs / ownMs).toFixed(2).padStart(12),
      ];
      console.log([workload.name.padEnd(56), ...columns].join("  "));
    }
  }
  rmSync(folder, { recursive: true });
  for (const failure of failures) {
    console.log(`FAIL: ${failure}`);
  }
  process.exitCode = process.argv.includes("--check") && failures.length > 0 ? 1 : 0;
}

main();
