import { generateKeyPairSync } from "node:crypto";
import { makeSealer, newAuditEntry, noteSigner, resultsRoot, type Sealer } from "../audit/index.ts";
import { canonicalJson, fixedClock, type Problem, type Result } from "../base/index.ts";
import type { AuditEntry, Finding } from "../domain/index.ts";
import type { ScanRecord } from "../govern/findings/index.ts";
import type { OpenOptions } from "../store/index.ts";
import { aFinding, anAuditEntry, REPORT_TIME } from "./index.ts";

/* Builders around the record: a throw-away key, fresh audit entries, whole scans. */

export function testSealer(): Sealer {
  return makeSealer(noteSigner("trueup.local/test", generateKeyPairSync("ed25519").privateKey));
}

export function testOptions(over: Partial<OpenOptions> = {}): OpenOptions {
  return { clock: fixedClock(Date.parse(REPORT_TIME)), sealer: testSealer(), waitMs: 0, ...over };
}

export function okValue<T>(result: Result<T, Problem>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
}

export function problemIn<T>(result: Result<T, Problem>): Problem {
  if (result.ok) throw new Error("expected a problem");
  return result.error;
}

export function freshEntry(over: Partial<AuditEntry> = {}): AuditEntry {
  const { id: _id, schema: _schema, ...fields } = anAuditEntry(over);
  return newAuditEntry(fields);
}

let scans = 0;

/** A whole scan: one finding and its result row unless told otherwise. */
export function aScanRecord(over: Partial<ScanRecord> & { findings?: readonly Finding[] } = {}): ScanRecord {
  const findings = over.findings ?? [aFinding()];
  const resultRows = findings.map(({ change, risk, results, verdict }) =>
    canonicalJson({ change, risk, results, verdict }),
  );
  const root = resultsRoot(over.resultRows ?? resultRows);
  return {
    id: `scn_${String(++scans).padStart(24, "0")}`,
    kind: "scan",
    time: REPORT_TIME,
    workspace: "prod-edge",
    summary: { compared: 42 },
    resultRows,
    resultsRoot: root,
    findings,
    audit: [freshEntry({ kind: "scan", details: { resultsRoot: root } }), freshEntry()],
    ...over,
  };
}
