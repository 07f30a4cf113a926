export {
  type DocumentKind,
  decodeDocument,
  emptyDocument,
  findUnsound,
  MAX_DEPTH,
  parseDocument,
  type Unsound,
  unsoundProblem,
} from "./document.ts";
export { findJsonFault, type JsonFault, lineAndColumn } from "./json-fault.ts";
