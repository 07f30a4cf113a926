/**
 * The authority under which a change is made. `verified`: a CI job token or a signed webhook that the server checked;
 * environment variables alone never verify. `approved`: verified, and the commit is on a protected ref or the changes have an Approval.
 */
export interface PipelineRef {
  readonly run: string;
  readonly commit: string | null;
  readonly ref: string | null;
  readonly verified: boolean;
  readonly approved: boolean;
}

/** A run of CI as recorded: what it was let do, and when it did it. */
export interface PipelineRun extends PipelineRef {
  readonly workspace: string;
  /** Principal under which the run acts at the platform; matched against an observed change's actor. */
  readonly identity: string | null;
  readonly decision: string | null;
  /** RFC 3339, `null` while not applied. */
  readonly appliedAt: string | null;
  /** Digests of the changes that the recorded Decision let through. */
  readonly changeDigests: readonly string[];
}
