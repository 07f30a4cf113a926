import { jobQueueContract } from "../testing/job-queue-contract.ts";
import { forEachPlace } from "../testing/stores.ts";

forEachPlace("the job queue", jobQueueContract);
