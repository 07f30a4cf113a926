import { randomBytes } from "node:crypto";
import { hexOfJob, jobIdOf } from "../../../schedule/index.ts";

/** A job and the scan that it records: the scan's id is known before the first try, and the same in every later one. */
export function newScanJob(): { readonly job: string; readonly scan: string } {
  const hex = randomBytes(12).toString("hex");
  return { job: jobIdOf(hex), scan: `scn_${hex}` };
}

export function scanOfJob(job: string): string {
  return `scn_${hexOfJob(job)}`;
}

export function jobOfScan(scan: string): string {
  return jobIdOf(scan.slice("scn_".length));
}

/** The runs of a workspace share one key: never two at once. */
export function scanKey(workspace: string): string {
  return `workspace:${workspace}`;
}
