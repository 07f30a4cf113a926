import type { z } from "zod";
import type { Json } from "../../src/base/index.ts";
import type { AuditList, FindingDetail, FindingList, RiskExplanation } from "../../src/cli/output/index.ts";
import type { AuditEntry, CheckReport, ScanReport } from "../../src/domain/index.ts";
import type {
  auditEntry,
  auditList,
  checkReport,
  findingDocument,
  findingList,
  riskExplanation,
  scanReport,
} from "./documents.ts";

/**
 * Holds the published schemas and the types of the program together: this file does not compile when one of them has a member,
 * an alternative or a null that the other has not.
 */
type Frozen<T> = [Json] extends [T] ? T : FrozenMembers<T>;

type FrozenMembers<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;

type Same<Schema, Type> = [Frozen<Schema>, Type] extends [Type, Frozen<Schema>] ? true : never;

export const SAME_TYPES: {
  readonly scan: Same<z.infer<typeof scanReport>, ScanReport>;
  readonly check: Same<z.infer<typeof checkReport>, CheckReport>;
  readonly finding: Same<z.infer<typeof findingDocument>, FindingDetail>;
  readonly findings: Same<z.infer<typeof findingList>, FindingList>;
  readonly risk: Same<z.infer<typeof riskExplanation>, RiskExplanation>;
  readonly audit: Same<z.infer<typeof auditEntry>, AuditEntry>;
  readonly auditList: Same<z.infer<typeof auditList>, AuditList>;
} = { scan: true, check: true, finding: true, findings: true, risk: true, audit: true, auditList: true };
