import type { PointSettings, RiskClass } from "../../domain/index.ts";
import { DEFAULT_DUE_RULES } from "../../govern/findings/index.ts";
import type { PolicyPlace } from "./config.ts";

/** What holds where `trueup.yaml` says nothing. The only place for it; the strictest choice wherever one is about safety. */
export const DEFAULTS = {
  workspace: "default",
  timeoutMs: 10 * 60_000,
  policies: [{ kind: "shipped", set: "starter" }] satisfies readonly PolicyPlace[] as readonly PolicyPlace[],
  letThrough: ["low", "medium", "high", "critical"] satisfies readonly RiskClass[] as readonly RiskClass[],
  point: {
    action: "deny",
    failMode: "closed",
    offersApproval: false,
    onReview: "require_approval",
  } satisfies Omit<PointSettings, "point"> as Omit<PointSettings, "point">,
  due: DEFAULT_DUE_RULES,
  store: "pglite:.trueup",
  retention: {
    findingsMs: 365 * 86_400_000,
    scanResultsMs: 90 * 86_400_000,
    decisionsMs: 400 * 86_400_000,
    notificationsMs: 90 * 86_400_000,
  },
} as const;
