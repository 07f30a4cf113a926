import type { Store } from "../store/index.ts";
import { approvalContract } from "./approval-contract.ts";
import { exceptionContract } from "./exception-contract.ts";
import { governedWorld } from "./governed-world.ts";
import { grantContract } from "./grant-contract.ts";

/** Everything that governance promises, and every way around it that it refuses, over one store. */
export function governContract(current: () => Store): void {
  const world = governedWorld(current);
  grantContract(world);
  exceptionContract(world);
  approvalContract(world);
}
