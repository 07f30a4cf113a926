import { storeContract } from "../testing/store-contract.ts";
import { forEachStore } from "../testing/stores.ts";

forEachStore("the store", storeContract);
