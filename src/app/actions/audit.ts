import { readFile } from "node:fs/promises";
import type { LoggedEntry } from "../../audit/index.ts";
import { exportLog, importFileLog } from "../../audit/index.ts";
import { err, ok, type Problem, type Result } from "../../base/index.ts";
import { type AppOptions, openSession } from "../session.ts";

export interface AuditPage {
  /** Entries in the whole log. */
  readonly size: number;
  /** The latest ones, oldest first. */
  readonly entries: readonly LoggedEntry[];
}
