import { governContract } from "../testing/govern-contract.ts";
import { forEachStore } from "../testing/stores.ts";

forEachStore("governance", governContract);
