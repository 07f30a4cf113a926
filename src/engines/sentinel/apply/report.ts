import { placeText } from "../source-file.ts";
import { policyDescription, wrap } from "../trace/descriptions.ts";
import { traceJson } from "../trace/trace-json.ts";
import { APPLY_WIDTH, ruleLines } from "../trace/trace-text.ts";
import type { Json } from "../values/json.ts";
import { jsonText } from "../values/json.ts";
import type { PolicyOutcome } from "./apply.ts";

/** The explanation above a trace, as published. */
const HEADER: readonly string[] = [
  "Execution trace. The information below will show the values of all",
  "the rules evaluated. Note that some rules may be missing if",
  "short-circuit logic was taken.",
  "",
  "Note that for collection types and long strings, output may be",
  'truncated; re-run "sentinel apply" with the -json flag to see the',
  "full contents of these values.",
];
const DUE_TO_FAILURE: readonly string[] = ["", "The trace is displayed due to a failed policy."];

const WORDS: Readonly<Record<PolicyOutcome["status"], string>> = {
  pass: "Pass",
  fail: "Fail",
  undefined: "Undefined",
  error: "Error",
};

/** The published text form. Traces are shown for policies that do not pass, and for all where `trace` asks for them. */
export function applyText(outcomes: readonly PolicyOutcome[], trace: boolean): string {
  const traced = trace || outcomes.some((outcome) => outcome.status !== "pass");
  const lines: string[] = traced ? [...HEADER, ...(trace ? [] : DUE_TO_FAILURE), ""] : [];
  for (const outcome of outcomes) {
    lines.push(`${WORDS[outcome.status]} - ${outcome.path}`);
    if (trace || outcome.status !== "pass") {
      lines.push(...details(outcome), "");
    }
  }
  while (lines[lines.length - 1] === "") {
    lines.pop();
  }
  return `${lines.join("\n")}\n`;
}

function details(outcome: PolicyOutcome): string[] {
  const lines: string[] = [];
  const { program, evaluation, error } = outcome;
  const description = program === null ? [] : wrap(policyDescription(program.compiled), APPLY_WIDTH);
  if (description.length > 0) {
    lines.push("", "Description:", ...description.map((line) => `  ${line}`.trimEnd()));
  }
  if (error !== null) {
    lines.push("", `Error: ${error.text}`);
  }
  if (outcome.status === "undefined") {
    const at = evaluation?.undefinedAt;
    lines.push(
      "",
      `The result of \`main\` is undefined${at === null || at === undefined ? "" : `; it became undefined at ${placeText(at)}`}.`,
    );
  }
  if (outcome.prints.length > 0) {
    lines.push("", "Print messages:", "", ...outcome.prints);
  }
  if (program !== null && outcome.rules.length > 0) {
    lines.push("", ...ruleLines(outcome.rules, program.compiled, APPLY_WIDTH, false));
  }
  return lines;
}

/** The published JSON form. */
export function applyJson(outcomes: readonly PolicyOutcome[], durationMs: number): string {
  const failed = outcomes.find((outcome) => outcome.status !== "pass" && outcome.policy.level !== "advisory");
  return `${jsonText(
    {
      result: failed === undefined,
      error: failed?.error?.text ?? null,
      duration: durationMs,
      policies: outcomes.map(policyJson),
    },
    "  ",
  )}\n`;
}

function policyJson(outcome: PolicyOutcome): Json {
  const result = outcome.status === "pass" ? true : outcome.status === "fail" ? false : null;
  const error = outcome.error?.text ?? null;
  return {
    policy: outcome.policy.direct ? outcome.path : outcome.policy.name,
    result: result ?? false,
    error,
    duration: outcome.durationMs,
    enforcement_level: outcome.policy.level,
    trace:
      outcome.program === null
        ? null
        : traceJson(outcome.program.compiled, outcome.rules, outcome.prints, result, error),
  };
}
