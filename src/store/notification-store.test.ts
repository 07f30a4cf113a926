import { afterAll, beforeAll, vi } from "vitest";
import { notificationContract } from "../testing/notification-contract.ts";
import { okValue, testOptions } from "../testing/record.ts";
import { openStore } from "./open-store.ts";
import type { Store } from "./store.ts";

// Starting PGlite takes seconds on an idle machine and can take a minute on a busy one; time decides nothing here.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

let store: Store;

beforeAll(async () => {
  store = okValue(await openStore("memory:", testOptions()));
});
afterAll(() => store.close());

notificationContract("memory:", async () => store.notifications);
