export { changeItem, gatherItems, isCoveredBy, type Standing } from "./gather.ts";
export type * from "./ports.ts";
export { reviewReport } from "./report.ts";
export {
  addItems,
  CHOICES,
  type Choice,
  closeReview,
  decideItem,
  mustDecide,
  type NewReview,
  openReview,
  proveItem,
  reviewStatus,
} from "./review.ts";
