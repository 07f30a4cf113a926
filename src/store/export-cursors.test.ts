import { exportCursorsContract } from "../testing/export-cursors-contract.ts";
import { forEachStore } from "../testing/stores.ts";

forEachStore("cursors of exports", exportCursorsContract);
