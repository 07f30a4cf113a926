/**
 * Times three workloads on `opa bench`, `@open-policy-agent/opa-wasm` and this engine in one run and prints the ratios.
 * Usage: node --import tsx tools/bench-rego.ts [--check]      (--check fails when ours is less than 3 times as fast)
 * opa is looked for in TRUEUP_PEERS, ~/.cache/trueup/peers/bin and PATH; what is missing is said and left out.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { compile } from "../src/engines/rego/index.ts";

const WANTED_RATIO = 3;

interface Workload {
  readonly name: string;
  readonly modules: readonly string[];
  readonly data: string | undefined;
  readonly input: string;
  readonly entrypoint: string;
}

const WORKLOADS: readonly Workload[] = [
  {
    name: "sg-100",
    modules: ["sg.rego", "sg_params.rego"],
    data: undefined,
    input: "plan-100.json",
    entrypoint: "terraform/sg/summary",
  },
  {
    name: "sg-5000",
    modules: ["sg.rego", "sg_params.rego"],
    data: undefined,
    input: "plan-5000.json",
    entrypoint: "terraform/sg/summary",
  },
  {
    name: "rbac",
    modules: ["rbac.rego"],
    data: "rbac-data.json",
    input: "rbac-input.json",
    entrypoint: "app/rbac/decision",
  },
];

interface Timing {
  /** Median nanoseconds of one evaluation. */
  readonly median: number;
  readonly load?: number;
  readonly first?: number;
}

function findOpa(): string | undefined {
  const folders = [
    process.env["TRUEUP_PEERS"],
    join(homedir(), ".cache/trueup/peers/bin"),
    ...(process.env["PATH"] ?? "").split(":"),
  ];
  return folders
    .filter((f) => f !== undefined && f !== "")
    .map((f) => join(f as string, "opa"))
    .find(existsSync);
}

function prepare(): string | undefined {
  const source = join(process.env["TRUEUP_SHARED"] ?? "../shared", "bench/rego");
  if (!existsSync(source)) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "trueup-bench-"));
  for (const name of readdirSync(source)) copyFileSync(join(source, name), join(folder, name));
  execFileSync(process.execPath, ["gen.mjs"], { cwd: folder });
  return folder;
}

function sample(run: () => unknown, milliseconds: number): number {
  const times: number[] = [];
  const until = performance.now() + milliseconds;
  while (performance.now() < until && times.length < 200_000) {
    const start = process.hrtime.bigint();
    run();
    times.push(Number(process.hrtime.bigint() - start));
  }
  times.sort((a, b) => a - b);
  return times[times.length >> 1] ?? Number.NaN;
}

function benchOwn(folder: string, w: Workload, backend: "codegen" | "closures"): Timing & { result: string } {
  const json = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), "utf8"));
  const input = json(w.input);
  const start = performance.now();
  const program = compile({
    modules: w.modules.map((name) => ({ name, source: readFileSync(join(folder, name), "utf8") })),
    data: w.data === undefined ? {} : json(w.data),
    entrypoints: [w.entrypoint],
    backend,
  });
  const load = performance.now() - start;
  if (!program.ok) throw new Error(program.error.map((e) => e.text).join("\n"));
  const run = (): unknown => {
    const r = program.value.evaluate(w.entrypoint, input, {});
    if (!r.ok) throw new Error(r.error[0]?.text);
    return r.value.value;
  };
  const before = performance.now();
  const result = JSON.stringify(run());
  const first = performance.now() - before;
  const median = sample(run, 3000);
  return { median, load, first, result };
}

function benchOpa(opa: string, folder: string, w: Workload): Timing {
  const args = [
    "bench",
    "-f",
    "json",
    ...w.modules.flatMap((m) => ["-d", m]),
    ...(w.data === undefined ? [] : ["-d", w.data]),
  ];
  args.push("-i", w.input, `data.${w.entrypoint.replaceAll("/", ".")}`);
  const out = execFileSync(opa, args, {
    cwd: folder,
    env: { ...process.env, GOMAXPROCS: "1" },
    maxBuffer: 1 << 26,
  });
  const report = JSON.parse(out.toString()) as { Extra?: Record<string, number> };
  return { median: report.Extra?.["histogram_timer_rego_query_eval_ns_median"] ?? Number.NaN };
}

