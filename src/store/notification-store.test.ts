import { notificationContract } from "../testing/notification-contract.ts";
import { forEachStore } from "../testing/stores.ts";

forEachStore("the outbox", (store) => notificationContract("the store", async () => store().notifications));
