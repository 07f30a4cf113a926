import { accountContract } from "../../src/testing/account-contract.ts";
import { forEachStore, REAL_STORES } from "../../src/testing/stores.ts";

forEachStore("accounts", accountContract, REAL_STORES);
