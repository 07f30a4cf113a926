export { agreeToGrant, endGrant, markReviewed, noteWorst, reopenReview } from "./change-grant.ts";
export { type Collected, collectChange, collectEvent } from "./collect.ts";
export { type OpenContext, type OpenRequest, openGrant } from "./open-grant.ts";
export type * from "./ports.ts";
export { coverOfGrant, grantEnd, grantStatus, isReviewOverdue, needsReview, reviewDue } from "./status.ts";
