import type {
  EnforcementPoint,
  Environment,
  ExceptionCover,
  PointSettings,
  RiskClass,
} from "../../domain/index.ts";
import type { DueRules, OwnerRule } from "../../govern/findings/index.ts";
import type { NotificationSettings } from "../../notify/index.ts";
import type { SecretPathRule } from "../../observe/changes/index.ts";
import type { ExportSettings } from "./exports.ts";
import type { GovernanceConfig } from "./governance.ts";
import type { IdentitySettings } from "./identity.ts";

/** A valid configuration. Paths are as written: relative ones are relative to the folder of the file. */
export interface Config {
  readonly environment: Environment;
  readonly source: TofuSource | null;
  readonly events: readonly EventFile[];
  readonly pipeline: {
    /** Globs over principals. */
    readonly identities: readonly string[];
    /** Globs over git refs. */
    readonly protectedRefs: readonly string[];
  };
  readonly policies: readonly PolicyPlace[];
  readonly risk: { readonly rules: string | null; readonly letThrough: readonly RiskClass[] };
  readonly points: Readonly<Record<Exclude<EnforcementPoint, "scan">, PointSettings>>;
  /** Always unverified: nobody vouches for a file on this machine. */
  readonly exceptions: readonly ExceptionCover[];
  readonly exceptionsFile: string | null;
  readonly owners: readonly OwnerRule[];
  readonly due: DueRules;
  readonly secretPaths: readonly SecretPathRule[];
  readonly governance: GovernanceConfig;
  readonly notifications: NotificationSettings;
  readonly exports: readonly ExportSettings[];
  readonly identity: IdentitySettings;
  readonly store: string;
  /** How long each class of data is kept, in milliseconds. The record is kept until somebody prunes it. */
  readonly retention: {
    readonly findingsMs: number;
    readonly scanResultsMs: number;
    readonly decisionsMs: number;
    readonly notificationsMs: number;
  };
  /** Where workspaces are looked for when a worker starts. */
  readonly workspaces: readonly WorkspaceRule[];
  readonly audit: { readonly key: string | null; readonly publish: readonly CheckpointPlace[] };
}

/** Folders of a tree that are workspaces, and what they start with. */
export interface WorkspaceRule {
  readonly name: string;
  readonly source:
    | { readonly kind: "directory"; readonly path: string }
    | { readonly kind: "git"; readonly url: string; readonly ref: string | null; readonly path: string };
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly account: string | null;
  readonly owners: readonly string[];
  readonly schedule: { readonly cron: string; readonly timezone: string } | null;
}

export interface TofuSource {
  readonly name: "tofu";
  readonly from: { readonly kind: "dir" | "plan" | "state"; readonly path: string };
  /** `null`: `tofu`, else `terraform`. */
  readonly binary: string | null;
  readonly timeoutMs: number;
}

export interface EventFile {
  readonly kind: "cloudtrail" | "kubernetes-audit";
  readonly path: string;
}

export type PolicyPlace =
  | {
      readonly kind: "path";
      readonly path: string;
      readonly name: string | null;
      /** `host` or `host:port` that the set may reach; none by default. */
      readonly hosts: readonly string[];
    }
  | { readonly kind: "shipped"; readonly set: "starter" };

export type CheckpointPlace =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "git"; readonly path: string }
  | { readonly kind: "webhook"; readonly url: string };
