import type { Route } from "../route.ts";
import { auditRoutes } from "./audit.ts";
import { decisionRoutes } from "./decisions.ts";
import { exportRoutes } from "./exports.ts";
import { findingRoutes } from "./findings.ts";
import { notificationRoutes } from "./notifications.ts";
import { policyRoutes } from "./policies.ts";
import { scanRoutes } from "./scans.ts";
import { scheduleRoutes } from "./schedules.ts";
import { workspaceRoutes } from "./workspaces.ts";

/** Every route of the server, one list a file. A route that is not here does not exist. */
export const routes: readonly Route[] = [
  ...auditRoutes,
  ...decisionRoutes,
  ...exportRoutes,
  ...findingRoutes,
  ...policyRoutes,
  ...notificationRoutes,
  ...scanRoutes,
  ...scheduleRoutes,
  ...workspaceRoutes,
];
