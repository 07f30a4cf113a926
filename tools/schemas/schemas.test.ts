import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parseConfig, parseExceptions, starterConfig } from "../../src/app/config/index.ts";
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "../../src/base/index.ts";
import { type Printable, render } from "../../src/cli/output/index.ts";
import { changeDocument } from "../../src/judge/policy/change-document.ts";
import { explainRisk, parseRiskRules, shippedRiskRules } from "../../src/judge/risk/index.ts";
import {
  aChange,
  aCheckReport,
  aFinding,
  aHostileChange,
  aHostileFinding,
  aJudgedChange,
  anAuditEntry,
  anEnvironment,
  aPolicyRef,
  aRedactedChange,
  aRisk,
  aScanReport,
  aVerdict,
  aViolation,
  aWaivedVerdict,
} from "../../src/testing/index.ts";
import { schemaText } from "./json-schema.ts";
import { SCHEMA_BASE, SCHEMAS } from "./registry.ts";

const ROOT = new URL("../../", import.meta.url);

function published(file: string): JsonObject {
  return JSON.parse(readFileSync(new URL(`schemas/${file}`, ROOT), "utf8"));
}

/** The same schema with every object closed: what is printed must be described, to the last member. */
function closed(schema: Json): Json {
  if (isJsonArray(schema)) return schema.map(closed);
  if (!isJsonObject(schema)) return schema;
  const parts = Object.fromEntries(Object.entries(schema).map(([key, part]) => [key, closed(part)]));
  const open = isJsonObject(schema["properties"]) && !Object.hasOwn(schema, "additionalProperties");
  return open ? { ...parts, additionalProperties: false } : parts;
}

function validator(schema: Json): ValidateFunction {
  const ajv = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true });
  addFormats.default(ajv);
  return ajv.compile(schema as JsonObject);
}

const compiled = new Map<string, ValidateFunction>();

/** Compiled once each: most of this file's time would go there. */
function validatorOf(file: string, form: "published" | "closed" = "published"): ValidateFunction {
  const known = compiled.get(`${form} ${file}`);
  if (known !== undefined) return known;
  const schema = published(`${file}.schema.json`);
  const validate = validator(form === "closed" ? closed(schema) : schema);
  compiled.set(`${form} ${file}`, validate);
  return validate;
}

function errorsOf(validate: ValidateFunction, document: unknown): readonly string[] {
  validate(document);
  return (validate.errors ?? []).map(
    (error) => `${error.instancePath} ${error.message ?? ""} ${JSON.stringify(error.params)}`,
  );
}

describe("every published schema", () => {
  it.each(Object.entries(SCHEMAS))("%s is fresh, valid and has its own id", (file, schema) => {
    const text = readFileSync(new URL(`schemas/${file}`, ROOT), "utf8");
    expect(text).toBe(schemaText(file, schema));
    expect(published(file)).toMatchObject({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      $id: `${SCHEMA_BASE}${file}`,
      title: expect.stringMatching(/^Trueup /),
      description: expect.stringMatching(/./),
    });
    validatorOf(file.replace(".schema.json", ""));
  });
});

