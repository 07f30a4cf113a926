export { fromHex, toHex } from "./encoding.ts";
export {
  openNote,
  parseTreeHead,
  parseVerifierKey,
  type TreeHead,
  type VerifierKey,
  type VerifySignature,
} from "./note.ts";
export type { Fault, FaultCode, VerifyReport } from "./report.ts";
export { provesConsistency, provesInclusion } from "./tree.ts";
export { type VerifyInput, verifyExport } from "./verify-export.ts";
