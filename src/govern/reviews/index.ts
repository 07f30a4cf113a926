export { changeItem, gatherItems, type Standing } from "./gather.ts";
export type * from "./ports.ts";
export { reviewReport } from "./report.ts";
export {
  addItems,
  type Choice,
  closeReview,
  decideItem,
  type NewReview,
  openReview,
  proveItem,
  reviewStatus,
} from "./review.ts";
