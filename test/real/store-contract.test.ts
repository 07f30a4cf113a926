import { decisionContract } from "../../src/testing/decision-contract.ts";
import { exportCursorsContract } from "../../src/testing/export-cursors-contract.ts";
import { findingPagesContract } from "../../src/testing/finding-pages-contract.ts";
import { governContract } from "../../src/testing/govern-contract.ts";
import { notificationContract } from "../../src/testing/notification-contract.ts";
import { retentionContract } from "../../src/testing/retention-contract.ts";
import { storeContract } from "../../src/testing/store-contract.ts";
import { forEachStore, REAL_STORES } from "../../src/testing/stores.ts";

/* Every contract suite of the store once more, on real servers. */

forEachStore("the store", storeContract, REAL_STORES);
forEachStore(
  "the outbox",
  (store) => notificationContract("the store", async () => store().notifications),
  REAL_STORES,
);
forEachStore("cursors of exports", exportCursorsContract, REAL_STORES);
forEachStore("decisions", decisionContract, REAL_STORES);
forEachStore("pages of findings", findingPagesContract, REAL_STORES);
forEachStore("retention", retentionContract, REAL_STORES, { partitionEntries: 4 });
forEachStore("governance", governContract, REAL_STORES);
