export * from "./approvals.ts";
export * from "./break-glass.ts";
export { collectForGrants, proveByReading, type Seen } from "./collect.ts";
export { storedCovers } from "./covers.ts";
export type { Directory } from "./directory.ts";
export * from "./exceptions.ts";
export { type Expired, expireGovernance, remindOfExceptions } from "./expire.ts";
export type { Governing } from "./governing.ts";
export * from "./reviews.ts";
