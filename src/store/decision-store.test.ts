import { decisionContract } from "../testing/decision-contract.ts";
import { forEachStore } from "../testing/stores.ts";

forEachStore("decisions", decisionContract);
