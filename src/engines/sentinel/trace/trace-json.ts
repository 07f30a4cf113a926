import type { CompiledFile } from "../compiler/compile.ts";
import type { RuleResult } from "../evaluator/evaluate.ts";
import type { Json } from "../values/json.ts";
import { policyDescription, ruleDescription } from "./descriptions.ts";

/** The published JSON form of a trace. `result` and values are null where undefined. */
export function traceJson(
  compiled: CompiledFile,
  rules: readonly RuleResult[],
  prints: readonly string[],
  result: boolean | null,
  error: string | null,
): Json {
  const byName = Object.create(null) as { [key: string]: Json };
  for (const rule of rules) {
    byName[rule.name] = {
      desc: ruleDescription(compiled, rule.pos).join("\n"),
      ident: rule.name,
      position: {
        filename: rule.place.file,
        offset: rule.place.offset,
        line: rule.place.line,
        column: rule.place.column,
      },
      value: rule.json ?? null,
    };
  }
  return {
    description: policyDescription(compiled).join("\n"),
    error,
    print: prints.map((line) => `${line}\n`).join(""),
    result,
    rules: byName,
  };
}
