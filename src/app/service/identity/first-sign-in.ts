import { EVERYWHERE } from "../../../authority/index.ts";
import { err, ok, type Problem, problem, type Result, rfc3339 } from "../../../base/index.ts";
import type { Principal } from "../../../domain/index.ts";
import { accountFor, bindingEntry } from "./accounts.ts";
import type { IdentityService } from "./entries.ts";
import { hashOf, newId, newSecret } from "./secrets.ts";
import { type OpenedSession, openSession } from "./sessions.ts";

/** How long the link that is printed at start can be used. */
export const LINK_LIFE_MS = 30 * 60_000;
const OWNER = { issuer: "local", subject: "owner", name: "owner", groups: [] } as const;
const SECRET = /^[A-Za-z0-9_-]{43}$/;

/** Secret of a link by which the owner of this machine signs in, once. Whoever can read what the server prints is that. */
export async function makeSignInLink(service: IdentityService): Promise<Result<string, Problem>> {
  const secret = newSecret();
  const kept = await service.store.accounts.keepOnce({
    kind: "link",
    secretHash: hashOf(secret),
    expiresAt: rfc3339(service.clock.now() + LINK_LIFE_MS),
    document: {},
  });
  return kept.ok ? ok(secret) : kept;
}

/** Signs the owner in: an admin. Problem `link_ended`, the same for one that never was. */
export async function useSignInLink(
  service: IdentityService,
  secret: string,
  from: Pick<Principal, "sourceIp" | "userAgent">,
): Promise<Result<OpenedSession, Problem>> {
  if (!SECRET.test(secret)) return err(LINK_ENDED);
  const { accounts } = service.store;
  const taken = await accounts.takeOnce("link", hashOf(secret));
  if (!taken.ok) return taken;
  if (taken.value === null || Date.parse(taken.value.expiresAt) <= service.clock.now())
    return err(LINK_ENDED);
  const account = await accountFor(service, OWNER);
  if (!account.ok) return account;
  const { id } = account.value;
  const bindings = await accounts.bindings();
  if (!bindings.ok) return bindings;
  if (
    !bindings.value.some(({ to, role }) => role === "admin" && to.kind === "principal" && to.principal === id)
  ) {
    const createdAt = rfc3339(service.clock.now());
    const binding = {
      id: newId("rbd"),
      role: "admin",
      to: { kind: "principal", principal: id },
      scope: EVERYWHERE,
      createdBy: "trueup",
      createdAt,
    } as const;
    const bound = await accounts.bind([binding], [bindingEntry(service, STARTER, binding, "given")]);
    if (!bound.ok) return bound;
  }
  return openSession(service, account.value, "local_account", from);
}

/** The start of the server itself. */
const STARTER: Principal = {
  id: "trueup",
  kind: "service",
  name: "the sign-in link of the server",
  groups: [],
  method: "command_line",
  scopes: null,
  sourceIp: null,
  userAgent: null,
  session: null,
};

const LINK_ENDED = problem("credentials_expired", "the link was used already, or has ended", {
  hint: "start the server again: it prints a fresh one",
});