const documents: readonly (readonly [file: string, document: Printable])[] = [
  ["trueup.scan.v1", aScanReport()],
  [
    "trueup.scan.v1",
    aScanReport({
      findings: [
        { ...aHostileFinding("\u001b[2J </script>"), due: null },
        aFinding({ status: "accepted", verdict: aWaivedVerdict() }),
      ],
      gone: [aFinding({ delta: "gone", status: "resolved", due: null, owner: null })],
      gaps: [{ source: "tofu", subject: null, code: "unreadable", message: "no" }],
      noise: [{ normaliser: "key_order", path: ["policy", 0], address: "aws_vpc.main" }],
      problems: [{ code: "x", message: "y", place: { file: "a", line: 1, column: 2, path: "b" }, hint: "c" }],
      audit: null,
    }),
  ],
  ["trueup.check.v1", aCheckReport()],
  [
    "trueup.check.v1",
    aCheckReport({
      changes: [
        aHostileChange("@everyone"),
        aJudgedChange({
          change: aRedactedChange({
            pipeline: { run: "1", commit: null, ref: null, verified: true, approved: false },
          }),
        }),
      ],
      planViolations: [aViolation({ planLevel: true, introduced: null })],
      planVerdict: aVerdict({
        erroring: [{ policy: aPolicyRef(), message: "timeout" }],
        permit: { kind: "planned", riskClass: "low" },
      }),
      audit: null,
    }),
  ],
  ["trueup.finding.v1", { schema: "trueup.finding/v1", ...aFinding() }],
  [
    "trueup.findings.v1",
    { schema: "trueup.findings/v1", workspace: "w", time: "2026-11-24T10:00:00Z", findings: [aFinding()] },
  ],
  [
    "trueup.risk.v1",
    {
      schema: "trueup.risk/v1",
      source: "plan.json",
      changes: [{ change: aRedactedChange(), risk: aRisk() }],
    },
  ],
  [
    "trueup.audit-list.v1",
    { schema: "trueup.audit-list/v1", size: 1, entries: [{ index: 0, entry: anAuditEntry() }] },
  ],
];

describe("what the JSON format prints", () => {
  it.each(documents)("%s is described to the last member", (file, document) => {
    const printed = render(document, "json");
    const read: JsonObject = JSON.parse(printed.ok ? printed.value : "null");
    expect(errorsOf(validatorOf(file), read)).toEqual([]);
    expect(errorsOf(validatorOf(file, "closed"), read)).toEqual([]);
  });

  it.each(documents)("%s demands every member, and allows more", (file, document) => {
    const validate = validatorOf(file);
    const read: JsonObject = JSON.parse(JSON.stringify(document));
    for (const key of Object.keys(read)) {
      const { [key]: _left, ...rest } = read;
      expect(validate(rest)).toBe(false);
      expect(validate({ ...read, [key]: { wrong: true } })).toBe(false);
    }
    expect(validate({ ...read, added_in_a_later_version: 1 })).toBe(true);
  });

  it("describes an audit entry alone as well", () => {
    expect(errorsOf(validatorOf("trueup.audit.v1", "closed"), anAuditEntry())).toEqual([]);
  });
});

describe("trueup.risk/v1", () => {
  it("describes what the risk room explains", () => {
    const explanation = explainRisk(aChange(), anEnvironment(), shippedRiskRules);
    const changes = [{ change: aRedactedChange(), risk: explanation.assessment, explanation }];
    const document = JSON.parse(JSON.stringify({ schema: "trueup.risk/v1", source: "plan.json", changes }));
    expect(errorsOf(validatorOf("trueup.risk.v1", "closed"), document)).toEqual([]);
  });
});

describe("trueup.change/v1", () => {
  const validate = validatorOf("trueup.change.v1", "closed");
  const context = {
    point: "scan",
    environment: anEnvironment(),
    now: Date.parse("2026-11-24T09:30:00Z"),
  } as const;

  it.each([
    ["an observed change", aChange()],
    ["a planned change", aChange({ origin: "planned", time: null, cause: null, drift: null })],
    [
      "a change of a run",
      aChange({ pipeline: { run: "1", commit: "c", ref: null, verified: true, approved: true } }),
    ],
    ["a time that is no time", aChange({ time: "soon" })],
    ["a creation", aChange({ action: "create", before: null })],
  ])("describes %s as policies see it", (_name, change) => {
    expect(errorsOf(validate, changeDocument(change, aRisk(), context))).toEqual([]);
  });
});

