import { availableParallelism } from "node:os";
import { err, ok, type Problem, problem, type Result } from "../../../base/index.ts";
import type { PolicyFolder } from "../../load-policies.ts";
import type {
  DecideAnswer,
  DecideTask,
  JudgeAnswer,
  JudgeTask,
  ThreadAnswer,
  ThreadTask,
} from "./judge-task.ts";
import type { ThreadData } from "./judge-thread.ts";
import { type EndedReason, type Ran, threadPool } from "./thread-pool.ts";

export interface JudgePoolOptions {
  readonly folders: readonly PolicyFolder[];
  readonly riskRules: PolicyFolder | null;
  readonly estateKey: Uint8Array;
  readonly monotonic: () => number;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Default: one fewer than there are processors, at least one. */
  readonly threads?: number;
  /** Longest time of one judgement, in milliseconds. Default 15 s. */
  readonly runMs?: number;
  readonly waitMs?: number;
  readonly queue?: number;
  readonly heapMib?: number;
  readonly onEnded?: (reason: EndedReason) => void;
}

/**
 * Judges in threads that can be ended; the main loop runs no policy. Problems: `judge_unavailable` (too much to do, or stopping),
 * `judge_ended` (the policies looped or ate memory, and their thread was ended).
 */
export interface JudgePool {
  decide(task: DecideTask): Promise<Result<DecideAnswer, Problem>>;
  judge(task: JudgeTask): Promise<Result<JudgeAnswer, Problem>>;
  readonly state: { readonly threads: number; readonly running: number; readonly waiting: number };
  stop(): Promise<void>;
}

const DEFAULTS = { runMs: 15_000, waitMs: 10_000, queue: 10_000, heapMib: 512 } as const;
const MODULE = new URL(`./judge-thread${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url);

export function judgePool(options: JudgePoolOptions): JudgePool {
  const { folders, riskRules, estateKey, variables } = options;
  const pool = threadPool<ThreadTask, ThreadAnswer>({
    module: MODULE,
    workerData: { folders, riskRules, estateKey, variables: { ...variables } } satisfies ThreadData,
    threads: options.threads ?? Math.max(1, availableParallelism() - 1),
    queue: options.queue ?? DEFAULTS.queue,
    waitMs: options.waitMs ?? DEFAULTS.waitMs,
    runMs: options.runMs ?? DEFAULTS.runMs,
    heapMib: options.heapMib ?? DEFAULTS.heapMib,
    monotonic: options.monotonic,
    ...(options.onEnded === undefined ? {} : { onEnded: options.onEnded }),
  });
  return {
    async decide(task) {
      const answer = answerOf(await pool.run(task));
      if (!answer.ok) return answer;
      if (answer.value.kind === "decision") return ok(answer.value);
      return err(answer.value.kind === "problem" ? answer.value.problem : CONFUSED);
    },
    async judge(task) {
      const answer = answerOf(await pool.run(task));
      if (!answer.ok) return answer;
      if (answer.value.kind === "judgement") return ok(answer.value);
      return err(answer.value.kind === "problem" ? answer.value.problem : CONFUSED);
    },
    get state() {
      return pool.state;
    },
    stop: () => pool.stop(),
  };
}

function answerOf(ran: Ran<ThreadAnswer>): Result<ThreadAnswer, Problem> {
  if (ran.kind === "done") return ok(ran.value);
  if (ran.kind === "refused")
    return err(problem("judge_unavailable", REFUSED[ran.reason], { hint: "come again in a moment" }));
  return err(problem("judge_ended", ENDED[ran.reason](ran.message)));
}

const REFUSED = {
  full: "more is waiting to be judged than the server takes on",
  waited: "nobody was free to judge it in time",
  stopped: "the server is stopping",
} as const;

const ENDED: Readonly<Record<EndedReason, (message: string) => string>> = {
  time: () => "the policies did not come to an end in time, and their thread was ended",
  memory: () => "the policies wanted more memory than they have, and their thread was ended",
  crash: (message) => `the policies could not be run: ${message}`,
};

const CONFUSED = problem("judge_ended", "the judge answered another question");
