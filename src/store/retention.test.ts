import { retentionContract } from "../testing/retention-contract.ts";
import { forEachStore, UNIT_STORES } from "../testing/stores.ts";

forEachStore("retention", retentionContract, UNIT_STORES, { partitionEntries: 4 });
