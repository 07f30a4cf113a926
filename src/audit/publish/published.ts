import type { Problem, Result } from "../../base/index.ts";
import type { Checkpoint } from "../../domain/index.ts";

/** Where a checkpoint now stands, for people: a path, a commit, an address. */
export interface Published {
  readonly where: string;
}

/** Carries a checkpoint to a place that the log's owner cannot rewrite alone. What it is worth depends on that place. */
export type Publish = (checkpoint: Checkpoint) => Promise<Result<Published, Problem>>;

/** File name of a checkpoint: the log's identity made harmless, and the size with leading zeroes so that names sort. */
export function checkpointFileName(checkpoint: Pick<Checkpoint, "origin" | "size">): string {
  const log = checkpoint.origin
    .replace(/[^A-Za-z0-9-]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 80);
  return `${log}.${String(checkpoint.size).padStart(12, "0")}.checkpoint`;
}
