export {
  type DocumentKind,
  decodeDocument,
  emptyDocument,
  findUnsound,
  foreignFormat,
  MAX_DEPTH,
  mayHoldBrokenText,
  parseDocument,
  parseJsonText,
  type Unsound,
  unsoundProblem,
} from "./document.ts";
export { findJsonFault, type JsonFault, lineAndColumn } from "./json-fault.ts";
export { type LogRecord, type LogRecords, readRecords } from "./records.ts";