interface WasmPolicy {
  setData(data: unknown): void;
  evaluate(input: unknown): unknown;
}

async function benchWasm(opa: string, folder: string, w: Workload): Promise<Timing | undefined> {
  const name = "@open-policy-agent/opa-wasm";
  const loaded = (await import(name).catch(() => undefined)) as
    | { default?: { loadPolicy: Loader }; loadPolicy?: Loader }
    | undefined;
  const loadPolicy = loaded?.loadPolicy ?? loaded?.default?.loadPolicy;
  if (loadPolicy === undefined) return undefined;
  const bundle = join(folder, w.name);
  mkdirSync(bundle, { recursive: true });
  execFileSync(
    opa,
    ["build", "-t", "wasm", "-e", w.entrypoint, "-o", join(bundle, "b.tar.gz"), ...w.modules],
    { cwd: folder },
  );
  execFileSync("tar", ["xzf", "b.tar.gz"], { cwd: bundle });
  const start = performance.now();
  const policy = await loadPolicy(
    readFileSync(join(bundle, "policy.wasm")),
    { initial: 16, maximum: 65536 },
    {},
  );
  if (w.data !== undefined) policy.setData(JSON.parse(readFileSync(join(folder, w.data), "utf8")));
  const load = performance.now() - start;
  const input: unknown = JSON.parse(readFileSync(join(folder, w.input), "utf8"));
  const before = performance.now();
  policy.evaluate(input);
  const first = performance.now() - before;
  return { median: sample(() => policy.evaluate(input), 3000), load, first };
}

type Loader = (wasm: Uint8Array, memory: unknown, builtins: object) => Promise<WasmPolicy>;

function shown(ns: number | undefined): string {
  return ns === undefined || Number.isNaN(ns)
    ? "-"
    : ns > 1e6
      ? `${(ns / 1e6).toFixed(2)} ms`
      : `${(ns / 1e3).toFixed(1)} us`;
}

async function main(): Promise<number> {
  const folder = prepare();
  if (folder === undefined) {
    console.log("skipped: no bench/rego in the shared folder (set TRUEUP_SHARED)");
    return 0;
  }
  const opa = findOpa();
  if (opa === undefined) console.log("opa was not found (set TRUEUP_PEERS): its columns stay empty");
  let slow = 0;
  console.log(
    [
      "workload",
      "opa",
      "opa-wasm",
      "ours",
      "ours (closures)",
      "ratio to opa",
      "ratio to wasm",
      "compile",
      "first",
    ].join("\t"),
  );
  for (const w of WORKLOADS) {
    const own = benchOwn(folder, w, "codegen");
    const closures = benchOwn(folder, w, "closures");
    const real = opa === undefined ? undefined : benchOpa(opa, folder, w);
    const wasm = opa === undefined ? undefined : await benchWasm(opa, folder, w);
    const ratio = (t: Timing | undefined): string =>
      t === undefined ? "-" : (t.median / own.median).toFixed(2);
    const row = [
      w.name,
      shown(real?.median),
      shown(wasm?.median),
      shown(own.median),
      shown(closures.median),
      ratio(real),
      ratio(wasm),
    ];
    console.log([...row, `${own.load?.toFixed(1)} ms`, `${own.first?.toFixed(1)} ms`].join("\t"));
    if (real !== undefined && real.median / own.median < WANTED_RATIO) slow++;
    if (wasm !== undefined && wasm.median / own.median < WANTED_RATIO) slow++;
  }
  rmSync(folder, { recursive: true, force: true });
  return process.argv.includes("--check") && slow > 0 ? 1 : 0;
}

process.exitCode = await main();
