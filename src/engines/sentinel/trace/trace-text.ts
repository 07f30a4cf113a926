import type { CompiledFile } from "../compiler/compile.ts";
import type { RuleResult } from "../evaluator/evaluate.ts";
import { placeText } from "../source-file.ts";
import { ruleDescription, wrap } from "./descriptions.ts";
import { valueLines } from "./value-lines.ts";

/** Width of descriptions in an apply trace, measured on published ones: 78 of them fit, 79 do not. */
export const APPLY_WIDTH = 78;
/** Width of descriptions in a test's trace, which is indented further. */
export const TEST_WIDTH = 62;

/** The rules of a trace, each with its place, description and value; a blank line between two. */
export function ruleLines(
  rules: readonly RuleResult[],
  compiled: CompiledFile,
  width: number,
  spaced: boolean,
): string[] {
  const lines: string[] = [];
  for (const rule of rules) {
    if (lines.length > 0) {
      lines.push("");
    }
    lines.push(`${placeText(rule.place)} - Rule ${JSON.stringify(rule.name)}`);
    const description = wrap(ruleDescription(compiled, rule.pos), width);
    if (description.length > 0) {
      lines.push("  Description:", ...description.map((line) => `    ${line}`.trimEnd()), "");
    }
    lines.push("  Value:", ...valueLines(rule.value).map((line) => `    ${line}`));
  }
  return spaced && lines.length > 0 ? [...lines, ""] : lines;
}
