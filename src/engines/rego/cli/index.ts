export { regoCommand } from "./command.ts";
export type { CommandOutput, RegoHost } from "./host.ts";
