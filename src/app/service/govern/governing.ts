import { randomBytes } from "node:crypto";
import { newAuditEntry } from "../../../audit/index.ts";
import { err, type JsonObject, type Problem, problem, type Result, rfc3339 } from "../../../base/index.ts";
import {
  type AuditEntry,
  type AuditEntryKind,
  actorOfPrincipal,
  type Person,
  type Principal,
} from "../../../domain/index.ts";
import type { Service } from "../service.ts";
import type { Directory } from "./directory.ts";

/** What of a service governance uses: the command line has no more than this. */
export interface GovernService extends Pick<Service, "config" | "clock" | "store" | "changed"> {
  readonly policies: Pick<Service["policies"], "sets">;
}

/** What every step of governance needs: the service, who asks, and who may do what. */
export interface Governing {
  readonly service: GovernService;
  readonly principal: Principal;
  readonly directory: Directory;
}

export function personOf({ principal }: Pick<Governing, "principal">): Person {
  return { id: principal.id, name: principal.name };
}

export function freshId(prefix: "grt" | "exc" | "apr" | "rev"): string {
  return `${prefix}_${randomBytes(12).toString("hex")}`;
}

/** The entry of one step, to be written in the step's own transaction. */
export function stepEntry(
  { service, principal }: Pick<Governing, "service" | "principal">,
  step: {
    readonly kind: Extract<AuditEntryKind, "break_glass" | "exception" | "approval" | "review">;
    readonly subject: string;
    readonly answer: string;
    readonly because: string;
    readonly workspace?: string;
    readonly details?: JsonObject;
  },
): AuditEntry {
  return newAuditEntry({
    kind: step.kind,
    time: rfc3339(service.clock.now()),
    workspace: step.workspace ?? service.config.environment.workspace,
    actor: actorOfPrincipal(principal),
    channel: principal.method === "command_line" ? "cli" : "api",
    subject: step.subject,
    answer: step.answer,
    because: step.because,
    revisions: {},
    details: step.details ?? {},
  });
}

/** What was asked for and refused is in the record as well: an attempt to get round a rule is news. */
export async function refused(
  governing: Governing,
  kind: Parameters<typeof stepEntry>[1]["kind"],
  subject: string,
  reason: Problem,
): Promise<Result<never, Problem>> {
  const entry = stepEntry(governing, {
    kind,
    subject,
    answer: "refused",
    because: reason.message,
    details: { code: reason.code },
  });
  const written = await governing.service.store.audit.append([entry]);
  return written.ok ? err(reason) : written;
}

export function missing(what: string, id: string): Problem {
  return problem(`${what}_missing`, `there is no ${what} \`${id}\``);
}

/** The one with that id, or the Problem that there is none. */
export async function need<T>(
  what: string,
  id: string,
  find: (id: string) => Promise<Result<T | null, Problem>>,
): Promise<Result<T, Problem>> {
  const found = await find(id);
  if (!found.ok) return found;
  return found.value === null ? err(missing(what, id)) : { ok: true, value: found.value };
}
