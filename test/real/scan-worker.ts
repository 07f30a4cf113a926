import { pino } from "pino";
import { openService, startWorker } from "../../src/app/service/index.ts";

/* A worker as a process of its own: `node --import tsx scan-worker.ts FOLDER`. Ends in order on SIGTERM. */

const [folder = "."] = process.argv.slice(2);
const stop = new AbortController();
const opened = await openService(
  {
    cwd: folder,
    variables: process.env,
    clock: { now: () => Date.now() },
    monotonic: () => performance.now(),
    onProgress: () => undefined,
    signal: stop.signal,
  },
  { logLevel: "info", logTo: pino.destination({ fd: 2, sync: true }), threads: 1 },
);
if (!opened.ok) throw new Error(opened.error.map(({ message }) => message).join("; "));
const worker = await startWorker(opened.value.service, { concurrency: 2, tickMs: 1_000 });
process.stdout.write("working\n");
process.once("SIGTERM", () => {
  void worker
    .stop(5_000)
    .then(() => opened.value.close())
    .then(() => process.exit(0));
});
