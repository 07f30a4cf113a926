export { grantsFor } from "./grants.ts";
export { type OpenOptions, openStore } from "./open-store.ts";
export { restoreStore } from "./restore.ts";
export type { PrunableStart, Retention } from "./retention.ts";
export type { Durability, Store } from "./store.ts";
