import type { Problem, Result } from "../../base/index.ts";
import type { Principal } from "../../domain/index.ts";
import type { Service } from "./service.ts";

type Action<Request, Value> = (
  service: Service,
  principal: Principal,
  request: Request,
) => Promise<Result<Value, Problem>>;

/** Loaded when it is first run: a command line that never serves pays for none of it. */
function lazy<Request, Value>(load: () => Promise<Action<Request, Value>>): Action<Request, Value> {
  let loaded: Action<Request, Value> | null = null;
  return async (service, principal, request) => {
    loaded ??= await load();
    return loaded(service, principal, request);
  };
}

/** What a server can be asked to do, besides what other rooms of the service bring along themselves. */
export const serverActions = {
  decideChange: lazy(async () => (await import("./decisions/decide-change.ts")).decideChange),
  reportApplied: lazy(async () => (await import("./decisions/report-applied.ts")).reportApplied),
} as const;
