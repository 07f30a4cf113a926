import { accountContract } from "../testing/account-contract.ts";
import { forEachStore } from "../testing/stores.ts";

forEachStore("accounts", accountContract);
