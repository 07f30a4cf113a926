/**
 * The dependency rule of ARCHITECTURE.md as data. A room is the longest listed folder that holds a file.
 * Every room may import itself; `base` and `domain` are open to all but the engines.
 */
export interface Room {
  /** Folder below `src/`, without a slash at its end. `*` stands for one folder name: siblings never import each other. */
  readonly folder: string;
  /** Rooms it may enter, by their `index.ts` only (or by the file named). */
  readonly mayEnter: readonly string[];
  /** No `node:*`, no system clock, no await. */
  readonly pure?: boolean;
  /** Subfolders to which purity does not extend, with the reason. */
  readonly impureFolders?: readonly string[];
  /** The room that it belongs to: both know each other's inside, but what it may enter is its own. */
  readonly partOf?: string;
  /** May it import packages of the registry? `false` for engines outside of their built-ins. */
  readonly packages?: boolean;
}

const OPEN = ["base", "domain"] as const;
const STATE_PORTS = [
  "govern/findings/ports.ts",
  "govern/exceptions/ports.ts",
  "govern/breakglass/ports.ts",
  "govern/approvals/ports.ts",
  "govern/decisions/ports.ts",
  "govern/reviews/ports.ts",
  "authority/ports.ts",
  "workspaces/ports.ts",
  "schedule/ports.ts",
  "notify/ports.ts",
  "audit/ports.ts",
  "server/ports.ts",
] as const;
const ABOVE_APP = ["app", ...OPEN] as const;

export const ROOMS: readonly Room[] = [
  { folder: "base", mayEnter: [] },
  { folder: "domain", mayEnter: ["base"], pure: true },
  {
    folder: "engines/*",
    mayEnter: [],
    pure: true,
    // Cryptography and libraries live with the functions that policies call; the Sentinel test runner reads test folders.
    impureFolders: ["builtins", "imports", "bundle", "host"],
    packages: false,
  },
  // Two small rooms that every reader needs: what a secret is, and how to read a hostile document (ADR 2).
  { folder: "observe/secrets", mayEnter: [...OPEN], pure: true },
  { folder: "observe/documents", mayEnter: [...OPEN] },
  { folder: "observe/sources/*", mayEnter: [...OPEN, "observe/secrets", "observe/documents"] },
  { folder: "observe/changes", mayEnter: [...OPEN, "observe/secrets"], pure: true },
  { folder: "judge/risk", mayEnter: [...OPEN], pure: true },
  { folder: "judge/policy", mayEnter: [...OPEN] },
  {
    folder: "judge/policy/adapters",
    mayEnter: [...OPEN, "engines/rego", "engines/rego/bundle/index.ts", "engines/sentinel"],
    partOf: "judge/policy",
  },
  { folder: "judge/verdict", mayEnter: [...OPEN], pure: true },
  { folder: "govern/*", mayEnter: [...OPEN] },
  { folder: "enforce/*", mayEnter: [...OPEN] },
  { folder: "resolve/*", mayEnter: [...OPEN] },
  { folder: "audit", mayEnter: [...OPEN] },
  { folder: "audit/verify", mayEnter: [...OPEN], pure: true },
  { folder: "store", mayEnter: [...OPEN, "audit", "authority", ...STATE_PORTS] },
  { folder: "notify", mayEnter: [...OPEN] },
  // Who may do what (pure), the estate's workspaces, and when things run.
  { folder: "authority", mayEnter: [...OPEN], pure: true },
  { folder: "workspaces", mayEnter: [...OPEN] },
  { folder: "schedule", mayEnter: [...OPEN] },
  { folder: "app", mayEnter: ["*"] },
  // What a server runs on is apart from what the command line bundles.
  { folder: "server", mayEnter: [...ABOVE_APP, "app/service/index.ts"] },
  // `trueup rego` and `trueup sentinel` are the engines on the command line, with nothing in between (ADR 6).
  { folder: "cli", mayEnter: [...ABOVE_APP, "server", "engines/rego/cli/index.ts", "engines/sentinel"] },
  { folder: "testing", mayEnter: ["*"] },
];

/** Folders of which nobody but `app` and tests may know. */
export const APP_ONLY = ["app", "server", "cli"] as const;
