import { governance } from "../../app/service/index.ts";
import type { Route } from "../route.ts";
import { accountRoutes } from "./accounts.ts";
import { approvalRoutes } from "./approvals.ts";
import { auditRoutes } from "./audit.ts";
import { breakglassRoutes } from "./breakglass.ts";
import { decisionRoutes } from "./decisions.ts";
import { exceptionRoutes } from "./exceptions.ts";
import { exportRoutes } from "./exports.ts";
import { findingRoutes } from "./findings.ts";
import { notificationRoutes } from "./notifications.ts";
import { policyRoutes } from "./policies.ts";
import { reviewRoutes } from "./reviews.ts";
import { scanRoutes } from "./scans.ts";
import { scheduleRoutes } from "./schedules.ts";
import { tokenRoutes } from "./tokens.ts";
import { workspaceRoutes } from "./workspaces.ts";

const { directoryOf } = governance;

/** Every route of the server, one list a file. A route that is not here does not exist. */
export const routes: readonly Route[] = [
  ...accountRoutes,
  ...auditRoutes,
  ...decisionRoutes,
  ...exportRoutes,
  ...findingRoutes,
  ...policyRoutes,
  ...notificationRoutes,
  ...scanRoutes,
  ...scheduleRoutes,
  ...breakglassRoutes(directoryOf),
  ...exceptionRoutes(directoryOf),
  ...approvalRoutes(directoryOf),
  ...reviewRoutes(directoryOf),
  ...tokenRoutes,
  ...workspaceRoutes,
];
