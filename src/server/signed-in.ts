import type { Principal } from "../domain/index.ts";

/** Who asks, on a route that is not public: the dispatcher lets nobody else through. */
export function callerOf({ principal }: { readonly principal: Principal | null }): Principal {
  if (principal === null) throw new TypeError("the route is not public, and nobody asks");
  return principal;
}
