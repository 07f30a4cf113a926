import { describe, expect, it } from "vitest";
import { withoutWarnings } from "./leading-warnings.ts";
import { readPlanJson } from "./read-plan.ts";

const JSON_TEXT = '{"format_version":"1.2","resource_changes":[]}';
const PLAIN = "\nWarning: Unable to open CLI configuration file\n\nIt does not exist.\n";
const BOXED =
  "There are some problems with the CLI configuration:\n╷\n│ Warning: Provider development overrides\n╵\n\n";

const CASES: readonly (readonly [note: string, document: string, rest: string])[] = [
  ["nothing before it", JSON_TEXT, JSON_TEXT],
  ["a warning as OpenTofu 1.12 prints it", PLAIN + JSON_TEXT, JSON_TEXT],
  ["a warning in a box", BOXED + JSON_TEXT, JSON_TEXT],
  ["a brace inside of the warning", `Warning: {x}\n${JSON_TEXT}\n`, `${JSON_TEXT}\n`],
  ["nothing but a warning", PLAIN, PLAIN],
  ["text that is no warning", `hello\n${JSON_TEXT}`, `hello\n${JSON_TEXT}`],
  ["nothing at all", "", ""],
];

describe("withoutWarnings", () => {
  it.each(CASES)("%s", (_note, document, rest) => {
    expect(withoutWarnings(document)).toBe(rest);
    expect(Buffer.from(withoutWarnings(Buffer.from(document))).toString()).toBe(rest);
  });

  it("lets a plan be read whose file begins with one, under the digest of the whole file", () => {
    const plain = readPlanJson(JSON_TEXT, { file: "plan.json" });
    const warned = readPlanJson(Buffer.from(PLAIN + JSON_TEXT), { file: "plan.json" });
    expect(warned.ok && warned.value.formatVersion).toBe("1.2");
    expect(warned.ok && plain.ok && warned.value.sha256 !== plain.value.sha256).toBe(true);
  });
});
