export { CHECKLIST, type ChecklistItem } from "./checklist.ts";
export {
  OUTCOMES,
  type PlacedEntry,
  type ReconciledChange,
  type ReconciledOutcome,
  type Reconciliation,
  reconcile,
} from "./reconcile.ts";
