import { load } from "../bundle/index.ts";
import { compile } from "../compile.ts";
import { errorsText, messagesText } from "./error-output.ts";
import { evaluationOptions, QUERY_FLAGS, queryText, readInput } from "./eval.ts";
import { type FlagSpecs, parseFlags } from "./flags.ts";
import { type CommandOutput, misused, type RegoHost, said } from "./host.ts";
import { compilerOptions, readVerification, versionOf } from "./inputs.ts";
import { jsonText, record } from "./json.ts";
import { histogram, type Measured, measure } from "./measure.ts";
import { table } from "./table.ts";

const FLAGS = {
  ...QUERY_FLAGS,
  benchmem: { kind: "bool", ignored: true },
  count: { kind: "whole" },
  format: { kind: "string", short: "f", oneOf: ["pretty", "json", "gobench"] },
} as const satisfies FlagSpecs;

const USAGE = "bench <query> [-d PATH] [-b BUNDLE] [-i FILE] [--count N] [--format pretty|json|gobench]";

/** `bench`: repeats a query for a second. Memory is not measured: the runtime does not tell of single allocations. */
export function benchCommand(args: readonly string[], host: RegoHost): CommandOutput {
  const flags = parseFlags(args, FLAGS);
  if (!flags.ok) return misused(flags.error, USAGE);
  const f = flags.value;
  const query = queryText(f, host);
  if (!query.ok) return misused(query.error, USAGE);
  const input = readInput(f, host);
  if (!input.ok) return said("", 1, `${input.error}\n`);
  const verification = readVerification(host, f);
  if (!verification.ok) return said("", 1, messagesText([verification.error]));
  const loaded = load(host, {
    ...verification.value,
    data: f.list("data"),
    bundles: f.list("bundle"),
    ignore: f.list("ignore"),
    version: versionOf(f),
  });
  if (!loaded.ok) return said("", 1, messagesText(loaded.error));
  const options = compilerOptions(host, f);
  if (!options.ok) return said("", 1, messagesText([options.error]));
  const compiled = compile({ ...options.value, modules: loaded.value.modules, data: loaded.value.data });
  if (!compiled.ok) return said("", 1, errorsText(compiled.error));
  const program = compiled.value;
  const once = program.query(query.value, input.value, evaluationOptions(f, host));
  if (!once.ok) return said("", 1, errorsText(once.error));
  if (once.value.results.length === 0)
    return said("", 1, "bench: the query is undefined, which measures little\n");
  let out = "";
  for (let i = 0; i < Math.max(1, f.number("count") ?? 1); i++) {
    const run = evaluationOptions(f, host);
    out += shown(
      measure(host, () => void program.query(query.value, input.value, run)),
      f.text("format") ?? "pretty",
    );
  }
  return said(out);
}

function shown(measured: Measured, format: string): string {
  const figures = histogram(measured);
  const perRun = Math.round(measured.totalNs / measured.runs);
  if (format === "json") {
    return jsonText(
      record({ N: measured.runs, T: measured.totalNs, Bytes: 0, MemAllocs: 0, MemBytes: 0, Extra: figures }),
    );
  }
  if (format === "gobench") return `BenchmarkRegoEval\t${measured.runs}\t${perRun} ns/op\n`;
  const rows = [
    ["samples", String(measured.runs)],
    ["ns/op", String(perRun)],
  ];
  for (const [name, value] of figures) rows.push([name, String(Math.round(value))]);
  return table([], rows, true);
}
