import { parentPort, workerData } from "node:worker_threads";
import { problemText } from "../../../base/index.ts";
import { loadPolicies, type PolicyFolder } from "../../load-policies.ts";
import type { ThreadAnswer, ThreadTask } from "./judge-task.ts";
import type { FromThread, ToThread } from "./thread-pool.ts";
import { type Equipment, judgeAndDecide, judgeFound } from "./work.ts";

/** What a thread is started with. */
export interface ThreadData {
  readonly folders: readonly PolicyFolder[];
  readonly riskRules: PolicyFolder | null;
  readonly estateKey: Uint8Array;
  /** Environment, for hosts of policies that name a credential by its variable. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** The thread's program: loads and compiles the policies, then judges one task after the other until it is ended. */
async function main(): Promise<void> {
  if (parentPort === null) throw new TypeError("the judge's thread was started as a program");
  const port = parentPort;
  const tell = (message: FromThread<ThreadAnswer>): void => port.postMessage(message);
  const data = workerData as ThreadData;
  const monotonic = (): number => performance.now();
  const loaded = await loadPolicies(data.folders, data.riskRules, { variables: data.variables, monotonic });
  if (!loaded.ok) {
    tell({ kind: "failed", task: null, message: loaded.error.map(problemText).join("; ") });
    return;
  }
  const equipment: Equipment = {
    ...loaded.value,
    estateKey: data.estateKey,
    monotonic,
  };
  // In order, one at a time: who is told to have ended the thread is then the one that did.
  let last: Promise<void> = Promise.resolve();
  port.on("message", ({ task, value }: ToThread<ThreadTask>) => {
    last = last
      .then(() => answer(value, equipment))
      .then(
        (done) => tell({ kind: "done", task, value: done }),
        (cause: unknown) =>
          tell({ kind: "failed", task, message: cause instanceof Error ? cause.message : String(cause) }),
      );
  });
  tell({ kind: "ready" });
}

async function answer(task: ThreadTask, equipment: Equipment): Promise<ThreadAnswer> {
  if (task.want === "judgement") return judgeFound(task, equipment);
  const decided = await judgeAndDecide(task, equipment);
  return decided.ok ? decided.value : { kind: "problem", problem: decided.error };
}

await main();
