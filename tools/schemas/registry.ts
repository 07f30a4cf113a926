import type { z } from "zod";
import { rawConfig, rawExceptionFile } from "../../src/app/config/index.ts";
import { manifestSchema } from "../../src/judge/policy/manifest.ts";
import {
  auditEntry,
  auditList,
  changeDocument,
  checkReport,
  findingDocument,
  findingList,
  riskExplanation,
  scanReport,
} from "./documents.ts";
import { riskRules } from "./risk-rules.ts";

/** Where the schemas are published; each has its file name appended. */
export const SCHEMA_BASE = "https://trueup.dev/schemas/";

/** Every published schema by file name. Files that people write come first. */
export const SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  "trueup.schema.json": rawConfig,
  "trueup.exceptions.schema.json": rawExceptionFile,
  "trueup.policies.schema.json": manifestSchema.meta({
    title: "Trueup policy set",
    description: "trueup.policies.yaml: the policies of one set, their levels, scope and parameters",
  }),
  "trueup.risk-rules.schema.json": riskRules,
  "trueup.change.v1.schema.json": changeDocument,
  "trueup.scan.v1.schema.json": scanReport,
  "trueup.check.v1.schema.json": checkReport,
  "trueup.finding.v1.schema.json": findingDocument,
  "trueup.findings.v1.schema.json": findingList,
  "trueup.risk.v1.schema.json": riskExplanation,
  "trueup.audit.v1.schema.json": auditEntry,
  "trueup.audit-list.v1.schema.json": auditList,
};
