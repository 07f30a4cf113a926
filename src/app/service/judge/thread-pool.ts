import { Worker, type WorkerOptions } from "node:worker_threads";

export interface PoolOptions {
  /** Module of the thread: it answers each {@link ToThread} by one {@link FromThread}, in order, after a first `ready`. */
  readonly module: URL;
  readonly workerData: unknown;
  /** Most threads at once. One is kept; the others come when there is work and go when there is none. */
  readonly threads: number;
  /** Most tasks that wait. */
  readonly queue: number;
  /** Longest time that a task may wait for its turn, in milliseconds. */
  readonly waitMs: number;
  /** Longest time that a task may take, in milliseconds; then its thread is ended. */
  readonly runMs: number;
  /** Heap of one thread in MiB; a task that wants more ends its thread. */
  readonly heapMib: number;
  /** Monotonic milliseconds. */
  readonly monotonic: () => number;
  readonly onEnded?: (reason: EndedReason) => void;
}

export interface ToThread<Task> {
  readonly task: number;
  readonly value: Task;
}

export type FromThread<Answer> =
  | { readonly kind: "ready" }
  | { readonly kind: "done"; readonly task: number; readonly value: Answer }
  /** The thread's own program failed: a bug, told to whoever asked. */
  | { readonly kind: "failed"; readonly task: number | null; readonly message: string };

export type EndedReason = "time" | "memory" | "crash";

export type Ran<Answer> =
  | { readonly kind: "done"; readonly value: Answer }
  /** The task ended its thread, or its thread ended it. */
  | { readonly kind: "ended"; readonly reason: EndedReason; readonly message: string }
  /** It was never begun. */
  | { readonly kind: "refused"; readonly reason: "full" | "waited" | "stopped" };

export interface ThreadPool<Task, Answer> {
  run(value: Task, transfer?: readonly ArrayBuffer[]): Promise<Ran<Answer>>;
  /** `threads`: those that are ready to work. */
  readonly state: { readonly threads: number; readonly running: number; readonly waiting: number };
  /** Lets running tasks end, refuses waiting ones. */
  stop(): Promise<void>;
}

interface Job<Task, Answer> {
  readonly value: Task;
  readonly transfer: readonly ArrayBuffer[];
  readonly since: number;
  readonly settle: (ran: Ran<Answer>) => void;
}

interface Thread<Task, Answer> {
  readonly worker: Worker;
  ready: boolean;
  /** Sent and not yet answered, in order; the first one is being worked on. */
  readonly sent: Map<number, Job<Task, Answer>>;
  /** When the first of `sent` began, as far as this side knows. */
  begun: number;
  idleSince: number;
  ending: EndedReason | null;
}

/** Tasks sent ahead to a busy thread: the next one begins while this side is still told of the last. */
const AHEAD = 3;
const LOOK_MS = 25;
const IDLE_MS = 60_000;
const RETRY_MS = 2_000;

/**
 * Threads that can be ended. A task that loops or eats memory takes its thread with it and nothing else: what was sent ahead to
 * that thread goes to another one.
 */
