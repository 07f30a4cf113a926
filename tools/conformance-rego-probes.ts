/**
 * Compares answers of real OPA to modules of our own (JSON list of `{request, reply}`) with the engine's.
 * Usage: node --import tsx tools/conformance-rego-probes.ts [--verbose] FILE
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compareReply, type OracleCase } from "./rego-oracle.ts";

const PLACE_TARGET = 0.97;
const TEXT_TARGET = 0.92;

function main(): number {
  const args = process.argv.slice(2);
  const verbose = args.includes("--verbose");
  const shared = process.env["TRUEUP_SHARED"] ?? "../shared";
  const file = args.find((a) => !a.startsWith("--")) ?? join(shared, "conformance/rego/probes.json");
  if (!existsSync(file)) {
    console.log(`skipped: ${file} is not there (set TRUEUP_SHARED)`);
    return 0;
  }
  const cases = JSON.parse(readFileSync(file, "utf8")) as OracleCase[];
  const total = cases.length;
  let [place, text] = [0, 0];
  for (const [i, probe] of cases.entries()) {
    const verdict = compareReply(probe);
    if (verdict.place) place++;
    if (verdict.text) text++;
    if (verdict.text && verdict.place) continue;
    console.log(`${verdict.place ? "TEXT" : "FAIL"} #${i} ${JSON.stringify(probe.request.modules)}`);
    if (verbose || !verdict.place) console.log(`    want ${verdict.want}\n    got  ${verdict.got}`);
  }
  const percent = (n: number): string => `${((100 * n) / total).toFixed(1)} %`;
  console.log(
    `stage, code, row, column and result: ${place} of ${total} (${percent(place)}), wanted ${PLACE_TARGET * 100} %`,
  );
  console.log(`message text: ${text} of ${total} (${percent(text)}), wanted ${TEXT_TARGET * 100} %`);
  console.log(`${place} passed, ${total - place} failed`);
  return place / total >= PLACE_TARGET && text / total >= TEXT_TARGET ? 0 : 1;
}

process.exitCode = main();
