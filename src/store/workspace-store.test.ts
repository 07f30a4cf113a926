import { forEachStore } from "../testing/stores.ts";
import { workspaceContract } from "../testing/workspace-contract.ts";

forEachStore("workspaces", workspaceContract);
