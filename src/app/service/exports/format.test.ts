import { expect, it } from "vitest";
import type { LoggedEntry } from "../../../audit/index.ts";
import { canonicalJson, sha256Hex } from "../../../base/index.ts";
import type { AuditEntry } from "../../../domain/index.ts";
import { freshEntry } from "../../../testing/record.ts";
import { EXPORT_FORMATS } from "../../config/exports.ts";
import { exportFormat } from "./format.ts";

const ORIGIN = "trueup.local/test";

function logged(over: Partial<AuditEntry> = {}, index = 7): LoggedEntry {
  const entry = freshEntry(over);
  const text = canonicalJson({ ...entry, actor: { ...entry.actor }, revisions: { ...entry.revisions } });
  return { index, entry, text, leaf: sha256Hex(text) };
}

it.each(EXPORT_FORMATS)("%s: one line an entry, from which its index is read", (name) => {
  const format = exportFormat(name);
  const hostile = {
    subject: 'a"b\n\u2028\u0000__proto__',
    because: "}\n{",
    details: { __proto__x: ["\r\n"] },
  };
  for (const index of [0, 7, 9_007_199_254_740_990]) {
    const line = format.line(logged(hostile, index), ORIGIN);
    expect(line).not.toMatch(/[\r\n]/);
    expect(format.indexIn(line)).toBe(index);
  }
  for (const other of ["", "{", "null", "[]", '{"index":-1}', '{"index":1.5}', '{"index":"1"}', '{"data":7}'])
    expect(format.indexIn(other)).toBeNull();
});

it("CloudEvents has what the specification requires", () => {
  const one = logged({ kind: "decision", subject: "aws_instance.web" });
  expect(JSON.parse(exportFormat("cloudevents").line(one, ORIGIN))).toEqual({
    specversion: "1.0",
    id: one.entry.id,
    source: "urn:trueup:log:trueup.local%2Ftest",
    type: "trueup.audit.decision",
    subject: "aws_instance.web",
    time: one.entry.time,
    datacontenttype: "application/json",
    sequence: "0000000000000007",
    data: { index: 7, leaf: one.leaf, entry: JSON.parse(one.text) },
  });
  const nothing = JSON.parse(exportFormat("cloudevents").line(logged({ subject: "" }), ORIGIN));
  expect(nothing).not.toHaveProperty("subject");
});

/** kind, answer → class, activity, and what the class requires (OCSF 1.6.0). */
const OCSF: readonly (readonly [
  kind: AuditEntry["kind"],
  answer: string | null,
  typeUid: number,
  requires: readonly string[],
])[] = [
  ["scan", "completed", 600702, ["scan"]],
  ["scan", "failed", 600706, ["scan"]],
  ["check", "deny", 200301, ["finding_info", "compliance"]],
  ["verdict", "violation", 200301, ["finding_info", "compliance"]],
  ["decision", "allow", 200301, ["finding_info", "compliance"]],
  ["decision", "applied", 200302, ["finding_info", "compliance"]],
  ["fail_open", "allow", 200301, ["finding_info", "compliance"]],
  ["finding", "resolved", 200303, ["finding_info", "compliance"]],
  ["baseline", "accepted", 200302, ["finding_info", "compliance"]],
  ["sign_in", "allowed", 300201, ["user", "service"]],
  ["sign_in", "signed_out", 300202, ["user", "service"]],
  ["account", "created", 300101, ["user"]],
  ["account", "disabled", 300105, ["user"]],
  ["role_binding", "granted", 300501, ["user", "privileges"]],
  ["role_binding", "revoked", 300502, ["user", "privileges"]],
  ["token", "created", 300401, ["entity"]],
  ["token", "revoked", 300404, ["entity"]],
  ["break_glass", "opened", 300401, ["entity"]],
  ["break_glass", "closed", 300404, ["entity"]],
  ["exception", "requested", 300401, ["entity"]],
  ["exception", "extended", 300403, ["entity"]],
  ["exception", "ended", 300404, ["entity"]],
  ["approval", "approved", 300403, ["entity"]],
  ["review", null, 300499, ["entity"]],
  ["workspace", "removed", 300404, ["entity"]],
  ["policy_loaded", "loaded", 300401, ["entity"]],
  ["tombstone", null, 100802, ["log_name"]],
];

it.each(OCSF)("OCSF: %s %s is %i", (kind, answer, typeUid, requires) => {
  const one = logged({ kind, answer });
  const event = JSON.parse(exportFormat("ocsf").line(one, ORIGIN));
  expect(event.type_uid).toBe(typeUid);
  expect(event.class_uid).toBe(Math.floor(typeUid / 100));
  expect(event.category_uid).toBe(Math.floor(event.class_uid / 1_000));
  expect(event.activity_id).toBe(typeUid % 100);
  expect(event.time).toBe(Date.parse(one.entry.time));
  expect([1, 2, 3, 4]).toContain(event.severity_id);
  expect(event.metadata).toMatchObject({ version: "1.6.0", product: { name: "Trueup" }, sequence: 7 });
  for (const member of requires) expect(event).toHaveProperty(member);
  expect(event.raw_data).toBe(one.text);
});

it.each([
  ["allow", 1],
  ["review", 2],
  ["deny", 3],
  ["violation", 3],
  ["something_new", 99],
  [null, 0],
])("OCSF: the answer %s is compliance status %i", (answer, status) => {
  const event = JSON.parse(exportFormat("ocsf").line(logged({ kind: "decision", answer }), ORIGIN));
  expect(event.compliance.status_id).toBe(status);
});
