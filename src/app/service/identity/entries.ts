import { newAuditEntry } from "../../../audit/index.ts";
import { type JsonObject, rfc3339 } from "../../../base/index.ts";
import { type AuditEntry, actorOfPrincipal, type Principal } from "../../../domain/index.ts";
import type { Service } from "../service.ts";

/** An entry about who may come in. Details never hold a secret or its hash. */
export function identityEntry(
  service: IdentityService,
  principal: Principal,
  entry: {
    readonly kind: "sign_in" | "account" | "role_binding" | "token";
    readonly subject: string;
    readonly answer: string;
    readonly because: string;
    readonly details: JsonObject;
  },
): AuditEntry {
  return newAuditEntry({
    ...entry,
    time: rfc3339(service.clock.now()),
    workspace: service.config.environment.workspace,
    actor: actorOfPrincipal(principal),
    channel: principal.method === "command_line" ? "cli" : "api",
    revisions: {},
  });
}

/** What identity needs of a service: the command line has no more where no server runs. */
export type IdentityService = Pick<Service, "clock" | "config" | "store">;
