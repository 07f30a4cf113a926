export { checkCron, jitterOf, nextRun } from "./next-run.ts";
export type * from "./ports.ts";
export { hexOfJob, JOB_KINDS, jobIdOf } from "./ports.ts";
