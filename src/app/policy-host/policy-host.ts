import type { PolicyHost, WasmPolicy } from "../../judge/policy/index.ts";
import type { Variables } from "../config/index.ts";
import { Circuit } from "./circuit.ts";
import { sendHttp } from "./http-send.ts";
import { askOpaServer } from "./opa-server.ts";
import { WasmRunner } from "./wasm-runner.ts";

/** What a set may reach, and where its manifest finds what it names. */
export interface Grant {
  /** The set's folder, absolute. */
  readonly folder: string;
  /** `host` or `host:port`, from `trueup.yaml`. */
  readonly hosts: readonly string[];
  readonly variables: Variables;
  readonly monotonic: () => number;
}

/** The host of one policy set. Nothing is opened before something is asked. */
export function policyHost(grant: Grant): PolicyHost {
  const circuit = new Circuit(grant.monotonic);
  const runners = new WeakMap<WasmPolicy, WasmRunner>();
  const runnerOf = (policy: WasmPolicy): WasmRunner => {
    const runner = runners.get(policy) ?? new WasmRunner(policy);
    runners.set(policy, runner);
    return runner;
  };
  return {
    hosts: grant.hosts,
    perform(request) {
      switch (request.kind) {
        case "opa_query":
          return askOpaServer(request, { ...grant, circuit });
        case "http_send":
          return sendHttp(request, grant.hosts);
        case "wasm_run":
          return runnerOf(request.policy).run(request);
      }
    },
  };
}
