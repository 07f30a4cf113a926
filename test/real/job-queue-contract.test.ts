import { jobQueueContract } from "../../src/testing/job-queue-contract.ts";
import { forEachPlace, forEachStore, REAL_STORES } from "../../src/testing/stores.ts";
import { workspaceContract } from "../../src/testing/workspace-contract.ts";

/* The queue's contract, and that of workspaces and runs, once more on real servers. */

forEachPlace("the job queue", jobQueueContract, REAL_STORES);
forEachStore("workspaces", workspaceContract, REAL_STORES);
