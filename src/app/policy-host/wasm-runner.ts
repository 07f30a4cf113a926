import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import { err, type Json, ok } from "../../base/index.ts";
import type { HostAnswer, WasmPolicy, WasmRun } from "../../judge/policy/index.ts";
import { WASM_WORKER } from "./wasm-worker.ts";

/** Optional, and loaded only by a set that needs it. */
const LIBRARY = "@open-policy-agent/opa-wasm";

/** Pages of 64 KiB: what one evaluation may take of memory. */
const MAX_PAGES = 8_192;

/** For a thread to start, load the policy and its data. */
const START_MS = 30_000;

type Told =
  | { readonly kind: "ready" }
  | { readonly kind: "done"; readonly text: string }
  | { readonly kind: "failed"; readonly message: string };

/** Where the library lies, `null` where it is not installed. */
export function wasmLibrary(): string | null {
  try {
    return createRequire(import.meta.url).resolve(LIBRARY);
  } catch {
    return null;
  }
}

/**
 * Runs one WebAssembly policy in a thread of its own, one document after the other. WebAssembly cannot be asked to stop: a
 * run that is too long, or that broke, ends with its thread, and the next one starts another.
 */
export class WasmRunner {
  private readonly policy: WasmPolicy;
  private worker: Worker | null = null;
  private last: Promise<unknown> = Promise.resolve();

  constructor(policy: WasmPolicy) {
    this.policy = policy;
  }

  run(request: WasmRun): Promise<HostAnswer> {
    const answer = this.last.then(() => this.runAlone(request));
    this.last = answer;
    return answer;
  }

  private async runAlone({ entrypoints, input, now, timeoutMs }: WasmRun): Promise<HostAnswer> {
    const library = wasmLibrary();
    if (library === null) return failure("opa_wasm_missing", `the package ${LIBRARY} is not installed`);
    if (this.worker === null) {
      const worker = startWorker(library, this.policy);
      const ready = await told(worker, START_MS);
      if (ready === null || ready.kind !== "ready") {
        end(worker);
        return failure("policy_bundle_invalid", `the bundle cannot be loaded: ${whyOf(ready)}`);
      }
      this.worker = worker;
    }
    const { worker } = this;
    worker.postMessage({ entrypoints, input, at: now });
    const done = await told(worker, timeoutMs);
    if (done !== null && done.kind === "done") {
      worker.unref();
      return ok(JSON.parse(done.text) as Json);
    }
    // What trapped may have left its memory in any state.
    this.worker = null;
    end(worker);
    return done === null
      ? failure("eval_cancel_error", `the policy did not end within ${timeoutMs} ms`)
      : failure("opa_wasm_failed", `the policy failed: ${whyOf(done)}`);
  }
}

function startWorker(library: string, { wasm, data }: WasmPolicy): Worker {
  return new Worker(WASM_WORKER, {
    eval: true,
    env: {},
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 512 },
    workerData: { library, wasm, data, maxPages: MAX_PAGES },
  });
}

/** The next thing that a thread tells; `null` when the time is over. A thread that died tells that it failed. */
function told(worker: Worker, timeoutMs: number): Promise<Told | null> {
  return new Promise((resolve) => {
    worker.ref();
    const timer = setTimeout(() => settled(null), timeoutMs);
    const onMessage = (message: Told): void => settled(message);
    const onError = (cause: Error): void => settled({ kind: "failed", message: cause.message });
    const onExit = (): void => settled({ kind: "failed", message: "its thread ended" });
    const settled = (outcome: Told | null): void => {
      clearTimeout(timer);
      worker.off("message", onMessage).off("error", onError).off("exit", onExit);
      resolve(outcome);
    };
    worker.once("message", onMessage).once("error", onError).once("exit", onExit);
  });
}

function end(worker: Worker): void {
  worker.unref();
  // Late news of a thread that is given up is nobody's.
  worker.on("error", () => {});
  void worker.terminate();
}

function whyOf(outcome: Told | null): string {
  return outcome === null
    ? "it took too long"
    : outcome.kind === "failed"
      ? outcome.message
      : "it said nothing of use";
}

function failure(code: string, message: string): HostAnswer {
  return err({ code, message });
}
