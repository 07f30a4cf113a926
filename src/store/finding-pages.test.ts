import { findingPagesContract } from "../testing/finding-pages-contract.ts";
import { forEachStore } from "../testing/stores.ts";

forEachStore("pages of findings", findingPagesContract);
