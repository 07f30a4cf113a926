/** Where a workspace's code lies. */
export type WorkspaceSource =
  | {
      readonly kind: "directory";
      /** Absolute, or relative to the folder of the configuration. */
      readonly path: string;
    }
  | {
      readonly kind: "git";
      readonly url: string;
      /** `main`, `refs/heads/main`, `refs/tags/v1`; `null`: the remote's default branch. */
      readonly ref: string | null;
      /** Folder within the repository, `.` for its top. */
      readonly path: string;
    };

/** One variable of the tool's environment and where its value is taken from when a scan starts. Values are never kept. */
export type CredentialReference =
  | { readonly variable: string; readonly from: "env"; readonly name: string }
  | { readonly variable: string; readonly from: "file"; readonly path: string };

export interface WorkspaceSchedule {
  /** Five fields. */
  readonly cron: string;
  /** IANA name. */
  readonly timezone: string;
  /** Runs are spread over so many seconds, each workspace always at the same place. */
  readonly jitterSeconds: number;
}

/** What people say of a workspace: all that can be edited. */
export interface WorkspaceSettings {
  /** Names it in findings and in the record; unique. */
  readonly name: string;
  readonly source: WorkspaceSource;
  readonly tool: {
    readonly name: "tofu" | "terraform";
    /** Program to run; `null`: by its name. */
    readonly binary: string | null;
    /** `-var-file`, relative to the workspace's folder. */
    readonly varFiles: readonly string[];
    readonly timeoutSeconds: number;
  };
  /** For people: where its state is kept. */
  readonly backend: string | null;
  readonly credentials: readonly CredentialReference[];
  /** What policies and risk rules read: `env`, `team`. */
  readonly labels: Readonly<Record<string, string>>;
  readonly account: string | null;
  readonly owners: readonly string[];
  /** Globs; empty: those of the configuration, and where it has none the default branch alone. */
  readonly protectedRefs: readonly string[];
  readonly schedule: WorkspaceSchedule | null;
  readonly enabled: boolean;
}

/** One part of the estate that is planned, scanned and owned as one. */
export interface Workspace extends WorkspaceSettings {
  /** `wsp_` and 24 hexadecimal characters. */
  readonly id: string;
  /** Name of the discovery that found it; `null` for one that somebody added. */
  readonly discovery: string | null;
  /** RFC 3339: since when the discovery does not find it any more. */
  readonly missingSince: string | null;
  /** Grows with each edit; what `If-Match` compares. */
  readonly version: number;
  readonly createdAt: string;
  readonly changedAt: string;
}

export const WORKSPACE_DEFAULTS = {
  tool: { name: "tofu", binary: null, varFiles: [], timeoutSeconds: 600 },
  backend: null,
  credentials: [],
  labels: {},
  account: null,
  owners: [],
  protectedRefs: [],
  schedule: null,
  enabled: true,
} as const satisfies Omit<WorkspaceSettings, "name" | "source">;
