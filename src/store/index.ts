export { type OpenOptions, openStore } from "./open-store.ts";
export type { PrunableStart, Retention } from "./retention.ts";
export type { Durability, Store } from "./store.ts";
