import type { Terminal } from "./terminal.ts";

/** What a command is given besides its own options. */
export interface Invocation {
  readonly terminal: Terminal;
  readonly configFile: string | undefined;
  readonly signal: AbortSignal;
}
