import type { Route } from "../route.ts";
import { decisionRoutes } from "./decisions.ts";

/** Every route of the server, one list a file. A route that is not here does not exist. */
export const routes: readonly Route[] = [...decisionRoutes];
