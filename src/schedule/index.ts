export { checkCron, jitterOf, nextRun } from "./next-run.ts";
export type * from "./ports.ts";
