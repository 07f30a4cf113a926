import type { Logger } from "pino";
import type { Clock, Problem, Result } from "../../base/index.ts";
import type { Cover } from "../../domain/index.ts";
import type { Store } from "../../store/index.ts";
import type { Config } from "../config/index.ts";
import type { Directory } from "./govern/directory.ts";
import type { LiveBus, LiveChange } from "./live-bus.ts";
import type { PolicyKeeper } from "./policy-keeper.ts";
import type { Tally } from "./tally.ts";

/** Everything that a running server or worker holds: made once by `openService`, handed to every use case. */
export interface Service {
  readonly config: Config;
  /** Folder that relative paths of the configuration mean, absolute. */
  readonly root: string;
  readonly clock: Clock;
  /** Monotonic milliseconds. */
  readonly monotonic: () => number;
  readonly store: Store;
  readonly estateKey: Uint8Array;
  /** C2SP verifier key of the record. */
  readonly auditKey: string;
  readonly log: Logger;
  readonly policies: PolicyKeeper;
  /** Every cover that there is, live or not: `combine` decides which one holds. */
  covers(): Promise<Result<readonly Cover[], Problem>>;
  /** Who may do what now; `null` where this machine's own user is all there is. */
  readonly directory: Directory | null;
  readonly live: LiveBus;
  readonly tally: Tally;
  /** Tells the screens that something changed; called after the transaction is through. */
  changed(change: LiveChange): void;
}
