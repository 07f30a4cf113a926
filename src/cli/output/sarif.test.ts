import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { isJsonObject, type Json, type JsonObject, member, problem } from "../../base/index.ts";
import {
  aCheckReport,
  aDeterminingRule,
  aFinding,
  aHostileChange,
  aHostileFinding,
  aJudgedChange,
  anAllowedFinding,
  aPolicyRef,
  aPolicyResult,
  aReviewVerdict,
  aScanReport,
  aVerdict,
  aViolation,
  aWaivedVerdict,
  HOSTILE_TEXTS,
} from "../../testing/index.ts";
import type { ChangeReport } from "./items.ts";
import { renderSarif } from "./sarif.ts";

/**
 * The official schema (draft-04), as a package ships it. Draft-04 and draft-07 differ here only in `id`, which is taken away, and
 * the errata demand one more thing of regions, which is added.
 */
function officialSchema(): JsonObject {
  const path = createRequire(import.meta.url).resolve(
    "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json",
  );
  const { $schema, id, ...schema } = JSON.parse(readFileSync(path, "utf8")) as Record<string, Json>;
  expect([$schema, id]).toEqual([
    "http://json-schema.org/draft-04/schema#",
    expect.stringContaining("sarif-2.1.0"),
  ]);
  expect(JSON.stringify(schema)).not.toContain("exclusiveM");
  const definitions = schema["definitions"];
  const region = member(definitions, "region");
  if (!isJsonObject(definitions) || !isJsonObject(region)) throw new Error("the schema has another shape");
  const anyOf = ["startLine", "charOffset", "byteOffset"].map((name) => ({ required: [name] }));
  return { ...schema, definitions: { ...definitions, region: { ...region, anyOf } } };
}

const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats.default(ajv);
const validate = ajv.compile(officialSchema());

function valid(report: ChangeReport): { readonly runs: readonly Run[] } {
  const log: { readonly runs: readonly Run[] } = JSON.parse(renderSarif(report, { toolVersion: "0.1.0" }));
  validate(log);
  expect(validate.errors ?? []).toEqual([]);
  return log;
}

interface Run {
  readonly results: readonly {
    readonly ruleId: string;
    readonly ruleIndex: number;
    readonly level: string;
    readonly message: { readonly text: string };
    readonly fingerprints: Readonly<Record<string, string>>;
    readonly suppressions?: readonly { readonly justification: string }[];
    readonly locations: readonly {
      readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } };
    }[];
  }[];
  readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
}

function runOf(report: ChangeReport): Run {
  const [run] = valid(report).runs;
  if (run === undefined) throw new Error("no run");
  return run;
}

describe("renderSarif", () => {
  it.each<[string, ChangeReport]>([
    [
      "scan",
      aScanReport({
        problems: [problem("x_y", "it broke")],
        gaps: [{ source: "tofu", subject: null, code: "unreadable", message: "no" }],
      }),
    ],
    ["check", aCheckReport({ planViolations: [aViolation({ planLevel: true })] })],
  ])("writes a %s as agreed, valid by the official schema", async (name, report) => {
    valid(report);
    await expect(renderSarif(report, { toolVersion: "0.1.0" })).toMatchFileSnapshot(`fixtures/${name}.sarif`);
  });

  it.each(HOSTILE_TEXTS)("stays valid with: %s", (_name, text) => {
    valid(aScanReport({ findings: [aHostileFinding(text)], source: { name: text, place: text } }));
    valid(aCheckReport({ changes: [aHostileChange(text)], plan: { ...aCheckReport().plan, file: text } }));
    valid({ schema: "trueup.finding/v1", ...aHostileFinding(text) });
  });

  it("is valid when there is nothing to tell", () => {
    expect(runOf(aScanReport({ findings: [] })).results).toEqual([]);
    expect(runOf({ schema: "trueup.findings/v1", workspace: "w", time: "", findings: [] }).results).toEqual(
      [],
    );
  });

  it("uses the finding id as fingerprint and lets every rule be looked up", () => {
    const run = runOf(aScanReport());
    expect(run.results.map((r) => r.fingerprints["trueup/v1"])).toEqual([
      "fnd_5b1e0c6f9a3d",
      "fnd_77aa00bb11cc",
    ]);
    for (const result of run.results) expect(run.tool.driver.rules[result.ruleIndex]?.id).toBe(result.ruleId);
  });

  it.each<[string, Parameters<typeof aVerdict>[0], [rule: string, level: string][]]>([
    ["a violation", {}, [["starter/no-open-admin-ports/deny_open_admin_port", "error"]]],
    ["a review without a rule", aReviewVerdict(), [["trueup/no-matching-rule", "warning"]]],
    [
      "a review by a rule",
      aReviewVerdict({ row: 7, determining: [aDeterminingRule()] }),
      [["starter/no-open-admin-ports/deny_open_admin_port", "warning"]],
    ],
    ["a wait for attribution", aReviewVerdict({ row: 3 }), [["trueup/awaiting-attribution", "warning"]]],
    [
      "an erroring policy",
      aReviewVerdict({ row: 2, erroring: [{ policy: aPolicyRef(), message: "timeout" }] }),
      [["starter/no-open-admin-ports", "warning"]],
    ],
  ])("maps %s", (_name, verdict, expected) => {
    const changes = [aJudgedChange({ verdict: aVerdict(verdict), results: [] })];
    expect(runOf(aCheckReport({ changes })).results.map((r) => [r.ruleId, r.level])).toEqual(expected);
  });

  it("shows a waived violation as suppressed, never hides it", () => {
    const [result] = runOf(aCheckReport({ changes: [aJudgedChange({ verdict: aWaivedVerdict() })] })).results;
    expect(result?.suppressions?.[0]?.justification).toBe("exception exc-bastion-2026, unverified");
  });

  it("shows what the baseline accepted as suppressed", () => {
    const finding = aFinding({ status: "accepted", triage: "known_and_allowed" });
    expect(runOf(aScanReport({ findings: [finding] })).results[0]?.suppressions?.[0]?.justification).toBe(
      "accepted in the baseline",
    );
  });

  it("keeps advice as a note", () => {
    const results = [aPolicyResult({ level: "advisory" })];
    const run = runOf(aScanReport({ findings: [anAllowedFinding({ results })] }));
    expect(run.results.map((r) => r.level)).toEqual(["note"]);
  });

  it("makes no links or placeholders of what messages say", () => {
    const changes = [
      aJudgedChange({
        verdict: aVerdict({ determining: [aDeterminingRule({ message: "[x](http://e) {0} \\" })] }),
      }),
    ];
    expect(runOf(aCheckReport({ changes })).results[0]?.message.text).toContain(
      "\\[x\\](http://e) {{0}} \\\\",
    );
  });

  it.each([
    ["plan.json", "plan.json"],
    ["./a b/plan.json", "a%20b/plan.json"],
    ["/tmp/plan.json", "file:///tmp/plan.json"],
    ["C:\\plans\\plan.json", "file:///C:/plans/plan.json"],
    ["a#b?c.json", "a%23b%3Fc.json"],
    ["", "."],
  ])("names the file %j as %s", (file, uri) => {
    const run = runOf(aCheckReport({ plan: { ...aCheckReport().plan, file } }));
    expect(run.results[0]?.locations[0]?.physicalLocation.artifactLocation.uri).toBe(uri);
  });
});
