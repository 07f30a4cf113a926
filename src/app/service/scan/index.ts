export { runScanJob } from "./run-scan.ts";
export { reconcileSchedules } from "./schedule-scans.ts";
export { cancelScan, scanAccountSoon, startScan } from "./start-scan.ts";
export { type RunningWorker, startWorker, type WorkerOptions } from "./worker.ts";
export type { ScanSurroundings } from "./workspace-place.ts";
export {
  addWorkspace,
  changeWorkspace,
  type Discovered,
  type DiscoverRequest,
  discoverAll,
  removeWorkspace,
} from "./workspaces.ts";