describe("trueup.yaml", () => {
  const validate = validatorOf("trueup");

  it("accepts what `init` writes", () => {
    const text = starterConfig({
      workspace: "a",
      source: { kind: "dir", path: "." },
      events: [{ kind: "cloudtrail", path: "x" }],
    });
    expect(errorsOf(validate, parse(text))).toEqual([]);
  });

  it.each([
    ["", false],
    ["version: 1", true],
    ["version: 2", false],
    ["version: 1\npolices: []", false],
    ["version: 1\naccount: 1", false],
    ["version: 1\nsource: {tofu: {dir: a}}", true],
    ["version: 1\nsource: {tofu: {dir: a, plan: b}}", false],
    ["version: 1\nsource: {tofu: {}}", false],
    ["version: 1\nevents: [{cloudtrail: a}]", true],
    ["version: 1\nevents: [{}]", false],
    ["version: 1\nevents: [{cloudtrail: a, kubernetes-audit: b}]", false],
    ["version: 1\npolicies: [{path: a}, {shipped: starter}]", true],
    ["version: 1\npolicies: [{path: a, shipped: starter}]", false],
    ["version: 1\npoints: {ci: {action: warn, fail_mode: open}}", true],
    ["version: 1\npoints: {ci: {action: none}}", false],
    ["version: 1\ndue: {high: 4h}", true],
    ["version: 1\ndue: {high: 4}", false],
    ["version: 1\nsecrets: {paths: [a]}", false],
    ["version: 1\nstore: mysql://h", false],
  ])("agrees with the program about %j", (text, good) => {
    expect(validate(parse(text))).toBe(good);
    expect(parseConfig(text, "trueup.yaml").ok).toBe(good);
  });
});

describe("exceptions", () => {
  const validate = validatorOf("trueup.exceptions");
  const base =
    "{id: a, rule: s/p, owner: o, reason: because of the move, from: 2026-01-01, until: 2026-02-01";

  it.each([
    [`${base}}`, true],
    [`${base}, scope: {types: [a], risk_classes: [high]}}`, true],
    [`${base}, verified: true}`, false],
    [`${base}, scope: {types: []}}`, false],
    [`${base.replace("because of the move", "x")}}`, false],
    [`${base.replace("2026-02-01", "soon")}}`, false],
  ])("agrees with the program about %s", (exception, good) => {
    const text = `version: 1\nexceptions: [${exception}]\n`;
    expect(validate(parse(text))).toBe(good);
    expect(parseExceptions(text, "exceptions.yaml").ok).toBe(good);
  });
});

describe("risk rules", () => {
  const validate = validatorOf("trueup.risk-rules");

  it.each(["common", "aws", "azure", "google", "kubernetes"])("accepts the shipped rules: %s", (name) => {
    const text = readFileSync(new URL(`src/judge/risk/rules/${name}.yaml`, ROOT), "utf8");
    expect(errorsOf(validate, parse(text))).toEqual([]);
  });

  it.each([
    ["{version: 1}", true],
    ["{version: 2}", false],
    ["{version: 1, types: {aws_x: high}}", true],
    ["{version: 1, types: {aws_x: severe}}", false],
    ["{version: 1, types: {aws_x: {class: high, properties: {a.b: low}}}}", true],
    ["{version: 1, types: {aws_x: {colour: red}}}", false],
    ["{version: 1, groups: {g: {class: high, types: [a]}}}", true],
    ["{version: 1, groups: {g: {types: [a]}}}", false],
    ["{version: 1, properties: {a: {class: low, watch: address}}}", true],
    ["{version: 1, properties: {a: {class: low, watch: adress}}}", false],
    ["{version: 1, properties: {a: {watch: address}}}", false],
    ["{version: 1, access_keys: [{keys: ['team/*']}]}", true],
    ["{version: 1, access_keys: [{class: high}]}", false],
    ["{version: 1, environments: [{name: p, labels: {env: [prod]}, raise: {medium: high}}]}", true],
    ["{version: 1, environments: [{raise: {medum: high}}]}", false],
    ["{version: 1, modifiers: {public_address: critical}}", true],
    ["{version: 1, modifiers: {public: critical}}", false],
    ["{version: 1, unknown_type: {class: high, remove: high}}", true],
    ["{version: 1, unknown_type: {class: low, remove: high}}", false],
    ["{version: 1, unknown: 1}", false],
  ])("agrees with the program about %s", (text, good) => {
    expect(validate(parse(text))).toBe(good);
    expect(parseRiskRules(parse(text)).ok).toBe(good);
  });
});

describe("policy sets", () => {
  it("accepts the starter set", () => {
    const text = readFileSync(new URL("policies/trueup.policies.yaml", ROOT), "utf8");
    expect(errorsOf(validatorOf("trueup.policies"), parse(text))).toEqual([]);
  });
});