export function threadPool<Task, Answer>(options: PoolOptions): ThreadPool<Task, Answer> {
  const { monotonic } = options;
  const threads = new Set<Thread<Task, Answer>>();
  const waiting: Job<Task, Answer>[] = [];
  let stopping = false;
  let lastTask = 0;
  let watch: NodeJS.Timeout | null = null;

  function start(): void {
    const worker = openThread(options.module, {
      workerData: options.workerData,
      resourceLimits: { maxOldGenerationSizeMb: options.heapMib, stackSizeMb: 4 },
      env: {},
    });
    const thread: Thread<Task, Answer> = {
      worker,
      ready: false,
      sent: new Map(),
      begun: monotonic(),
      idleSince: monotonic(),
      ending: null,
    };
    threads.add(thread);
    worker.on("message", (message: FromThread<Answer>) => receive(thread, message));
    worker.on("error", (fault: Error & { code?: string }) => {
      gone(thread, fault.code === "ERR_WORKER_OUT_OF_MEMORY" ? "memory" : "crash", fault.message);
    });
    worker.on("exit", () => gone(thread, "crash", "the thread ended by itself"));
    worker.unref();
  }

  function receive(thread: Thread<Task, Answer>, message: FromThread<Answer>): void {
    if (message.kind === "ready") {
      thread.ready = true;
      pump();
      return;
    }
    if (message.kind === "failed" && message.task === null) {
      gone(thread, "crash", message.message);
      return;
    }
    const job = thread.sent.get(message.task ?? -1);
    thread.sent.delete(message.task ?? -1);
    thread.begun = monotonic();
    thread.idleSince = thread.begun;
    if (message.kind === "done") job?.settle({ kind: "done", value: message.value });
    else job?.settle({ kind: "ended", reason: "crash", message: message.message });
    pump();
  }

  function gone(thread: Thread<Task, Answer>, reason: EndedReason, message: string): void {
    if (!threads.delete(thread)) return;
    void thread.worker.terminate();
    const because = thread.ending ?? reason;
    const [guilty, ...others] = thread.sent.values();
    if (guilty !== undefined || !thread.ready) options.onEnded?.(because);
    guilty?.settle({ kind: "ended", reason: because, message });
    waiting.unshift(...others);
    // A thread that never got ready would be started again and again: whoever waits is told instead.
    if (!thread.ready)
      while (waiting.length > 0) waiting.shift()?.settle({ kind: "ended", reason: because, message });
    pump();
    // One is kept; after a failed start not at once, so that a broken set does not keep a processor busy.
    if (threads.size === 0) setTimeout(keepOne, thread.ready ? 0 : RETRY_MS).unref();
  }

  function keepOne(): void {
    if (threads.size === 0 && !stopping) start();
  }

  function pump(): void {
    while (waiting.length > 0) {
      const thread = freest(threads);
      const idle = thread !== null && thread.sent.size === 0;
      if (!idle && threads.size < options.threads && !stopping) {
        if (![...threads].some(({ ready }) => !ready)) start();
      }
      if (thread === null || thread.sent.size >= AHEAD) break;
      send(thread, waiting.shift() as Job<Task, Answer>);
    }
    if ((waiting.length > 0 || busy()) && watch === null) watch = setInterval(look, LOOK_MS).unref();
  }

  function send(thread: Thread<Task, Answer>, job: Job<Task, Answer>): void {
    const task = ++lastTask;
    if (thread.sent.size === 0) thread.begun = monotonic();
    thread.sent.set(task, job);
    // A running task keeps the process alive; an idle pool does not.
    thread.worker.postMessage({ task, value: job.value } satisfies ToThread<Task>, [...job.transfer]);
  }

  const busy = (): boolean => [...threads].some(({ sent }) => sent.size > 0);

  /** Ends what takes too long, refuses what waited too long, lets go of what is idle. */
  function look(): void {
    const now = monotonic();
    while (waiting[0] !== undefined && now - waiting[0].since > options.waitMs) {
      waiting.shift()?.settle({ kind: "refused", reason: "waited" });
    }
    for (const thread of threads) {
      if (thread.sent.size > 0 && now - thread.begun > options.runMs) {
        thread.ending = "time";
        gone(thread, "time", `it took longer than ${options.runMs} ms`);
      } else if (
        thread.sent.size === 0 &&
        thread.ready &&
        threads.size > 1 &&
        now - thread.idleSince > IDLE_MS
      ) {
        threads.delete(thread);
        void thread.worker.terminate();
      }
    }
    if (waiting.length === 0 && !busy() && threads.size <= 1 && watch !== null) {
      clearInterval(watch);
      watch = null;
    }
  }

  start();
  return {
    run(value, transfer = []) {
      if (stopping) return Promise.resolve({ kind: "refused", reason: "stopped" });
      if (waiting.length >= options.queue) return Promise.resolve({ kind: "refused", reason: "full" });
      return new Promise((settle) => {
        waiting.push({ value, transfer, since: monotonic(), settle });
        if (threads.size === 0) start();
        pump();
      });
    },
    get state() {
      let running = 0;
      let ready = 0;
      for (const thread of threads) {
        running += thread.sent.size;
        if (thread.ready) ready += 1;
      }
      return { threads: ready, running, waiting: waiting.length };
    },
    async stop() {
      stopping = true;
      for (const job of waiting.splice(0)) job.settle({ kind: "refused", reason: "stopped" });
      while (busy()) await new Promise((resolve) => setTimeout(resolve, 5));
      if (watch !== null) clearInterval(watch);
      await Promise.all([...threads].map(({ worker }) => worker.terminate()));
      threads.clear();
    },
  };
}

/** Sources run through a loader, which a thread does not inherit: it registers one itself. Built code needs none. */
function openThread(module: URL, options: WorkerOptions): Worker {
  if (!module.pathname.endsWith(".ts")) return new Worker(module, options);
  const start = `import("tsx/esm/api").then((tsx) => { tsx.register(); return import(${JSON.stringify(module.href)}); })`;
  return new Worker(start, { ...options, eval: true });
}

function freest<Task, Answer>(threads: ReadonlySet<Thread<Task, Answer>>): Thread<Task, Answer> | null {
  let best: Thread<Task, Answer> | null = null;
  for (const thread of threads) {
    if (thread.ready && (best === null || thread.sent.size < best.sent.size)) best = thread;
  }
  return best;
}
