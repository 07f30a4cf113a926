import type { Service } from "../service.ts";
import type { Directory } from "./directory.ts";
import { localDirectory } from "./role-directory.ts";

/** Who may do what at this service, by its roles and accounts as they are now. */
export function directoryOf(service: Pick<Service, "directory">): Directory {
  return service.directory ?? localDirectory;
}
