export { TYPES_BY_ACTION } from "./action-types.ts";
export { type CloudTrailReading, readCloudTrail } from "./read.ts";
